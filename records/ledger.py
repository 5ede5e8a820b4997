"""The append-only, hash-chained ledger of consent records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.exc import IntegrityError

from records.clock import now, stamp
from records.errors import KeyUsed, StoreDown
from records.models import Consent, canonical, new_id
from records.store import Store

SCHEMA_VERSION = "1"
FIRST = "0" * 64
"""What the first record names as the hash before it."""
LOCK = 7_246_002
FIELDS = tuple(column.key for column in Consent.__table__.columns if column.key != "hash")
"""The fields a record's hash covers: all but the hash itself."""
JSON_FIELDS = ("layout", "choices", "signals")


@dataclass(frozen=True)
class Entry:
    """What the writer of a record knows; the ledger adds number, time and hashes."""

    subject: str
    conversation: str
    notice_id: str
    notice_version: str
    notice_language: str
    notice_hash: str
    layout: Mapping[str, Any]
    choices: Mapping[str, bool]
    event: str
    method: str
    channel: str
    software_version: str
    signals: Mapping[str, Any]


@dataclass(frozen=True)
class Written:
    """What ``append`` came to: the act's ``record``, whether it is ``new``, and the subject's ``newest`` one now.

    ``record`` is None when nothing was to be written; it is not the newest one when an old act was repeated.
    """

    record: dict[str, Any] | None
    new: bool
    newest: dict[str, Any] | None


def hashed_text(record: Mapping[str, Any]) -> str:
    """The text whose SHA-256 is the record's hash: the canonical JSON of the fields in ``FIELDS``."""
    return canonical({name: record[name] for name in FIELDS})


def digest(record: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) of the record's ``hashed_text``."""
    return hashlib.sha256(hashed_text(record).encode()).hexdigest()


def append(
    store: Store,
    subject: str,
    build: Callable[[dict[str, Any] | None], Entry | None],
    record_id: str | None = None,
) -> Written:
    """Add a record at the end of the chain. Writers take turns, so the chain never forks.

    ``build`` gets the subject's newest record or None and makes the entry, while no other writer can come between;
    when it makes none, nothing is added. With a ``record_id`` an act is written once, however often it is repeated: the
    record that is there already is given back. Raises StoreDown when it could not be stored, KeyUsed when
    ``record_id`` is the record of somebody else.
    """
    try:
        with store.write() as session:
            store.lock(session, LOCK)
            row = session.scalar(_newest(subject))
            newest = _dict(row) if row else None
            known = session.get(Consent, record_id) if record_id else None
            if known is not None and known.subject != subject:
                raise KeyUsed
            if known is not None:
                return Written(_dict(known), False, newest)
            entry = build(newest)
            if entry is None:
                return Written(None, False, newest)
            head = session.execute(select(Consent.seq, Consent.hash).order_by(Consent.seq.desc()).limit(1)).first()
            record: dict[str, Any] = asdict(entry) | {
                "id": record_id or new_id(),
                "seq": head.seq + 1 if head else 1,
                "schema_version": SCHEMA_VERSION,
                "created_at": stamp(now()),
                "prev_hash": head.hash if head else FIRST,
            }
            record["hash"] = digest(record)
            session.execute(insert(Consent).values(**record))
    except IntegrityError as error:
        raise StoreDown("the record does not fit the chain") from error
    return Written(record, True, record)


def read(store: Store, record_id: str) -> dict[str, Any] | None:
    """The record with this id, or None. Raises StoreDown."""
    with store.read() as session:
        row = session.get(Consent, record_id)
        return _dict(row) if row else None


def latest(store: Store, subject: str) -> dict[str, Any] | None:
    """The subject's newest record, or None. Raises StoreDown."""
    with store.read() as session:
        row = session.scalar(_newest(subject))
        return _dict(row) if row else None


def of(store: Store, subject: str) -> list[dict[str, Any]]:
    """All records of the subject, oldest first. Raises StoreDown."""
    with store.read() as session:
        rows = session.scalars(select(Consent).where(Consent.subject == subject).order_by(Consent.seq))
        return [_dict(row) for row in rows]


def _newest(subject: str) -> Select[tuple[Consent]]:
    return select(Consent).where(Consent.subject == subject).order_by(Consent.seq.desc()).limit(1)


def _dict(row: Consent) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*FIELDS, "hash")}
