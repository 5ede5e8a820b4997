"""The gateway's own small SQLite file, used from one thread so that the event loop never waits for the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    conversation TEXT NOT NULL, number INTEGER NOT NULL, turn TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_turn ON message (conversation, turn);
CREATE INDEX IF NOT EXISTS message_at ON message (at);
CREATE TABLE IF NOT EXISTS visit (
    conversation TEXT PRIMARY KEY, subject TEXT NOT NULL, last INTEGER NOT NULL DEFAULT 0, visited REAL NOT NULL,
    until REAL, language TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visit_subject ON visit (subject);
CREATE TABLE IF NOT EXISTS gone (
    conversation TEXT PRIMARY KEY, until REAL NOT NULL, reference TEXT NOT NULL, subject TEXT NOT NULL,
    channel TEXT NOT NULL, language TEXT NOT NULL, forgotten INTEGER NOT NULL DEFAULT 0, noted TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
"""

T = TypeVar("T")


class Database:
    """One connection in one thread; what is given to ``run()`` is done in order."""

    def __init__(self, path: Path) -> None:
        """Does not open the file yet."""
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gateway-db")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the file. Raises sqlite3.Error where it cannot be written."""
        await self._in_thread(self._open)

    async def close(self) -> None:
        """Close the file."""
        await self._in_thread(self._close)
        self._thread.shutdown()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What ``work`` gives. Raises sqlite3.Error."""
        return await self._in_thread(lambda: work(self._open_connection()))

    async def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows that one ``statement`` gives. Raises sqlite3.Error."""
        return await self.run(lambda connection: connection.execute(statement, values).fetchall())

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self) -> None:
        connection = sqlite3.connect(self._path, timeout=2.0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.executescript(SCHEMA)
        self._path.chmod(0o600)
        self._connection = connection

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.OperationalError("the gateway's database is not open")
        return self._connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what is done inside."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
