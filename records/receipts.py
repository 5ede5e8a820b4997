"""Receipts: what a person gets of a record, in the form of ISO/IEC TS 27560, and how it stands today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from records import anchors, consents, holds, ledger, notice
from records.choices import LAPSED
from records.store import Store
from settings import Settings

Standing = Literal["in_force", "withdrawn", "replaced", "lapsed", "outdated", "held"]
"""How a record stands: it counts; a later one granted nothing, or something else; it is too old; the notice has
changed; a later choice could not be stored yet, so that nothing counts."""

CONTROLLER = "controller"
PROFILE = "ISO/IEC TS 27560:2023"
RIGHTS = ("access", "rectification", "erasure", "restriction", "portability", "withdrawal", "complaint")


def address(settings: Settings, record_id: str) -> str:
    """Where people find the receipt."""
    return f"{settings.public_url}/receipts/{record_id}"


def standing(settings: Settings, record: Mapping[str, Any], newest: Mapping[str, Any]) -> Standing:
    """How ``record`` stands, ``newest`` being its subject's newest one."""
    if record["id"] != newest["id"]:
        return "replaced" if any(newest["choices"].values()) else "withdrawn"
    if holds.is_held(settings, record["subject"]):
        return "held"
    if record["event"] in LAPSED or record["notice_version"] != notice.current_version():
        return "outdated"
    return "in_force" if consents.is_current(settings, record) else "lapsed"


def receipt(store: Store, settings: Settings, record_id: str) -> dict[str, Any] | None:
    """The receipt of a record, None for an unknown id. Raises StoreDown."""
    record = ledger.read(store, record_id)
    if record is None:
        return None
    return of(store, settings, record, ledger.latest(store, record["subject"]) or record)


def of(store: Store, settings: Settings, record: Mapping[str, Any], newest: Mapping[str, Any]) -> dict[str, Any]:
    """The receipt of ``record``, ``newest`` being its subject's newest one. Raises StoreDown."""
    shown = notice.load(settings, record["notice_language"], record["notice_version"])
    text = shown.text(record["layout"].get("layer"))
    mark = anchors.anchored(store, record["seq"])
    return {
        "profile": PROFILE,
        "receipt_id": record["id"],
        "receipt_url": address(settings, record["id"]),
        "schema_version": record["schema_version"],
        "record_id": record["id"],
        "pii_principal_id": record["subject"],
        "language": record["notice_language"],
        "privacy_notice": {
            "id": record["notice_id"],
            "version": record["notice_version"],
            "language": record["notice_language"],
            "sha256": record["notice_hash"],
            "text": text,
            "text_matches_sha256": notice.text_hash(text) == record["notice_hash"],
            "layout": record["layout"],
        },
        "purposes": [
            {
                "purpose": purpose.id,
                "title": purpose.title,
                "description": purpose.what_for,
                "lawful_basis": "consent (GDPR article 6(1)(a))",
                "consented": record["choices"].get(purpose.id) is True,
                "pii_information": purpose.data,
                "pii_controllers": [CONTROLLER],
                "retention_period": purpose.lifetime,
                "recipient_third_parties": [],
                "collection_method": record["method"],
                "withdrawal_method": address(settings, record["id"]),
                "privacy_rights": list(RIGHTS),
            }
            for purpose in shown.purposes.values()
            if purpose.id in record["choices"]
        ],
        "parties": [
            {
                "party_id": CONTROLLER,
                "party_role": "pii_controller",
                "party_name": shown.controller_name,
                "party_contact": settings.controller_contact,
            }
        ],
        "event": {
            "event_type": "explicit" if any(record["choices"].values()) else "none",
            "event_state": record["event"],
            "event_time": record["created_at"],
            "valid_until": consents.valid_until(settings, record),
            "method": record["method"],
            "channel": record["channel"],
            "signals": record["signals"],
        },
        "standing": {"state": standing(settings, record, newest), "newest_receipt": newest["id"]},
        "integrity": {
            "sequence": record["seq"],
            "previous_sha256": record["prev_hash"],
            "sha256": record["hash"],
            "hashed_text": ledger.hashed_text(record),
            "anchor": {"sequence": mark.seq, "sha256": mark.hash, "time": mark.at} if mark else None,
        },
    }
