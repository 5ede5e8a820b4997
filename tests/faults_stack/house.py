"""A stack of its own whose parts can be killed, and whose databases can be looked into and broken."""

from __future__ import annotations

import os
import re
import resource
import secrets
import shutil
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.services import Service, services
from deploy.training import train
from settings import PREFIX, Settings
from tests.stack import Message, Stack

PATIENCE = 120.0
"""The longest wait for anything. Nothing is expected to take that long; a test that needs it has failed."""
LOG_LINES = 40
ALL = ("actions", "engine", "gateway")


def until(condition: Callable[[], Any], what: str, problem: Callable[[], str] = str) -> Any:
    """Wait for ``condition`` to give something true, and give it; fail saying ``what`` was waited for."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"waited in vain: {what}\n{problem()}", pytrace=False)
        time.sleep(0.05)
    return found


def surroundings(var: Path) -> dict[str, str]:
    """The environment of a stack of its own: free ports, and everything in ``var``."""
    ours = {
        "VAR": str(var),
        "SECRET": "a secret for tests only",
        "ENGINE_URL": f"http://127.0.0.1:{free_port()}",
        "ACTIONS_PORT": str(free_port()),
        "GATEWAY_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(free_port()),
        "RATE_LIMIT_PER_MINUTE": "1000",
        "OUTBOX_SECONDS": "0.2",
    }
    return {PREFIX + name: value for name, value in ours.items()}


@dataclass
class House:
    """The services by name. Nothing runs until it is started."""

    settings: Settings
    services: dict[str, Service]

    def start(self, *names: str) -> None:
        """Start those that do not run, and wait until they serve."""
        for name in names:
            if not self.services[name].running():
                self.services[name].start()
        for name in names:
            service = self.services[name]
            until(partial(_settled, service), f"{name} to start", partial(tail, service.log))
            if not service.running():
                pytest.fail(f"{name} ended\n{tail(service.log)}", pytrace=False)

    def kill(self, name: str) -> None:
        """End it at once, as a crash does."""
        process = self.services[name].process
        assert process is not None
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End all that run."""
        for service in reversed(self.services.values()):
            service.stop()

    def pid(self, name: str) -> int:
        process = self.services[name].process
        assert process is not None
        return process.pid

    def say(self, text: str, conversation: str) -> list[Message]:
        """One message straight to the engine; whatever happens, the turn is not silent."""
        replies = Stack(self.settings.engine_url, self.settings).say(text, "en", conversation)
        assert replies, f"a silent turn: {text!r}"
        return replies

    @property
    def records(self) -> Path:
        return self.settings.var / "records.db"

    @property
    def tracker(self) -> Path:
        return self.settings.var / "tracker.db"

    def contacts(self, conversation: str) -> list[dict[str, Any]]:
        """What the conversation left, each with the deliveries it causes."""
        found = rows(self.records, "SELECT * FROM contact WHERE conversation = ?", conversation)
        for contact in found:
            contact["outbox"] = rows(self.records, "SELECT * FROM outbox WHERE about_id = ?", contact["id"])
        return found

    def consents(self, conversation: str) -> list[dict[str, Any]]:
        return rows(self.records, "SELECT * FROM consent WHERE conversation = ? ORDER BY seq", conversation)

    def tickets(self, conversation: str) -> list[dict[str, Any]]:
        return rows(self.records, "SELECT * FROM ticket WHERE conversation = ?", conversation)

    def heard(self, conversation: str) -> list[str]:
        """The visitor's messages that the engine has stored, in order."""
        query = "SELECT json_extract(data, '$.text') AS text FROM events WHERE sender_id = ? AND type_name = 'user'"
        return [row["text"] for row in rows(self.tracker, f"{query} ORDER BY id", conversation)]

    def slots(self, conversation: str) -> dict[str, Any]:
        """The slots as the stored events have them."""
        query = (
            "SELECT json_extract(data, '$.name') AS name, json_extract(data, '$.value') AS value FROM events "
            "WHERE sender_id = ? AND type_name = 'slot' ORDER BY id"
        )
        return {row["name"]: row["value"] for row in rows(self.tracker, query, conversation)}

    def visitor(self) -> Visitor:
        """Open a conversation through the gateway."""
        return Visitor(f"http://127.0.0.1:{self.settings.gateway_port}")


@contextmanager
def building(var: Path) -> Iterator[House]:
    """A house whose settings, and so its environment, last as long as it does. Nothing runs yet; all is ended after."""
    assert train(), "no model"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            patch.delenv(name)
        for name, value in surroundings(var).items():
            patch.setenv(name, value)
        settings = Settings.load()
        made = House(settings, services(settings))
        try:
            yield made
        finally:
            made.stop()


def _settled(service: Service) -> bool:
    return service.ready() or not service.running()


class Visitor:
    """Somebody on the page: speaks by the gateway's chat API."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=60.0, trust_env=False)
        opened = self.client.post("/api/conversations")
        assert opened.status_code == 201, opened.text
        self.opened: dict[str, Any] = opened.json()
        self.id: str = self.opened["id"]
        self.last: list[dict[str, Any]] = self.opened["messages"]
        self._headers = {"Authorization": f"Bearer {self.opened['token']}"}

    def post(self, **body: str) -> httpx.Response:
        return self.client.post(f"/api/conversations/{self.id}/messages", json=body, headers=self._headers)

    def say(self, text: str, **more: str) -> list[dict[str, Any]]:
        return self._reply(self.post(text=text, **more))

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press a button of the last reply."""
        buttons = {button["title"]: button["button"] for message in self.last for button in message["buttons"]}
        return self._reply(self.post(button=buttons[title]))

    def _reply(self, response: httpx.Response) -> list[dict[str, Any]]:
        assert response.status_code == 200, response.text
        self.last = response.json()["messages"]
        assert self.last, "a silent turn"
        return self.last

    def replay(self, cursor: str, number: int) -> list[str]:
        """The ids of the ``number`` messages after ``cursor``, and of what else comes with them."""
        ids: list[str] = []
        path = f"/api/conversations/{self.id}/events"
        with self.client.stream("GET", path, params={"cursor": cursor}, headers=self._headers) as response:
            assert response.status_code == 200
            for line in response.iter_lines():
                if line.startswith("id: "):
                    ids.append(line.removeprefix("id: "))
                if len(ids) >= number and not line:
                    return ids
        return ids

    def close(self) -> None:
        self.client.close()


def rows(path: Path, query: str, *values: object) -> list[dict[str, Any]]:
    """Read a database as an operator would, without making one where there is none."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10.0)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another writer holds the database as long as this lasts."""
    with closing(sqlite3.connect(path, timeout=30.0, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def away(path: Path, instead: str) -> Iterator[None]:
    """The database is not where it was: nothing is there (``missing``), or something that is none.

    A folder is what even root cannot open as a database.
    """
    names = [path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]
    aside = path.with_name(f"aside-{secrets.token_hex(4)}")
    aside.mkdir()
    for name in names:
        if name.exists():
            name.rename(aside / name.name)
    if instead == "folder":
        path.mkdir()
    elif instead == "garbage":
        path.write_bytes(b"this is no database " * 1000)
    try:
        yield
    finally:
        if instead == "folder":
            path.rmdir()
        for name in names:
            kept = aside / name.name
            if kept.exists():
                kept.replace(name)
            else:
                name.unlink(missing_ok=True)
        shutil.rmtree(aside)


@contextmanager
def no_room(pid: int) -> Iterator[None]:
    """The process cannot make any file longer, as on a full disk: not its database, not its log."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def kinds(replies: list[Message]) -> list[str]:
    """The type of each reply."""
    return [reply.get("custom", {}).get("type") for reply in replies]


def last(replies: list[Message]) -> dict[str, Any]:
    """The custom object of the last reply."""
    custom: dict[str, Any] = replies[-1].get("custom", {})
    return custom


def apology(replies: list[Message]) -> str:
    """The reference of the translated apology that these replies are."""
    errors = [reply for reply in replies if reply.get("custom", {}).get("type") == "error"]
    assert len(errors) == 1, replies
    [error] = errors
    reference = error["custom"]["reference"]
    assert set(error["custom"]) == {"type", "reference"} and re.fullmatch(r"[A-Z0-9-]{6,16}", reference)
    assert reference in error["text"] and "sorry" in error["text"].lower() and "{" not in error["text"]
    return str(reference)


def conversation() -> str:
    return f"faults-{secrets.token_hex(8)}"


def tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:]) if log.exists() else "no log"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
