"""The append-only, hash-chained ledger of consent records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.exc import IntegrityError

from records.clock import now, stamp
from records.errors import StoreDown
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


def digest(record: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON of the fields in ``FIELDS``."""
    return hashlib.sha256(canonical({name: record[name] for name in FIELDS}).encode()).hexdigest()


def append(store: Store, subject: str, build: Callable[[dict[str, Any] | None], Entry | None]) -> dict[str, Any] | None:
    """Add a record at the end of the chain and give it whole. Writers take turns, so the chain never forks.

    ``build`` gets the subject's newest record or None and makes the entry, while no other writer can come between;
    when it makes none, nothing is added. Raises StoreDown when it could not be stored.
    """
    try:
        with store.write() as session:
            store.lock(session, LOCK)
            newest = session.scalar(_newest(subject))
            entry = build(_dict(newest) if newest else None)
            if entry is None:
                return None
            head = session.execute(select(Consent.seq, Consent.hash).order_by(Consent.seq.desc()).limit(1)).first()
            record: dict[str, Any] = asdict(entry) | {
                "id": new_id(),
                "seq": head.seq + 1 if head else 1,
                "schema_version": SCHEMA_VERSION,
                "created_at": stamp(now()),
                "prev_hash": head.hash if head else FIRST,
            }
            record["hash"] = digest(record)
            session.execute(insert(Consent).values(**record))
    except IntegrityError as error:
        raise StoreDown("the record does not fit the chain") from error
    return record


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


def _newest(subject: str) -> Select[tuple[Consent]]:
    return select(Consent).where(Consent.subject == subject).order_by(Consent.seq.desc()).limit(1)


def _dict(row: Consent) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*FIELDS, "hash")}
