"""Erasures: requests of persons, told to the data controller by mail, and conversations their visitors deleted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from records import outbox, ratings
from records.clock import now
from records.models import ErasureRequest
from records.references import reference
from records.store import Store

LOCK = 7_246_003
PERSON, CONVERSATION = "person", "conversation"


@dataclass(frozen=True)
class Deleted:
    """A conversation that its visitor deleted; ``reference`` is what the visitor was told."""

    reference: str
    conversation: str
    subject: str
    channel: str
    language: str


def new_reference() -> str:
    """A reference the visitor can quote; made before the record, because it may not be possible to store one."""
    return reference("ERA")


def request(store: Store, conversation: str, subject: str, channel: str, language: str) -> str:
    """Store the request and owe its mail; an open request of the same conversation is not doubled.

    Gives the reference. Raises StoreDown when nothing could be stored.
    """
    open_one = select(ErasureRequest.reference).where(
        ErasureRequest.conversation == conversation, ErasureRequest.status == "open", ErasureRequest.kind == PERSON
    )
    with store.write() as session:
        store.lock(session, LOCK)
        known = session.scalar(open_one)
        if known is not None:
            return known
        row = ErasureRequest(
            reference=new_reference(),
            created_at=now(),
            conversation=conversation,
            subject=subject,
            channel=channel,
            language=language,
            status="open",
            kind=PERSON,
        )
        session.add(row)
        session.flush()
        outbox.enqueue(session, "mail", "erasure", row.id)
        return row.reference


def note_deletion(store: Store, deleted: Deleted, *, done: bool) -> None:
    """Record a deletion, or how far it has come, and erase the comments of its ratings. Can be repeated.

    The controller gets a mail about a deletion that is not ``done``, once. Raises StoreDown: then nothing changed.
    """
    known = select(ErasureRequest).where(ErasureRequest.reference == deleted.reference)
    with store.write() as session:
        store.lock(session, LOCK)
        ratings.forget_comments(session, deleted.conversation)
        row = session.scalar(known)
        if row is not None:
            row.status = "done" if done else row.status
            return
        row = ErasureRequest(
            reference=deleted.reference,
            created_at=now(),
            conversation=deleted.conversation,
            subject=deleted.subject,
            channel=deleted.channel,
            language=deleted.language,
            status="done" if done else "open",
            kind=CONVERSATION,
        )
        session.add(row)
        if not done:
            session.flush()
            outbox.enqueue(session, "mail", "erasure", row.id)
