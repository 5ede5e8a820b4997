"""A stand-in for the engine: answers as a test tells it to, over HTTP, in a process's own event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[[dict[str, Any]], Any]


def echo(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """Says what it got, with a button."""
    buttons = [{"title": "Fees", "payload": '/ask_topic{"topic": "clinical-trials/fees"}'}]
    text = f"You said: {turn['message']}"
    return [{"recipient_id": turn["sender"], "text": text, "buttons": buttons, "custom": {"type": "answer"}}]


@dataclass
class FakeEngine:
    """Keeps the turns it got in ``turns``, and the conversations it was told to forget in ``forgotten``.

    ``body`` replaces the reply's bytes, ``delay`` is in seconds. No reply leaves while ``gate`` is closed, and nothing
    is forgotten while ``forget_gate`` is.
    """

    reply: Reply = echo
    status: int = 200
    body: bytes | None = None
    delay: float = 0.0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    forget_gate: asyncio.Event = field(default_factory=asyncio.Event)
    turns: list[dict[str, Any]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    together: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    busy: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, on the port it had before if it had one."""
        self.gate.set()
        self.forget_gate.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Go down, connections and all."""
        if self._server:
            self._server.close()
            self._server.close_clients()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, path = head.split(b" ", 2)[:2]
                headers = head.lower().split(b"\r\n")
                length = next((int(line[15:]) for line in headers if line.startswith(b"content-length:")), 0)
                given = await reader.readexactly(length)
                if method == b"POST" and path.endswith(b"/forget"):
                    status, body = await self._forget(json.loads(given))
                else:
                    status, body = await self._turn(json.loads(given)) if method == b"POST" else (200, b"Hello")
                top = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\ncontent-type: application/json\r\n\r\n"
                writer.write(top.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _forget(self, given: dict[str, Any]) -> tuple[int, bytes]:
        await self.forget_gate.wait()
        if self.status == 200:
            self.forgotten.append(given["sender"])
        return self.status, b'{"erased": 3}'

    async def _turn(self, turn: dict[str, Any]) -> tuple[int, bytes]:
        sender = turn["sender"]
        self.busy[sender] = self.busy.get(sender, 0) + 1
        self.together = max(self.together, self.busy[sender])
        self.turns.append(turn)
        await asyncio.sleep(self.delay)
        await self.gate.wait()
        self.busy[sender] -= 1
        body = self.body if self.body is not None else json.dumps(self.reply(turn)).encode()
        return self.status, body
