"""Conversations that their visitors deleted: they stay dead, and what of a deletion is still to be done."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from gateway.conversation import Conversation
from gateway.database import Database, transaction
from records.erasures import Deleted, new_reference

COLUMNS = "reference, conversation, subject, channel, language, forgotten, noted"
OPEN, DONE = "open", "done"


@dataclass(frozen=True)
class Deletion:
    """How far a deletion has come: whether the engine forgot, and what the records say (``""``, ``open``, ``done``)."""

    deleted: Deleted
    forgotten: bool = False
    noted: str = ""

    @property
    def finished(self) -> bool:
        """Whether nothing is left to be done."""
        return self.forgotten and self.noted == DONE

    @classmethod
    def of(cls, row: tuple[str, str, str, str, str, int, str]) -> Self:
        """The deletion in a row of the table."""
        *deleted, forgotten, noted = row
        return cls(Deleted(*map(str, deleted)), bool(forgotten), str(noted))


class Gone:
    """The deleted conversations, in memory for every request to ask, and in the file."""

    def __init__(self, database: Database, seconds: float, clock: Callable[[], float] = time.time) -> None:
        """They are remembered for ``seconds``: as long as a token can be of use."""
        self._database, self._seconds, self._clock = database, seconds, clock
        self._dead: set[str] = set()

    async def load(self) -> None:
        """Read the file. Raises sqlite3.Error."""
        self._dead |= {name for (name,) in await self._database.rows("SELECT conversation FROM gone")}

    async def expire(self) -> None:
        """Forget what is old and finished. Raises sqlite3.Error."""
        statement = "DELETE FROM gone WHERE until < ? AND forgotten = 1 AND noted = ? RETURNING conversation"
        self._dead -= {name for (name,) in await self._database.rows(statement, (self._clock(), DONE))}

    def has(self, conversation: str) -> bool:
        """Whether ``conversation`` was deleted."""
        return conversation in self._dead

    async def bury(self, conversation: Conversation) -> Deletion:
        """Erase what the gateway has of ``conversation``, for good, and give what there is to do.

        A deletion that was begun before is given as it stands. Raises sqlite3.Error: then nothing changed.
        """
        self._dead.add(conversation.id)
        try:
            return await self._database.run(lambda connection: self._bury(connection, conversation))
        except sqlite3.Error:
            self._dead.discard(conversation.id)
            raise

    async def unfinished(self) -> list[Deletion]:
        """The deletions of which something is left to be done. Raises sqlite3.Error."""
        rows = await self._database.rows(f"SELECT {COLUMNS} FROM gone WHERE forgotten = 0 OR noted <> ?", (DONE,))
        return [Deletion.of(row) for row in rows]

    async def progress(self, deletion: Deletion) -> None:
        """Keep how far ``deletion`` has come; of a finished one not even the pseudonym. Raises sqlite3.Error."""
        subject = "" if deletion.finished else deletion.deleted.subject
        statement = "UPDATE gone SET forgotten = ?, noted = ?, subject = ? WHERE conversation = ?"
        values = (int(deletion.forgotten), deletion.noted, subject, deletion.deleted.conversation)
        await self._database.rows(statement, values)

    def _bury(self, connection: sqlite3.Connection, conversation: Conversation) -> Deletion:
        c = conversation
        with transaction(connection):
            row = connection.execute(f"SELECT {COLUMNS} FROM gone WHERE conversation = ?", (c.id,)).fetchone()
            if row:
                return Deletion.of(row)
            deleted = Deleted(new_reference(), c.id, c.subject, c.channel, c.language)
            connection.execute(
                "INSERT INTO gone (conversation, until, reference, subject, channel, language) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (c.id, self._clock() + self._seconds, deleted.reference, c.subject, c.channel, c.language),
            )
            connection.execute("DELETE FROM message WHERE conversation = ?", (c.id,))
            connection.execute("DELETE FROM visit WHERE conversation = ?", (c.id,))
        return Deletion(deleted)


def advanced(deletion: Deletion, *, forgotten: bool, noted: str) -> Deletion:
    """``deletion`` a step further."""
    return replace(deletion, forgotten=forgotten, noted=noted)
