"""What visitors thought of an answer or of a whole conversation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from records.clock import now
from records.models import Rating
from records.store import Store

LOCK = 7_246_004


@dataclass(frozen=True)
class NewRating:
    """``message`` is empty for the whole conversation; ``value`` is ``up``, ``down`` or ``1`` to ``5``."""

    conversation: str
    message: str
    channel: str
    language: str
    value: str
    comment: str | None = None
    topic: str | None = None


def add(store: Store, given: NewRating) -> None:
    """Store ``given`` in the place of an earlier rating of the same. Raises StoreDown."""
    same = select(Rating).where(Rating.conversation == given.conversation, Rating.message == given.message)
    with store.write() as session:
        store.lock(session, LOCK)
        row = session.scalar(same)
        if row is None:
            row = Rating(conversation=given.conversation, message=given.message, channel=given.channel)
            session.add(row)
        row.created_at = now()
        row.language, row.topic = given.language, given.topic
        row.value, row.comment = given.value, given.comment


def forget_comments(session: Session, conversation: str) -> None:
    """Erase what a conversation's visitor wrote beside the ratings, in the caller's transaction."""
    session.execute(update(Rating).where(Rating.conversation == conversation).values(comment=None))


def drop_comments(store: Store, conversation: str) -> None:
    """``forget_comments`` on its own. Raises StoreDown."""
    with store.write() as session:
        forget_comments(session, conversation)
