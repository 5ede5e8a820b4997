"""Visitors: clients that talk to a Rasa REST channel on loopback, each in its own conversation, one turn at a time.

A bare HTTP/1.1 client, since client and server share the machine and the client must cost little.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
LANGUAGE = "en"
SECONDS = 120.0
"""Longest time for one reply, and for the start of a run: a run of n turns ends within n · SECONDS whatever happens."""


@dataclass
class Traffic:
    """What came back: seconds a message, replies that were empty or an error, and how long the whole took."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    wall: float = 0.0

    def quantile(self, share: float) -> float:
        """The time in milliseconds within which this share of the messages was answered."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class Visitor:
    """One conversation on one connection."""

    def __init__(self, port: int) -> None:
        self._port, self._sender = port, f"bench-{secrets.token_hex(8)}"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def say(self, text: str) -> list[dict[str, Any]]:
        """Send a message and wait for the reply. Raises OSError, EOFError or TimeoutError."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        async with asyncio.timeout(SECONDS):
            return await self._exchange(text, *self._streams)

    async def _exchange(
        self, text: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> list[dict[str, Any]]:
        body = json.dumps({"sender": self._sender, "message": text, "metadata": {"language": LANGUAGE}}).encode()
        head = f"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if ": " in line)
        reply = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self.leave()
        if " 200 " not in status:
            return []
        messages: list[dict[str, Any]] = json.loads(reply)
        return messages

    def leave(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _visit(port: int, texts: Sequence[str], traffic: Traffic) -> None:
    visitor = Visitor(port)
    for text in texts:
        start = time.perf_counter()
        try:
            messages = await visitor.say(text)
        except (OSError, EOFError, TimeoutError):
            visitor.leave()
            messages = []
        traffic.seconds.append(time.perf_counter() - start)
        errors = (message.get("custom", {}).get("type") == "error" for message in messages)
        traffic.failed += not messages or any(errors)
    visitor.leave()


def talk(port: int, texts: Sequence[str], clients: int, turns: int) -> Traffic:
    """``clients`` at the same time, each ``turns`` messages long; the texts are used in turn."""
    supply = itertools.cycle(texts)
    scripts = [[next(supply) for _ in range(turns)] for _ in range(clients)]
    traffic = Traffic()

    async def everybody() -> None:
        await asyncio.gather(*(_visit(port, script, traffic) for script in scripts))

    start = time.perf_counter()
    asyncio.run(everybody())
    traffic.wall = time.perf_counter() - start
    return traffic


def in_one(
    port: int, texts: Sequence[str], turns: Sequence[int], window: int, cpu: Callable[[], float]
) -> dict[int, float]:
    """``cpu`` milliseconds a message over the ``window`` turns up to each of ``turns`` of one conversation."""
    supply = itertools.cycle(texts)
    found: dict[int, float] = {}

    async def conversation() -> None:
        visitor = Visitor(port)
        before = cpu()
        for turn in range(1, max(turns) + 1):
            if turn + window - 1 in turns:
                before = cpu()
            await visitor.say(next(supply))
            if turn in turns:
                found[turn] = (cpu() - before) * 1000 / window
        visitor.leave()

    asyncio.run(conversation())
    return found
