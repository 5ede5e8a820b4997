"""A service is started in a session of its own, started again when it dies, and ended by its process id."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy import services as module
from deploy.services import Service, services
from settings import Settings

SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(os.environ["STATUS"])); self.end_headers()
    def log_message(self, *arguments): pass
print("serving", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)
PATIENCE = 20.0


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def service(*command: str, status: int = 200, port: int = 1) -> Service:
        url = f"http://127.0.0.1:{port}/health"
        name = "dummy"
        one = Service(name, [sys.executable, *command], {"STATUS": str(status)}, url, tmp_path / "log" / "dummy.log")
        made.append(one)
        return one

    yield service
    for one in made:
        if one.process is not None and one.process.poll() is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(("status", "ready"), [(200, True), (404, True), (503, True), (500, False), (502, False)])
def test_it_is_ready_when_it_answers(make: Callable[..., Service], port: int, status: int, ready: bool) -> None:
    service = make("-c", SERVER, str(port), status=status, port=port)
    assert not service.ready() and not service.running()
    service.start()
    until(lambda: "serving" in service.log.read_text())
    until(lambda: _listens(port))
    assert service.ready() is ready and service.running()
    service.stop()
    assert not service.running() and not service.ready()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_has_a_session_of_its_own_so_that_a_ctrl_c_reaches_it_through_us_only(make: Callable[..., Service]) -> None:
    service = make("-c", "import time; time.sleep(60)")
    service.start()
    assert service.process is not None
    assert os.getsid(service.process.pid) == service.process.pid != os.getsid(0)


def test_what_died_is_started_again_and_its_log_is_kept(
    make: Callable[..., Service], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BACK_OFF_SECONDS", (0.0,))
    service = make("-c", "print('here I am', flush=True)")
    service.start()
    for lives in (1, 2, 3):
        until(lambda: not service.running())
        assert service.log.read_text().count("here I am") == lives
        service.revive()
    assert "dummy ended; starting it again" in capsys.readouterr().err


def test_what_keeps_dying_is_started_later_and_later(
    make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BACK_OFF_SECONDS", (0.0, 0.0, 3600.0))
    service = make("-c", "pass")
    service.start()
    pids = []
    for _ in range(3):
        until(lambda: not service.running())
        assert service.process is not None
        pids.append(service.process.pid)
        service.revive()
    assert len(set(pids)) == 2, "the third start has to wait"
    assert not service.running()


def test_what_ran_steadily_is_started_at_once_again(
    make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEADY_SECONDS", -1.0)
    monkeypatch.setattr(module, "BACK_OFF_SECONDS", (0.0, 3600.0))
    service = make("-c", "pass")
    service.start()
    service.failures = 4
    until(lambda: not service.running())
    before = service.process
    service.revive()
    assert service.process is not before and service.failures == 0


def test_it_is_asked_to_end(make: Callable[..., Service]) -> None:
    service = make("-c", "import time; print('up', flush=True); time.sleep(60)")
    service.start()
    until(lambda: "up" in service.log.read_text())
    service.stop()
    assert service.process is not None and service.process.returncode == -signal.SIGTERM


def test_what_does_not_listen_is_killed(make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    service = make("-c", STUBBORN)
    service.start()
    until(lambda: "deaf" in service.log.read_text())
    service.stop()
    assert service.process is not None and service.process.returncode == -signal.SIGKILL


def test_stopping_what_does_not_run_does_nothing(make: Callable[..., Service]) -> None:
    service = make("-c", "pass")
    service.stop()
    service.start()
    until(lambda: not service.running())
    service.stop()


def test_the_three_services_are_where_the_settings_say(settings: Settings) -> None:
    known = services(settings)
    assert list(known) == ["actions", "engine", "gateway"]
    assert str(settings.actions_port) in known["actions"].ready_url
    assert known["engine"].ready_url.startswith(settings.engine_url)
    assert str(settings.gateway_port) in known["gateway"].ready_url
    assert known["engine"].environment["ASSISTANT_TRACKER_URL"] == settings.tracker_url
    secret = settings.actions_token.get_secret_value()
    assert secret and all(secret not in " ".join(service.command) for service in known.values())
    assert {service.log.parent for service in known.values()} == {settings.var / "log"}
