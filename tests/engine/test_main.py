"""``python -m engine``: the pinned Rasa, and as a process with a database that another process has locked."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import rasa.core.agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from engine import __main__ as entry
from tests.engine.conftest import MODEL

START_SECONDS = 120


def test_another_version_of_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "version", lambda package: "1.10.2")
    with pytest.raises(SystemExit, match=r"3\.6\.21.*1\.10\.2.*make setup"):
        entry.main()


def test_the_pinned_version_is_installed_and_locked() -> None:
    assert metadata.version("rasa") == entry.RASA
    assert f"rasa=={entry.RASA}" in Path("requirements/engine.txt").read_text(encoding="utf-8")


def test_rasa_has_no_store_to_fall_back_to() -> None:
    store = InMemoryTrackerStore(Domain.empty())
    assert rasa.core.agent.Agent(domain=Domain.empty(), tracker_store=store).tracker_store is store


def test_telemetry_is_off_and_rasa_gets_the_arguments() -> None:
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "true"}
    command = [sys.executable, "-W", "ignore", "-m", "engine", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert entry.RASA in done.stdout


def test_a_locked_database_makes_the_turn_fail_and_the_next_one_works(tmp_path: Path) -> None:
    """In the process that ``make run`` starts."""
    database = tmp_path / "tracker.db"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ASSISTANT_TRACKER_URL": f"sqlite:///{database}",
        "ASSISTANT_ACTIONS_URL": "http://127.0.0.1:9/webhook",
        "ASSISTANT_ACTIONS_TOKEN": "x",
    }
    run = [
        "run",
        "--interface",
        "127.0.0.1",
        "--port",
        str(port),
        "--model",
        str(MODEL),
        "--endpoints",
        "endpoints.yml",
    ]
    command = [sys.executable, "-m", "engine", *run, "--credentials", "credentials.yml", "--log-file", os.devnull]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _await(port, process, tmp_path / "log")
        assert _say(port, "hello")["custom"]["type"] == "chitchat"
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("begin immediate")
        assert _say(port, "who approves clinical trials")["custom"]["type"] == "error"
        other.execute("rollback")
        assert _say(port, "what does a trial application cost")["custom"]["type"] == "answer"
        said = other.execute("select json_extract(data, '$.text') from events where type_name = 'user' order by id")
        assert [text for (text,) in said] == ["hello", "what does a trial application cost"]
        other.close()
    finally:
        process.terminate()
        process.wait(20)


def _say(port: int, text: str) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/webhooks/rest/webhook",
        data=json.dumps({"sender": "a", "message": text, "metadata": {"language": "en"}}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        (message,) = json.load(reply)
    return message


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/webhooks/rest/", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the engine did not start:\n{log.read_text(errors='replace')[-3000:]}")
