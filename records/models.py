"""The tables, as SQLAlchemy classes. ``records/migrations`` creates them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


def canonical(value: object) -> str:
    """``value`` as JSON with sorted keys and no spare blanks: the same value always gives the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses moments without a zone, which would be ambiguous."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CanonicalJson(TypeDecorator[Any]):
    """JSON kept as canonical text, so that a hash over it is a hash over what is stored."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """The canonical text."""
        return canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The parsed value."""
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    """Parent of all tables."""


def new_id() -> str:
    """A random UUID as text."""
    return str(uuid.uuid4())


class Contact(Base):
    """A person who asked to be contacted. ``status`` is ``new``, ``handled`` or ``erased``."""

    __tablename__ = "contact"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    conversation: Mapped[str] = mapped_column(String(255), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(Text)
    consent_text_hash: Mapped[str] = mapped_column(String(64))
    notice_version: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="new")


class Outbox(Base):
    """A delivery owed to the outside. ``status`` is ``pending``, ``delivered`` or ``stuck``; ``id`` is its key there.

    ``about`` is ``contact`` or ``erasure`` and ``about_id`` the row to render: personal data are not copied here.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "status", "next_attempt_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(20))
    about_id: Mapped[str] = mapped_column(String(36), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(36))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


class Consent(Base):
    """One act about the cookie choice. Rows are only ever added; each carries the hash of the one before."""

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("seq"),
        UniqueConstraint("prev_hash"),
        UniqueConstraint("hash"),
        Index("ix_consent_subject_seq", "subject", "seq"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int]
    schema_version: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(255))
    conversation: Mapped[str] = mapped_column(String(255))
    notice_id: Mapped[str] = mapped_column(String(40))
    notice_version: Mapped[str] = mapped_column(String(20))
    notice_language: Mapped[str] = mapped_column(String(8))
    notice_hash: Mapped[str] = mapped_column(String(64))
    layout: Mapped[Any] = mapped_column(CanonicalJson)
    choices: Mapped[Any] = mapped_column(CanonicalJson)
    event: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[str] = mapped_column(String(27))
    software_version: Mapped[str] = mapped_column(String(40))
    signals: Mapped[Any] = mapped_column(CanonicalJson)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Anchor(Base):
    """The ledger's head at a moment; the same line stands in a file outside the database."""

    __tablename__ = "anchor"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    seq: Mapped[int] = mapped_column(ForeignKey("consent.seq"), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[str] = mapped_column(String(27))
    mac: Mapped[str] = mapped_column(String(64))


class Ticket(Base):
    """A turn that failed, for the operators. Holds no personal data. ``status`` is ``open`` or ``closed``."""

    __tablename__ = "ticket"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    conversation: Mapped[str] = mapped_column(String(255))
    channel: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(80))
    error: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(20), default="open")


class ErasureRequest(Base):
    """Somebody who asked to be erased. ``status`` is ``open`` or ``done``.

    ``kind`` is ``person`` (said in the chat; people see to it, in all stores) or ``conversation`` (deleted by the
    visitor; the gateway sees to it).
    """

    __tablename__ = "erasure_request"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    conversation: Mapped[str] = mapped_column(String(255), index=True)
    subject: Mapped[str] = mapped_column(String(255))
    channel: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(20), default="open")
    kind: Mapped[str] = mapped_column(String(20), default="person", server_default="person")


class Rating(Base):
    """What a visitor thought of one message, or with an empty ``message`` of the whole conversation.

    ``value`` is ``up`` or ``down`` for a message and ``1`` to ``5`` for the whole. ``topic`` is that of the answer that
    was rated, because the message itself is soon forgotten. ``comment`` goes when the visitor deletes the conversation.
    """

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("conversation", "message"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    conversation: Mapped[str] = mapped_column(String(255))
    message: Mapped[str] = mapped_column(String(20), default="")
    channel: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    topic: Mapped[str | None] = mapped_column(String(120))
    value: Mapped[str] = mapped_column(String(8))
    comment: Mapped[str | None] = mapped_column(Text)
