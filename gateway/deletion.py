"""A visitor deletes the conversation: out of the gateway at once, then out of the engine and the records."""

from __future__ import annotations

import asyncio
import sqlite3

import structlog

from gateway.conversation import Conversation
from gateway.engine import Engine, EngineFailed
from gateway.event_log import EventLog
from gateway.gone import DONE, OPEN, Deletion, Gone, advanced
from gateway.metrics import Metrics
from gateway.turns import Turns
from gateway.visits import Visits
from records import erasures
from records.errors import StoreDown
from records.store import Store

log = structlog.get_logger(__name__)


class Deletions:
    """Carries deletions out, and takes up again what could not be done."""

    def __init__(
        self, engine: Engine, turns: Turns, events: EventLog, visits: Visits, gone: Gone, store: Store,
        metrics: Metrics,
    ) -> None:  # fmt: skip
        self._engine, self._turns, self._events, self._visits = engine, turns, events, visits
        self._gone, self._store, self._metrics = gone, store, metrics

    async def delete(self, conversation: Conversation) -> Deletion:
        """Delete ``conversation``; its token is good for nothing afterwards. Raises sqlite3.Error if nothing was done.

        What cannot be done now (the result is not ``finished``) is done by ``retry()``.
        """
        deletion = await self._gone.bury(conversation)
        self._visits.drop(conversation.id)
        self._events.wake(conversation.id)
        if not deletion.finished:
            deletion = await self._carry_out(deletion)
        self._metrics.deletions.labels("done" if deletion.finished else "pending").inc()
        return deletion

    async def retry(self) -> None:
        """Go on with the deletions that are not finished."""
        for deletion in await self._gone.unfinished():
            if (await self._carry_out(deletion)).finished:
                self._metrics.deletions.labels("late").inc()

    async def _carry_out(self, deletion: Deletion) -> Deletion:
        forgotten = deletion.forgotten or await self._forget(deletion.deleted.conversation)
        state = DONE if forgotten else OPEN
        noted = state if deletion.noted == state or await self._note(deletion, state) else deletion.noted
        further = advanced(deletion, forgotten=forgotten, noted=noted)
        if further != deletion:
            await self._progress(further)
        log.info("gateway.deletion", reference=deletion.deleted.reference, finished=further.finished)
        return further

    async def _forget(self, conversation: str) -> bool:
        # A turn under way would write after us: it ends first, and those behind it find the conversation gone.
        async with self._turns.alone(conversation):
            try:
                await self._engine.forget(conversation)
            except EngineFailed as failure:
                log.warning("gateway.deletion.engine_failed", reason=failure.reason)
                return False
        return True

    async def _note(self, deletion: Deletion, state: str) -> bool:
        try:
            await asyncio.to_thread(erasures.note_deletion, self._store, deletion.deleted, done=state == DONE)
        except StoreDown as error:
            log.warning("gateway.deletion.not_noted", reason=str(error))
            return False
        return True

    async def _progress(self, deletion: Deletion) -> None:
        try:
            await self._gone.progress(deletion)
        except sqlite3.Error as error:  # it is only done once more
            log.warning("gateway.deletion.progress_not_kept", reason=str(error))
