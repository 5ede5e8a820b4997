"""``make bench-load``: our engine beside ``rasa init``'s stock configuration on the same machine, same messages.

Ours: engine and actions as ``make run`` starts them, SQLite, every turn durable. Stock: DIET, ResponseSelector, TED and
UnexpecTED on the same sentences, conversations in memory; trained for one epoch, which changes what it answers, not
what an answer costs. Everything is on loopback and bounded. CPU times and ratios hold on a shared machine; times on the
clock do not.
"""

from __future__ import annotations

import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from bench import arguments, stock, traffic
from bench.cost import cpu_seconds, rss_mb
from bench.load_report import LOADS, TURNS, Load, Measured, report
from bench.runs import WORK
from bench.stock_worker import MODEL as STOCK_MODEL
from corpus.validation import questions
from deploy.services import Service, services
from deploy.training import MODEL, up_to_date
from settings import PREFIX, Settings

START_SECONDS = 180.0
POLL_SECONDS = 0.05
WARM_UP = 20
WINDOW = 10


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
    stock.write_project(project, stock.diet(epochs), epochs, stock.sentences())
    stock.train(project, "all")
    return project


def main() -> int:
    """Measure and print."""
    chosen = arguments.parser("bench-load", __doc__, epochs=1).parse_args()
    texts = [question.text for question in questions(traffic.LANGUAGE) if question.kind == "topic"]
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
        if not chosen.skip_stock:
            project, port = stock_project(chosen.epochs), free_port()
            found.append(measure("stock", port, stock_service(project, port), [], texts))
    except (NotStarted, stock.StockMissing) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Load averages now: {', '.join(f'{value:.1f}' for value in os.getloadavg())} on {os.cpu_count()} cores\n")
    print(report(found))
    arguments.write_json(chosen.json, [asdict(measured) for measured in found])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
