"""When each conversation was last visited, and so how long its messages are kept: a day, or longer with consent."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gateway.conversation import Conversation
from gateway.database import Database, transaction

KEPT = "SELECT conversation FROM visit WHERE until > ?"


@dataclass(frozen=True)
class Spans:
    """In seconds: ``short`` is how long messages are kept without consent, ``long`` how long after a visit with it."""

    short: float
    long: float


class Visits:
    """One row a conversation. ``until`` is set while its person lets us remember it."""

    def __init__(self, database: Database, spans: Spans, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives the time in seconds since the epoch."""
        self._database, self._spans, self._clock = database, spans, clock
        self._switched: dict[str, str] = {}

    async def load(self) -> None:
        """Read which conversations changed their language. Raises sqlite3.Error."""
        statement = "SELECT conversation, language FROM visit WHERE language IS NOT NULL"
        self._switched = dict(await self._database.rows(statement))

    async def note(self, conversation: Conversation, *, functional: bool | None = None) -> None:
        """Somebody is here. ``functional`` is whether we may remember the conversation, None for as before.

        Raises sqlite3.Error.
        """
        now = self._clock()
        until = {True: now + self._spans.long, False: None, None: None}[functional]
        again = "until" if functional is None else "excluded.until"
        statement = (
            "INSERT INTO visit (conversation, subject, visited, until) SELECT ?1, ?2, ?3, ?4 "
            "WHERE NOT EXISTS (SELECT 1 FROM gone WHERE conversation = ?1) "
            "ON CONFLICT (conversation) DO UPDATE SET subject = excluded.subject, visited = excluded.visited, "
            f"until = {again}"
        )
        values = (conversation.id, conversation.subject, now, until)
        await self._database.rows(statement, values)

    async def speak(self, conversation: Conversation) -> None:
        """The conversation goes on in its present language, whatever older tokens say. Raises sqlite3.Error."""
        await self.note(conversation)
        statement = "UPDATE visit SET language = ? WHERE conversation = ?"
        await self._database.rows(statement, (conversation.language, conversation.id))
        self._switched[conversation.id] = conversation.language

    def current(self, conversation: Conversation) -> Conversation:
        """``conversation`` in the language somebody changed it to, in whichever tab."""
        return replace(conversation, language=self._switched.get(conversation.id, conversation.language))

    def drop(self, conversation: str) -> None:
        """Forget the language of a conversation that was deleted."""
        self._switched.pop(conversation, None)

    async def subjects(self) -> list[str]:
        """The people whose consent decides about messages: older than the short span, or kept so far."""
        statement = (
            "SELECT DISTINCT subject FROM visit WHERE until IS NOT NULL OR EXISTS "
            "(SELECT 1 FROM message m WHERE m.conversation = visit.conversation AND m.at < ?)"
        )
        oldest = self._clock() - self._spans.short
        return [name for (name,) in await self._database.rows(statement, (oldest,))]

    async def expire(self, functional: Mapping[str, bool], *, unsure: bool = False) -> None:
        """Forget what may not be kept, by each subject's consent.

        ``unsure``: not everybody's is known just now. Then what was kept stays kept, and the rest has a second short
        span, so that an outage does not cost people their conversations. Raises sqlite3.Error.
        """
        await self._database.run(lambda connection: self._expire(connection, functional, unsure))
        await self.load()

    def _expire(self, connection: sqlite3.Connection, functional: Mapping[str, bool], unsure: bool) -> None:
        now = self._clock()
        oldest = now - self._spans.short * (2 if unsure else 1)
        granted = [(self._spans.long, subject) for subject, given in functional.items() if given]
        others = [(subject,) for subject, given in functional.items() if not given]
        with transaction(connection):
            connection.executemany("UPDATE visit SET until = visited + ? WHERE subject = ?", granted)
            connection.executemany("UPDATE visit SET until = NULL WHERE subject = ?", others)
            connection.execute(f"DELETE FROM message WHERE at < ? AND conversation NOT IN ({KEPT})", (oldest, now))
            connection.execute(
                "DELETE FROM visit WHERE visited < ? AND coalesce(until, 0) <= ? AND conversation NOT IN "
                "(SELECT conversation FROM message)",
                (oldest, now),
            )
