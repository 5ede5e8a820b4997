"""Tells the operators about a failed turn, if the records can be written just now."""

from __future__ import annotations

import asyncio

import structlog

from gateway.conversation import Conversation
from records import tickets
from records.errors import StoreDown
from records.store import Store

log = structlog.get_logger(__name__)

SECONDS = 1.0
"""An apology does not wait longer than this for its ticket."""


class Tickets:
    """Opens tickets in the records."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def open(self, conversation: Conversation, where: str, error: str, reference: str | None = None) -> str:
        """Open a ticket and give its ``reference``, a new one by default.

        Never fails, but the ticket may not be stored.
        """
        reference = reference or tickets.new_reference()
        work = asyncio.to_thread(
            tickets.open_ticket, self._store, reference, conversation.id, conversation.channel, where, error
        )
        try:
            await asyncio.wait_for(work, SECONDS)
        except (StoreDown, TimeoutError) as problem:
            log.error("gateway.ticket.not_stored", reference=reference, reason=type(problem).__name__)
        return reference
