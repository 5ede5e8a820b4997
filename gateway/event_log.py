"""The latest messages of each conversation, of both sides, for replay, for retries and for coming back.

The engine's tracker is the record of a conversation; this is only the gateway's memory, so it is bounded in number and
in time (``gateway.visits``).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any

from gateway.database import Database, transaction

KEPT = 200
"""Messages kept of one conversation, both sides counted."""

Message = dict[str, Any]


class ConversationGone(Exception):
    """The conversation was deleted: nothing more of it is stored."""


class EventLog:
    """Messages, numbered in each conversation from 1 on; a number is given once."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives the time in seconds since the epoch."""
        self._database, self._clock = database, clock
        self._waiting: dict[str, set[asyncio.Event]] = {}

    async def append(
        self, conversation: str, turn: str, messages: Sequence[Message], *, once: bool = False
    ) -> list[Message]:
        """Store the ``messages`` of a turn and give them with their ids.

        ``once``: messages that are there under the same ``turn`` are given instead. Raises sqlite3.Error, and
        ConversationGone.
        """
        stored = await self._database.run(lambda c: self._append(c, conversation, turn, messages, once))
        self.wake(conversation)
        return stored

    async def of_turn(self, conversation: str, turn: str) -> list[Message]:
        """The messages of an earlier turn; none if there was no such turn."""
        return await self._select("turn = ?", conversation, turn)

    async def after(self, conversation: str, cursor: int) -> list[Message]:
        """The messages numbered higher than ``cursor``, in order."""
        return await self._select("number > ?", conversation, cursor)

    async def message(self, conversation: str, number: int) -> Message | None:
        """One message, None where it is not (or no longer) there."""
        found = await self._select("number = ?", conversation, number)
        return found[0] if found else None

    def wake(self, conversation: str) -> None:
        """Let the subscribers look again."""
        for event in self._waiting.get(conversation, ()):
            event.set()

    def subscribe(self, conversation: str) -> asyncio.Event:
        """An event that is set whenever a message is stored. End it with ``unsubscribe()``."""
        event = asyncio.Event()
        self._waiting.setdefault(conversation, set()).add(event)
        return event

    def unsubscribe(self, conversation: str, event: asyncio.Event) -> None:
        """End a subscription."""
        events = self._waiting.get(conversation, set())
        events.discard(event)
        if not events:
            self._waiting.pop(conversation, None)

    def subscribers(self, conversation: str) -> int:
        """How many are subscribed to ``conversation``."""
        return len(self._waiting.get(conversation, ()))

    async def _select(self, condition: str, conversation: str, value: object) -> list[Message]:
        statement = f"SELECT body FROM message WHERE conversation = ? AND {condition} ORDER BY number"
        return [_read(body) for (body,) in await self._database.rows(statement, (conversation, value))]

    def _append(
        self, connection: sqlite3.Connection, conversation: str, turn: str, messages: Sequence[Message], once: bool
    ) -> list[Message]:
        with transaction(connection):
            if connection.execute("SELECT 1 FROM gone WHERE conversation = ?", (conversation,)).fetchone():
                raise ConversationGone
            if once and (there := connection.execute(
                "SELECT body FROM message WHERE conversation = ? AND turn = ? ORDER BY number", (conversation, turn)
            ).fetchall()):  # fmt: skip
                return [_read(body) for (body,) in there]
            last = _last(connection, conversation)
            stored = [{"id": str(number), **message} for number, message in enumerate(messages, last + 1)]
            now = self._clock()
            connection.executemany(
                "INSERT INTO message VALUES (?, ?, ?, ?, ?)",
                [(conversation, int(message["id"]), turn, now, json.dumps(message)) for message in stored],
            )
            end = last + len(stored)
            connection.execute("UPDATE visit SET last = ? WHERE conversation = ?", (end, conversation))
            connection.execute("DELETE FROM message WHERE conversation = ? AND number <= ?", (conversation, end - KEPT))
        return stored


def _last(connection: sqlite3.Connection, conversation: str) -> int:
    """The highest number given so far, also where its message is forgotten already: a cursor may stand behind it."""
    found = connection.execute(
        "SELECT max(coalesce((SELECT max(number) FROM message WHERE conversation = :id), 0), "
        "coalesce((SELECT last FROM visit WHERE conversation = :id), 0))",
        {"id": conversation},
    ).fetchone()
    return int(found[0])


def _read(body: str) -> Message:
    message: Message = json.loads(body)
    message.setdefault("from", "assistant")
    return message
