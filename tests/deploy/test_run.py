"""``make run`` refuses to start beside another, and says what did not start."""

from __future__ import annotations

import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import run
from deploy.services import Service, services
from settings import Settings


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port where somebody answers."""
    server = http.server.HTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_refuses_when_a_port_is_taken_and_starts_nothing(
    settings: Settings, taken: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(Service, "start", lambda self: started.append(self.name))
    ours = settings.model_copy(
        update={"engine_url": f"http://127.0.0.1:{taken}", "actions_port": taken, "gateway_port": taken}
    )
    assert run.serve(ours) == 1
    message = capsys.readouterr().err
    assert "Already running: actions, engine, gateway" in message and "docs/settings.md" in message
    assert started == []


def test_what_dies_at_once_is_named_with_its_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log" / "frail.log"
    frail = Service("frail", [sys.executable, "-c", "raise SystemExit('no licence')"], {}, "http://127.0.0.1:1/", log)
    frail.start()
    assert frail.process is not None
    frail.process.wait()
    assert not run.await_ready([frail])
    assert f"frail did not start; see {log}" in capsys.readouterr().err
    assert "no licence" in log.read_text()


def test_what_takes_too_long_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "START_SECONDS", -1.0)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    slow = Service("slow", command, {}, "http://127.0.0.1:1/", tmp_path / "slow.log")
    slow.start()
    try:
        assert not run.await_ready([slow])
    finally:
        slow.stop()
    assert "slow did not start" in capsys.readouterr().err


def test_a_failed_training_ends_it(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    handlers: list[object] = []
    monkeypatch.setattr(run.signal, "signal", lambda number, handler: handlers.append(handler))
    monkeypatch.setattr(run, "train", lambda: False)
    assert run.main() == 1
    assert handlers == [run._end, run._end]


def test_every_service_has_its_own_log(settings: Settings) -> None:
    logs = [service.log for service in services(settings).values()]
    assert len(set(logs)) == len(logs)
