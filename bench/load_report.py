"""What ``bench.load`` measured, as tables, and the ratios of ours to stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.tables import table

LOADS = ((1, 200), (20, 20), (100, 8))
"""Clients at the same time, and the turns of each."""
TURNS = (10, 100, 300)
LEAST_SPEED, MOST_MEMORY, MOST_START = 5.0, 1 / 3, 1 / 3
"""The ratios to reach (design.md, section 9)."""


@dataclass(frozen=True)
class Load:
    """One load on a system: messages a second, milliseconds to the reply, CPU milliseconds a message."""

    clients: int
    messages: int
    per_second: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    failed: int


@dataclass(frozen=True)
class Measured:
    """A system: start until ready (seconds on the clock, CPU seconds), memory, loads, CPU ms at a turn."""

    system: str
    start_wall: float
    start_cpu: float
    idle_mb: float
    used_mb: float
    beside_mb: float
    loads: tuple[Load, ...]
    at_turn: dict[int, float]


def report(found: Sequence[Measured]) -> str:
    """The tables, and the ratios where both systems were measured."""
    header = ["", *(measured.system for measured in found)]
    rows = [
        ["start until ready, s", *(f"{m.start_wall:.1f}" for m in found)],
        ["start until ready, CPU s", *(f"{m.start_cpu:.1f}" for m in found)],
        ["memory idle, MB", *(f"{m.idle_mb:.0f}" for m in found)],
        ["memory after the loads, MB", *(f"{m.used_mb:.0f}" for m in found)],
        ["memory of the action server, MB", *(f"{m.beside_mb:.0f}" for m in found)],
    ]
    for index, (clients, turns) in enumerate(LOADS):
        loads = [m.loads[index] for m in found]
        name = f"{clients} client{'s' * (clients > 1)} × {turns}"
        rows.append([f"{name}: messages/s", *(f"{load.per_second:.0f}" for load in loads)])
        rows.append([f"{name}: p50 / p95 ms", *(f"{load.p50_ms:.0f} / {load.p95_ms:.0f}" for load in loads)])
        rows.append([f"{name}: CPU ms a message", *(f"{load.cpu_ms:.1f}" for load in loads)])
        rows.append([f"{name}: failed", *(str(load.failed) for load in loads)])
    rows += [[f"CPU ms a message at turn {turn}", *(f"{m.at_turn[turn]:.1f}" for m in found)] for turn in TURNS]
    parts = [table(header, rows)]
    if len(found) == 2:
        parts.append(_ratios(*found))
    return "\n\n".join(parts)


def _ratios(own: Measured, other: Measured) -> str:
    speeds = [theirs.cpu_ms / load.cpu_ms for load, theirs in zip(own.loads, other.loads, strict=True)]
    memory, start = own.used_mb / other.used_mb, own.start_wall / other.start_wall
    whole = (own.used_mb + own.beside_mb) / other.used_mb
    start_cpu = own.start_cpu / other.start_cpu
    rows = [
        *(
            [
                f"messages a second and core, {load.clients} clients",
                f"{speed:.1f}",
                "at least 5",
                _verdict(speed >= LEAST_SPEED),
            ]
            for load, speed in zip(own.loads, speeds, strict=True)
        ),
        ["memory of the engine", f"{memory:.2f}", "at most 0.33", _verdict(memory <= MOST_MEMORY)],
        ["memory of engine and actions", f"{whole:.2f}", "", ""],
        ["start time", f"{start:.2f}", "at most 0.33", _verdict(start <= MOST_START)],
        ["start, CPU", f"{start_cpu:.2f}", "at most 0.33", _verdict(start_cpu <= MOST_START)],
    ]
    return table(["ours to stock", "ratio", "to reach", ""], rows)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "missed"
