"""Runs the assistant on one machine.

``python -m deploy.run`` trains if needed, starts engine, actions and gateway, prints the addresses, starts again what
dies, and ends everything on Ctrl-C or SIGTERM. ``python -m deploy.run ask|chat …`` runs a client against the engine,
starting engine and actions for as long as it takes where they are not running.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from types import FrameType

from deploy.services import Service, services
from deploy.training import ROOT, train
from settings import Settings

START_SECONDS = 60.0
WATCH_SECONDS = 0.5
ENDINGS = (signal.SIGINT, signal.SIGTERM)


class Ended(Exception):
    """Somebody asked us to end."""


def _end(signum: int, frame: FrameType | None) -> None:
    for number in ENDINGS:  # a second Ctrl-C must not break off the ending: that would leave processes behind
        signal.signal(number, signal.SIG_IGN)
    raise Ended


def await_ready(waiting: Iterable[Service]) -> bool:
    """Wait until all are ready; False if one died or took too long, and then where its log is."""
    deadline = time.monotonic() + START_SECONDS
    left = list(waiting)
    while left:
        for service in left:
            if not service.running() or time.monotonic() > deadline:
                print(f"{service.name} did not start; see {service.log}", file=sys.stderr)
                return False
        left = [service for service in left if not service.ready()]
        time.sleep(0.2)
    return True


def serve(settings: Settings) -> int:
    """Run all three until told to end."""
    started = list(services(settings).values())
    taken = [service.name for service in started if service.ready()]
    if taken:
        print(f"Already running: {', '.join(taken)}. End it, or set other ports (docs/settings.md).", file=sys.stderr)
        return 1
    try:
        for service in started:
            service.start()
        if not await_ready(started):
            return 1
        print(f"\nThe assistant is ready:  http://127.0.0.1:{settings.gateway_port}/", flush=True)
        print(f"  state   http://127.0.0.1:{settings.gateway_port}/health", flush=True)
        print(f"  logs    {settings.var}/log/   Ctrl-C ends everything", flush=True)
        while True:
            time.sleep(WATCH_SECONDS)
            for service in started:
                if not service.running():
                    service.revive()
    except Ended:
        print("\nEnding …", flush=True)
        return 0
    finally:
        for service in reversed(started):
            service.stop()


def client(settings: Settings, name: str, arguments: list[str]) -> int:
    """Run ``clients.<name>``, with engine and actions started for it where they are not running."""
    known = services(settings)
    started = [known[key] for key in ("actions", "engine") if not known[key].ready()]
    try:
        for service in started:
            service.start()
        if not await_ready(started):
            return 1
        command = [sys.executable, "-m", f"clients.{name}", "--engine", settings.engine_url, *arguments]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except Ended:
        return 130
    finally:
        for service in reversed(started):
            service.stop()


def main() -> int:
    """Train if needed, then serve or run a client."""
    for number in ENDINGS:
        signal.signal(number, _end)
    settings = Settings.load()
    try:
        if not train():
            return 1
    except Ended:
        return 130
    if len(sys.argv) > 1:
        return client(settings, sys.argv[1], sys.argv[2:])
    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
