"""Whether people let us keep their conversations for later visits: the purpose ``functional``, read from the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from gateway.visits import Visits
from records import consents
from records.errors import StoreDown
from records.store import Store
from settings import Settings

log = structlog.get_logger(__name__)

PURPOSE = "functional"


class Remembering:
    """Asks the ledger, in a thread, because that is a database that can be slow or away."""

    def __init__(self, store: Store, settings: Settings, visits: Visits) -> None:
        self._store, self._settings, self._visits = store, settings, visits

    async def allowed(self, subject: str) -> bool | None:
        """Whether ``functional`` is in force for ``subject``; None when the ledger cannot be read."""
        answers = await asyncio.to_thread(self._ask, [subject])
        return answers.get(subject)

    async def expire(self) -> None:
        """Forget the messages that may not be kept any longer. Raises sqlite3.Error."""
        subjects = await self._visits.subjects()
        answers = await asyncio.to_thread(self._ask, subjects)
        await self._visits.expire(answers, unsure=len(answers) < len(subjects))

    def _ask(self, subjects: Sequence[str]) -> dict[str, bool]:
        answers: dict[str, bool] = {}
        try:
            for subject in subjects:
                choices = consents.in_force(self._store, self._settings, subject)
                answers[subject] = bool(choices and choices.get(PURPOSE))
        except StoreDown as error:
            log.warning("gateway.consent.unreadable", reason=str(error), unknown=len(subjects) - len(answers))
        return answers
