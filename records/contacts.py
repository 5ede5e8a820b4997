"""Contact requests: stored together with the deliveries they cause, or not at all."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records import outbox
from records.clock import now
from records.errors import StoreDown
from records.models import Contact, canonical
from records.references import reference
from records.store import Store
from settings import Settings

TRIES = 5


@dataclass(frozen=True)
class NewContact:
    """What a visitor left. ``phone`` is E.164 or None, ``country`` ISO 3166-1 alpha-2, ``question`` may be None."""

    conversation: str
    channel: str
    language: str
    name: str
    company: str
    email: str
    phone: str | None
    country: str
    subject: str
    question: str | None
    consent_text_hash: str
    notice_version: str


def add(store: Store, settings: Settings, contact: NewContact) -> str:
    """Store ``contact`` with its outbox rows in one transaction and give its reference.

    The same details from the same conversation give the same reference again and cause no second delivery.
    Raises StoreDown when nothing could be stored.
    """
    key = idempotency_key(settings, contact)
    for _ in range(TRIES):
        try:
            with store.write() as session:
                known = session.scalar(select(Contact.reference).where(Contact.idempotency_key == key))
                if known is not None:
                    return known
                return _insert(session, settings, contact, key)
        except IntegrityError:
            continue  # another writer was first, or the reference was taken: look again
    raise StoreDown("no free reference found")


def latest_reference(store: Store, conversation: str, within: timedelta) -> str | None:
    """The reference of the newest contact this conversation left in the last ``within``, or None."""
    query = (
        select(Contact.reference)
        .where(Contact.conversation == conversation, Contact.created_at >= now() - within)
        .order_by(Contact.created_at.desc())
        .limit(1)
    )
    with store.read() as session:
        return session.scalar(query)


def idempotency_key(settings: Settings, contact: NewContact) -> str:
    """A keyed hash of what was left and where; says nothing about the person to who has no key."""
    details = asdict(contact)
    for name in ("consent_text_hash", "notice_version", "channel", "language"):
        del details[name]
    return hmac.new(settings.keyed("contact"), canonical(details).encode(), hashlib.sha256).hexdigest()


def _insert(session: Session, settings: Settings, contact: NewContact, key: str) -> str:
    row = Contact(reference=reference("BLS"), idempotency_key=key, created_at=now(), status="new", **asdict(contact))
    session.add(row)
    session.flush()
    outbox.enqueue(session, "mail", "contact", row.id)
    if settings.webhook_url:
        outbox.enqueue(session, "webhook", "contact", row.id)
    return row.reference
