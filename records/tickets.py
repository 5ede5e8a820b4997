"""Tickets for the operators: a turn that failed, without anything personal."""

from __future__ import annotations

from records.clock import now
from records.models import Ticket
from records.references import reference
from records.store import Store


def new_reference() -> str:
    """A reference the visitor can quote; made before the ticket, because it may not be possible to store one."""
    return reference("ERR")


def open_ticket(store: Store, number: str, conversation: str, channel: str, action: str, error: str) -> None:
    """Store a ticket under ``number``. ``error`` is an error's class name. Raises StoreDown."""
    with store.write() as session:
        session.add(
            Ticket(
                reference=number,
                created_at=now(),
                conversation=conversation[:255],
                channel=channel[:40],
                action=action[:80],
                error=error[:120],
                status="open",
            )
        )
