"""What work costs: wall time, CPU time, memory. Standard library only, so that every environment can import it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of CPU over all cores, and the most memory the process has held, in MB."""

    wall: float
    cpu: float
    peak_mb: float


class Meter:
    """Measures this process from its construction on."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def cost(self) -> Cost:
        """The cost until now."""
        return Cost(time.perf_counter() - self._wall, time.process_time() - self._cpu, peak_mb(os.getpid()))


def _status(pid: int, key: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no {key} of process {pid}")


def peak_mb(pid: int) -> float:
    """The most memory that the process has held since it was started."""
    return _status(pid, "VmHWM:")


def rss_mb(pid: int) -> float:
    """The memory that the process holds now."""
    return _status(pid, "VmRSS:")


def cpu_seconds(pid: int) -> float:
    """CPU time of the process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15]) / _TICKS
