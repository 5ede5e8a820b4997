"""What a conversation left in the records database, as the dialogue files describe it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from records.models import Base, Consent, Contact, ErasureRequest, Outbox
from records.store import Store
from records.verify import verify
from settings import Settings
from tests.dialogues.script import same


def differences(stored: dict[str, Any], conversation: str, store: Store, settings: Settings) -> list[str]:
    """What is stored otherwise than ``stored`` says, which may hold ``contacts``, ``ledger`` and ``erasures``."""
    unknown = set(stored) - {"contacts", "ledger", "erasures"}
    found = [f"stored knows no {name}" for name in unknown]
    if "contacts" in stored:
        found += _compare("contact", stored["contacts"], _contacts(store, conversation))
    if "ledger" in stored:
        found += _compare("ledger", stored["ledger"], _ledger(store, conversation))
        verdict = verify(store, settings)
        found += [verdict.problem] if verdict.problem else []
    if "erasures" in stored:
        found += _compare("erasure", stored["erasures"], _erasures(store, conversation))
    return found


def _compare(what: str, wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> list[str]:
    if len(wanted) != len(got):
        return [f"{len(got)} rows of {what} instead of {len(wanted)}: {got}"]
    return [
        f"{what}: {key} is {row.get(key)!r} instead of {value!r}"
        for wish, row in zip(wanted, got, strict=True)
        for key, value in wish.items()
        if key not in row or not same(value, row[key])
    ]


def _contacts(store: Store, conversation: str) -> list[dict[str, Any]]:
    with store.read() as session:
        rows = session.scalars(select(Contact).where(Contact.conversation == conversation).order_by(Contact.created_at))
        owed = list(session.scalars(select(Outbox.about_id).where(Outbox.kind == "mail")))
        return [_columns(row) | {"mails": owed.count(row.id)} for row in rows]


def _ledger(store: Store, conversation: str) -> list[dict[str, Any]]:
    with store.read() as session:
        rows = session.scalars(select(Consent).where(Consent.conversation == conversation).order_by(Consent.seq))
        return [_columns(row) for row in rows]


def _erasures(store: Store, conversation: str) -> list[dict[str, Any]]:
    with store.read() as session:
        rows = session.scalars(select(ErasureRequest).where(ErasureRequest.conversation == conversation))
        return [_columns(row) for row in rows]


def _columns(row: Base) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
