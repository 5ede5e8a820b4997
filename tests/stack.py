"""Action server and engine, started once a test session, and a client that talks to them over HTTP."""

from __future__ import annotations

import json
import os
import socket
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.services import Service, services
from deploy.training import train
from settings import PREFIX, Settings

ALREADY_UP = "ASSISTANT_TEST_STACK"
"""Names a variable with the address of an engine that is up; then nothing is started. Where ``ASSISTANT_VAR`` is set
too, it is that stack's folder, and what was stored is checked."""
START_SECONDS = 90.0
ANSWER_SECONDS = 20.0
LOG_LINES = 40

Message = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """A running engine with its actions. ``settings`` are theirs; None where they are not known."""

    engine_url: str
    settings: Settings | None

    def say(
        self, text: str, language: str = "en", conversation: str = "test", metadata: Mapping[str, str] | None = None
    ) -> list[Message]:
        """Send one message as the gateway does, and return the replies. ``metadata`` stand for the ``language``."""
        told = {"language": language} if metadata is None else metadata
        body = {"sender": conversation, "message": text, "metadata": {"channel": "web", **told}}
        request = urllib.request.Request(
            f"{self.engine_url}/webhooks/rest/webhook",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
            replies: list[Message] = json.load(response)
        return replies


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack that is up, or one of our own with a folder of its own, ended afterwards by its process ids."""
    address = os.environ.get(ALREADY_UP)
    if address:
        yield Stack(address.rstrip("/"), Settings.load() if f"{PREFIX}VAR" in os.environ else None)
        return
    assert train(), "no model"
    started: list[Service] = []
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith(PREFIX)]:
                patch.delenv(name)
            for name, value in _settings(tmp_path_factory.mktemp("stack")).items():
                patch.setenv(PREFIX + name, value)
            settings = Settings.load()
            known = services(settings)
            for service in (known["actions"], known["engine"]):
                started.append(service)
                service.start()
        _await(started)
        yield Stack(settings.engine_url, settings)
    finally:
        for service in reversed(started):
            service.stop()


def _settings(folder: Path) -> dict[str, str]:
    return {
        "VAR": str(folder / "var"),
        "SECRET": "a secret for tests only",
        "ENGINE_URL": f"http://127.0.0.1:{_free_port()}",
        "ACTIONS_PORT": str(_free_port()),
        "OUTBOX_SECONDS": "0.2",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(started: list[Service]) -> None:
    deadline = time.monotonic() + START_SECONDS
    waiting = list(started)
    while waiting:
        waiting = [service for service in waiting if not service.ready()]
        dead = [service for service in waiting if not service.running()]
        if dead or (waiting and time.monotonic() > deadline):
            pytest.fail("\n".join(_log(service) for service in dead or waiting), pytrace=False)
        time.sleep(0.1)


def _log(service: Service) -> str:
    lines = service.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join([f"{service.name} did not start; the end of {service.log}:", *lines])
