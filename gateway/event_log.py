"""The assistant's latest messages of each conversation, in a small SQLite file, for replay and for retries.

The engine's tracker is the record of a conversation; this is only the gateway's short memory, so it is bounded in
number and in time.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

KEPT = 200
"""Messages kept of one conversation."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    conversation TEXT NOT NULL, number INTEGER NOT NULL, turn TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_turn ON message (conversation, turn);
CREATE INDEX IF NOT EXISTS message_at ON message (at);
"""

Message = dict[str, Any]
T = TypeVar("T")


class EventLog:
    """One connection in one thread of its own, so that the event loop never waits for the disk."""

    def __init__(self, path: Path, seconds: float, clock: Callable[[], float] = time.time) -> None:
        """Messages are forgotten after ``seconds``. Does not open the file yet."""
        self._path, self._seconds, self._clock = path, seconds, clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="event-log")
        self._connection: sqlite3.Connection | None = None
        self._waiting: dict[str, set[asyncio.Event]] = {}

    async def open(self) -> None:
        """Open the file and forget what is too old. Raises sqlite3.Error where it cannot be written."""
        await self._run(self._open)

    async def close(self) -> None:
        """Close the file."""
        await self._run(self._close)
        self._thread.shutdown()

    async def append(self, conversation: str, turn: str, messages: Sequence[Message]) -> list[Message]:
        """Store the ``messages`` of a turn and give them with their ids. Raises sqlite3.Error."""
        stored = await self._run(lambda: self._append(conversation, turn, messages))
        for event in self._waiting.get(conversation, ()):
            event.set()
        return stored

    async def of_turn(self, conversation: str, turn: str) -> list[Message]:
        """The messages of an earlier turn; none if there was no such turn."""
        return await self._select("turn = ?", conversation, turn)

    async def after(self, conversation: str, cursor: int) -> list[Message]:
        """The messages numbered higher than ``cursor``, in order."""
        return await self._select("number > ?", conversation, cursor)

    async def forget(self, conversation: str) -> None:
        """Erase a conversation's messages."""
        await self._run(lambda: self._execute("DELETE FROM message WHERE conversation = ?", (conversation,)))

    async def expire(self) -> None:
        """Erase all messages that are too old."""
        await self._run(self._expire)

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
        rows = await self._run(lambda: self._execute(statement, (conversation, value)))
        return [json.loads(body) for (body,) in rows]

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self) -> None:
        connection = sqlite3.connect(self._path, timeout=2.0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.executescript(SCHEMA)
        self._path.chmod(0o600)
        self._connection = connection
        self._expire()

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _execute(self, statement: str, values: Sequence[Any]) -> list[Any]:
        if self._connection is None:
            raise sqlite3.OperationalError("the event log is not open")
        return self._connection.execute(statement, values).fetchall()

    def _append(self, conversation: str, turn: str, messages: Sequence[Message]) -> list[Message]:
        self._execute("BEGIN IMMEDIATE", ())
        try:
            [(last,)] = self._execute(
                "SELECT coalesce(max(number), 0) FROM message WHERE conversation = ?", (conversation,)
            )
            stored = [{"id": str(number), **message} for number, message in enumerate(messages, last + 1)]
            for number, message in enumerate(stored, last + 1):
                self._execute(
                    "INSERT INTO message VALUES (?, ?, ?, ?, ?)",
                    (conversation, number, turn, self._clock(), json.dumps(message)),
                )
            oldest = last + len(stored) - KEPT
            self._execute("DELETE FROM message WHERE conversation = ? AND number <= ?", (conversation, oldest))
            self._execute("COMMIT", ())
        except BaseException:
            self._execute("ROLLBACK", ())
            raise
        return stored

    def _expire(self) -> None:
        self._execute("DELETE FROM message WHERE at < ?", (self._clock() - self._seconds,))
