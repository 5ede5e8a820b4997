"""A real gateway on a free port, before a fake engine, with SQLite in a temporary folder."""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sanic import Sanic

import knowledge
from gateway.app import create_app
from gateway.options import Options
from gateway.services import Gateway
from settings import Settings
from tests.gateway.fake_engine import FakeEngine

SECRET = "a secret of the tests"


@dataclass
class Visitor:
    """A conversation as a client has it."""

    client: httpx.AsyncClient
    opened: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.opened['id']}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.opened['token']}"}

    async def post(self, what: str, **body: Any) -> httpx.Response:
        """POST to one of the conversation's addresses."""
        return await self.client.post(f"{self.path}/{what}", json=body, headers=self.headers)

    async def get(self, what: str, **query: str) -> httpx.Response:
        """GET one of the conversation's addresses."""
        return await self.client.get(f"{self.path}/{what}", params=query, headers=self.headers)

    async def delete(self) -> httpx.Response:
        """Delete the conversation."""
        return await self.client.delete(self.path, headers=self.headers)

    async def history(self) -> list[tuple[str, str]]:
        """Who said what so far, as coming back shows it."""
        response = await self.post("resume")
        assert response.status_code == 200, response.text
        return [(message["from"], message["text"]) for message in response.json()["messages"]]

    async def send(self, **body: Any) -> httpx.Response:
        """Send a message."""
        return await self.client.post(f"{self.path}/messages", json=body, headers=self.headers)


@dataclass
class Running:
    """A gateway that serves, and a client of it."""

    app: Gateway
    client: httpx.AsyncClient
    stop: Callable[[], Awaitable[None]]

    async def visitor(self) -> Visitor:
        """Open a conversation."""
        response = await self.client.post("/api/conversations", json={"language": "en"})
        assert response.status_code == 201, response.text
        return Visitor(self.client, response.json())


Serve = Callable[..., Awaitable[Running]]


KNOWN = knowledge.load()


@pytest.fixture(autouse=True)
def knowledge_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateways of the tests share one reading of the knowledge, which takes longer than most tests."""
    monkeypatch.setattr(knowledge, "load", lambda: KNOWN)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of their own, independent of the environment."""
    return Settings.model_construct(
        **{name: field.default for name, field in Settings.model_fields.items()}
        | {"var": tmp_path, "secret": SecretStr(SECRET), "database_url": f"sqlite:///{tmp_path}/records.db",
           "actions_port": 9, "rate_limit_per_minute": 1000}
    )  # fmt: skip


@pytest_asyncio.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    """A fake engine that answers."""
    fake = FakeEngine()
    await fake.start()
    yield fake
    await fake.stop()


@pytest_asyncio.fixture
async def serve(engine: FakeEngine, settings: Settings) -> AsyncIterator[Serve]:
    """Starts a gateway; keyword arguments change its options."""
    running: list[Running] = []

    async def start(**changes: Any) -> Running:
        defaults: dict[str, Any] = {"engine_url": engine.url, "engine_seconds": 5.0, "health_seconds": 0.5}
        options = replace(Options.of(settings), **defaults | changes)
        app = create_app(settings, options=options, name=f"gateway-{secrets.token_hex(4)}")
        app.config.TOUCHUP = False  # it rewrites Sanic's own code, which works once a process
        listening = socket.create_server(("127.0.0.1", 0))
        server: Any = await app.create_server(sock=listening, return_asyncio_server=True)
        await server.startup()
        await server.before_start()
        await server.start_serving()
        port = listening.getsockname()[1]
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False)

        async def stop() -> None:
            running.remove(this)
            await client.aclose()
            await server.before_stop()
            server.server.close()
            for connection in list(server.connections):
                connection.abort()
            await server.after_stop()
            Sanic.unregister_app(app)

        this = Running(app, client, stop)
        running.append(this)
        return this

    yield start
    while running:
        await running[-1].stop()


@pytest_asyncio.fixture
async def gateway(serve: Serve) -> Running:
    """A gateway with the usual options."""
    return await serve()


@pytest_asyncio.fixture
async def visitor(gateway: Running) -> Visitor:
    """An open conversation."""
    return await gateway.visitor()
