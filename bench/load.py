"""``make bench-load``: our engine beside ``rasa init``'s stock configuration on the same machine, same messages.

Ours: engine and actions as ``make run`` starts them, SQLite, every turn durable. Stock: DIET, ResponseSelector, TED and
UnexpecTED on the same sentences, conversations in memory; trained for one epoch, which changes what it answers, not
what an answer costs. Everything is on loopback and bounded. CPU times and ratios hold on a shared machine; times on the
clock do not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import stock, traffic
from bench.cost import cpu_seconds, rss_mb
from bench.runs import WORK
from bench.stock_worker import MODEL as STOCK_MODEL
from bench.tables import table
from corpus.validation import questions
from deploy.services import Service, services
from deploy.training import MODEL, up_to_date
from settings import PREFIX, Settings

START_SECONDS = 180.0
POLL_SECONDS = 0.05
WARM_UP = 20
LOADS = ((1, 200), (20, 20), (100, 8))
"""Clients at the same time, and the turns of each."""
TURNS = (10, 100, 300)
WINDOW = 10
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


class NotStarted(RuntimeError):
    """A system ended or was not ready in time; the message names its log."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((traffic.HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def measure(system: str, port: int, served: Service, beside: Sequence[Service], texts: Sequence[str]) -> Measured:
    """Start, measure and stop ``served``; ``beside`` are processes it needs, whose CPU time counts, too."""
    with ExitStack() as stack:
        for service in beside:
            _start(service, stack)
        start_wall, start_cpu = _start(served, stack)
        pids = [s.process.pid for s in (served, *beside) if s.process is not None]
        idle = rss_mb(pids[0])
        traffic.talk(port, texts, 1, WARM_UP)
        loads = tuple(_load(port, pids, texts, clients, turns) for clients, turns in LOADS)
        used = rss_mb(pids[0])
        at_turn = _growth(port, pids, texts)
        others = sum(rss_mb(pid) for pid in pids[1:])
        return Measured(system, start_wall, start_cpu, idle, used, others, loads, at_turn)


def _start(service: Service, stack: ExitStack) -> tuple[float, float]:
    """Seconds and CPU seconds until it serves; it is stopped with ``stack``."""
    begun = time.perf_counter()
    service.start()
    stack.callback(service.stop)
    assert service.process is not None
    while not service.ready():
        if not service.running() or time.perf_counter() - begun > START_SECONDS:
            raise NotStarted(f"{service.name} did not start; see {service.log}")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - begun, cpu_seconds(service.process.pid)


def _cpu(pids: Sequence[int]) -> float:
    return sum(cpu_seconds(pid) for pid in pids)


def _load(port: int, pids: Sequence[int], texts: Sequence[str], clients: int, turns: int) -> Load:
    before = _cpu(pids)
    found = traffic.talk(port, texts, clients, turns)
    messages = len(found.seconds)
    spent = (_cpu(pids) - before) * 1000 / messages
    speed = messages / found.wall
    return Load(clients, messages, speed, found.quantile(0.5), found.quantile(0.95), spent, found.failed)


def _growth(port: int, pids: Sequence[int], texts: Sequence[str]) -> dict[int, float]:
    """CPU milliseconds a message around each of TURNS of one conversation."""
    return traffic.in_one(port, texts, TURNS, WINDOW, lambda: _cpu(pids))


def ours(texts: Sequence[str], folder: Path) -> Measured:
    """Our engine and actions, with everything they store in ``folder``."""
    port, actions_port = free_port(), free_port()
    os.environ[f"{PREFIX}VAR"] = str(folder)
    os.environ[f"{PREFIX}ENGINE_URL"] = f"http://{traffic.HOST}:{port}"
    os.environ[f"{PREFIX}ACTIONS_PORT"] = str(actions_port)
    for name in ("DATABASE_URL", "TRACKER_URL"):
        os.environ.pop(f"{PREFIX}{name}", None)
    started = services(Settings.load())
    return measure("ours", port, started["engine"], [started["actions"]], texts)


def stock_service(project: Path, port: int) -> Service:
    """Stock Rasa with the model of ``project``."""
    command = [str(stock.PYTHON), "-m", "rasa", "run", "--interface", traffic.HOST, "--port", str(port)]
    command += ["--model", str(project / "models" / f"{STOCK_MODEL}.tar.gz")]
    command += ["--endpoints", str(project / "endpoints.yml"), "--credentials", str(project / "credentials.yml")]
    ready = f"http://{traffic.HOST}:{port}/webhooks/rest/"
    return Service("stock", command, stock.ENVIRONMENT, ready, WORK / "stock.log")


def stock_project(epochs: int) -> Path:
    """A trained project. Rasa's own cache spares training again while sentences and epochs are the same."""
    project = WORK / "stock-load"
    stock.environment()
    stock.write_project(project, stock.diet(epochs), epochs)
    stock.train(project, "all")
    return project


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


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench-load", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    parser.add_argument("--skip-stock", action="store_true", help="leave stock Rasa out")
    parser.add_argument("--epochs", type=int, default=1, help="epochs of the stock configuration (its default is 100)")
    arguments = parser.parse_args()
    texts = [question.text for question in questions(stock.LANGUAGE) if question.kind == "topic"]
    random.Random(0).shuffle(texts)
    if not MODEL.exists():
        print("There is no model yet: run `make train`.", file=sys.stderr)
        return 1
    if not up_to_date():
        print("The model is older than its sources.", file=sys.stderr)
    found: list[Measured] = []
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            found.append(ours(texts, Path(folder)))
        if not arguments.skip_stock:
            project, port = stock_project(arguments.epochs), free_port()
            found.append(measure("stock", port, stock_service(project, port), [], texts))
    except (NotStarted, stock.StockMissing) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Load averages now: {', '.join(f'{value:.1f}' for value in os.getloadavg())} on {os.cpu_count()} cores\n")
    print(report(found))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(m) for m in found], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
