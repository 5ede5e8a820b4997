"""Requests to be erased: noted with a reference, and told to the data controller by mail."""

from __future__ import annotations

from sqlalchemy import select

from records import outbox
from records.clock import now
from records.models import ErasureRequest
from records.references import reference
from records.store import Store

LOCK = 7_246_003


def request(store: Store, conversation: str, subject: str, channel: str, language: str) -> str:
    """Store the request and owe its mail; an open request of the same conversation is not doubled.

    Gives the reference. Raises StoreDown when nothing could be stored.
    """
    open_one = select(ErasureRequest.reference).where(
        ErasureRequest.conversation == conversation, ErasureRequest.status == "open"
    )
    with store.write() as session:
        store.lock(session, LOCK)
        known = session.scalar(open_one)
        if known is not None:
            return known
        row = ErasureRequest(
            reference=reference("ERA"),
            created_at=now(),
            conversation=conversation,
            subject=subject,
            channel=channel,
            language=language,
            status="open",
        )
        session.add(row)
        session.flush()
        outbox.enqueue(session, "mail", "erasure", row.id)
        return row.reference
