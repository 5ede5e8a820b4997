"""Everything the ledger holds of one person, with what it takes to check it without us."""

from __future__ import annotations

from typing import Any

from records import ledger, notice, receipts
from records.clock import now, stamp
from records.store import Store
from settings import Settings

CHECK = (
    "Each record's sha256 is the SHA-256 of its hashed_text in UTF-8: the JSON of all its fields but the hash, keys "
    "sorted, without blanks (printf %s TEXT | sha256sum). Its previous_sha256 is the hash of the record before it in "
    "the ledger, which may be another person's. A notice's sha256 is the SHA-256 of the text beside it. An anchor is "
    "the ledger's last record at that time; the controller keeps all anchors outside the database, and whoever has a "
    "copy of them can tell whether the ledger was rewritten since."
)


def export(store: Store, settings: Settings, subject: str) -> dict[str, Any] | None:
    """All records of ``subject`` with their receipts, the notices' texts and how to verify; None where there are none.

    Raises StoreDown.
    """
    records = ledger.of(store, subject)
    if not records:
        return None
    shown = sorted({(record["notice_version"], record["notice_language"]) for record in records})
    return {
        "exported_at": stamp(now()),
        "subject": subject,
        "how_to_verify": CHECK,
        "records": [
            {
                "record": record,
                "hashed_text": ledger.hashed_text(record),
                "receipt": receipts.of(store, settings, record, records[-1]),
            }
            for record in records
        ],
        "notices": [_notice(settings, version, language) for version, language in shown],
    }


def subject_of(store: Store, name: str) -> str:
    """The subject that ``name`` stands for: a receipt's number, its address, or a subject. Raises StoreDown."""
    record = ledger.read(store, name.rstrip("/").rsplit("/", 1)[-1])
    return record["subject"] if record else name


def _notice(settings: Settings, version: str, language: str) -> dict[str, Any]:
    on = notice.load(settings, language, version)
    layers = {layer: on.text(layer) for layer in (1, 2)}
    return {
        "version": version,
        "language": language,
        "title": on.title,
        "layers": [{"layer": layer, "text": text, "sha256": notice.text_hash(text)} for layer, text in layers.items()],
    }
