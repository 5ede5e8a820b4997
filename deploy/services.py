"""The assistant's processes: how each is started, and when it is ready."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from deploy.training import ENGINE_PYTHON, MODEL, ROOT
from settings import Settings

STOP_SECONDS = 10.0
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 60.0


@dataclass
class Service:
    """One process. ``ready_url`` answers below 500 once the process serves; its output goes to ``log``."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready_url: str
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = field(default=0)

    def start(self) -> None:
        """Start the process in a session of its own, so that a Ctrl-C reaches it through us only."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self.started = time.monotonic()

    def ready(self) -> bool:
        """Whether it serves."""
        try:
            with urllib.request.urlopen(self.ready_url, timeout=2):
                return True
        except urllib.error.HTTPError as answer:
            return answer.code < 500 or answer.code == 503
        except OSError:
            return False

    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def revive(self) -> None:
        """Start it again after it died, later the more often it did."""
        lived = time.monotonic() - self.started
        failures = 0 if lived > STEADY_SECONDS else self.failures + 1
        if lived >= BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]:
            self.failures = failures
            print(f"{self.name} ended; starting it again (see {self.log})", file=sys.stderr, flush=True)
            self.start()

    def stop(self) -> None:
        """End the process by its pid: ask, then insist."""
        if self.process is None or not self.running():
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def services(settings: Settings) -> dict[str, Service]:
    """The three services, in the order they are started."""
    logs = settings.var / "log"
    engine = urlsplit(settings.engine_url)
    host, port = engine.hostname or "127.0.0.1", engine.port or 5005
    run = ["run", "--interface", host, "--port", str(port), "--model", str(MODEL), "--endpoints", "endpoints.yml"]
    run += ["--credentials", "credentials.yml", "--log-file", os.devnull]
    actions = f"http://{settings.actions_host}:{settings.actions_port}"
    return {
        service.name: service
        for service in (
            Service("actions", [sys.executable, "-m", "actions.server"], {}, f"{actions}/health", logs / "actions.log"),
            Service(
                "engine",
                [str(ENGINE_PYTHON), "-m", "engine", *run],
                settings.engine_environment(),
                f"http://{host}:{port}/webhooks/rest/",
                logs / "engine.log",
            ),
            Service(
                "gateway",
                [sys.executable, "-m", "gateway"],
                {},
                f"http://127.0.0.1:{settings.gateway_port}/health",
                logs / "gateway.log",
            ),
        )
    }
