"""Cookie choices: recording an act, the choice in force, and the receipt."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from records import anchors, choices, holds, ledger, notice
from records.clock import now, parse, stamp
from records.errors import StoreDown
from records.store import Store
from settings import Settings

PROJECT = Path(__file__).parents[1] / "pyproject.toml"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Occasion:
    """Where and how an act happened. ``shown`` is the exact text of the notice shown, ``layout`` its facts.

    ``method`` is ``banner``, ``chat``, ``gpc`` or ``api``; ``signals`` what a browser sent, like ``{"gpc": true}``.
    """

    subject: str
    conversation: str
    channel: str
    language: str
    method: str
    shown: str
    notice_version: str
    layout: Mapping[str, Any]
    signals: Mapping[str, Any] = field(default_factory=dict)


def record(store: Store, settings: Settings, occasion: Occasion, act: choices.Act) -> dict[str, Any]:
    """Store ``act`` and give the new record. Raises StoreDown: then nothing changed and nothing is granted anew."""

    def build(newest: dict[str, Any] | None) -> ledger.Entry:
        valid = newest is not None and is_current(settings, newest) and not holds.is_held(settings, occasion.subject)
        before = dict(newest["choices"]) if newest and valid else None
        after = choices.apply(act, before)
        return _entry(occasion, after, choices.event(before, after))

    written = ledger.append(store, occasion.subject, build)
    assert written is not None
    holds.release(settings, occasion.subject)
    _anchor(store, settings)
    return written


def note_asked_again(store: Store, settings: Settings, occasion: Occasion) -> None:
    """Record that a lapsed choice is asked again, if there is one. It grants nothing. Raises StoreDown."""

    def build(newest: dict[str, Any] | None) -> ledger.Entry | None:
        if newest is None or newest["event"] in choices.LAPSED or is_current(settings, newest):
            return None
        return _entry(occasion, choices.nothing(), "re-asked")

    if ledger.append(store, occasion.subject, build):
        _anchor(store, settings)


def in_force(store: Store, settings: Settings, subject: str) -> dict[str, bool] | None:
    """The subject's choices in force, or None when there is no valid one. Raises StoreDown."""
    newest = current(store, settings, subject)
    return dict(newest["choices"]) if newest else None


def current(store: Store, settings: Settings, subject: str) -> dict[str, Any] | None:
    """The record that is in force for the subject, or None. Raises StoreDown."""
    newest = ledger.latest(store, subject)
    return newest if newest and is_current(settings, newest) and not holds.is_held(settings, subject) else None


def latest(store: Store, subject: str) -> dict[str, Any] | None:
    """The subject's newest record, valid or not. Raises StoreDown."""
    return ledger.latest(store, subject)


def is_current(settings: Settings, entry: Mapping[str, Any]) -> bool:
    """Whether a record still counts: made under the current notice, not lapsed, not too old."""
    if entry["event"] in choices.LAPSED or entry["notice_version"] != notice.current_version():
        return False
    return now() - parse(entry["created_at"]) < timedelta(days=settings.consent_days)


def receipt(store: Store, settings: Settings, record_id: str) -> dict[str, Any] | None:
    """The receipt of a record, in the spirit of ISO/IEC TS 27560; None for an unknown id. Raises StoreDown."""
    entry = ledger.read(store, record_id)
    if entry is None:
        return None
    shown = notice.load(settings, entry["notice_language"], entry["notice_version"])
    made = parse(entry["created_at"])
    return {
        "receipt_id": entry["id"],
        "schema_version": entry["schema_version"],
        "record_id": entry["id"],
        "pii_principal_id": entry["subject"],
        "pii_controller": {"name": settings.controller_name, "contact": settings.controller_contact},
        "privacy_notice": {
            "id": entry["notice_id"],
            "version": entry["notice_version"],
            "language": entry["notice_language"],
            "sha256": entry["notice_hash"],
        },
        "purposes": [
            {
                "id": purpose,
                "title": shown.purposes[purpose].title,
                "description": shown.purposes[purpose].what_for,
                "pii": shown.purposes[purpose].data,
                "storage_period": shown.purposes[purpose].lifetime,
                "consented": given,
            }
            for purpose, given in entry["choices"].items()
            if purpose in shown.purposes
        ],
        "event": {
            "type": entry["event"],
            "time": entry["created_at"],
            "method": entry["method"],
            "channel": entry["channel"],
            "valid_until": stamp(made + timedelta(days=settings.consent_days)),
        },
        "integrity": {"sequence": entry["seq"], "previous": entry["prev_hash"], "sha256": entry["hash"]},
    }


@cache
def software_version() -> str:
    """The version that goes into a record, as pyproject.toml has it."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _anchor(store: Store, settings: Settings) -> None:
    try:
        anchors.anchor(store, settings)
    except (StoreDown, OSError) as error:
        # The record is safe in the ledger; the anchor is made up for by the next one or the timer.
        log.warning("consent.anchor.late", reason=type(error).__name__)


def _entry(occasion: Occasion, after: Mapping[str, bool], event: str) -> ledger.Entry:
    return ledger.Entry(
        subject=occasion.subject,
        conversation=occasion.conversation,
        notice_id=notice.NOTICE_ID,
        notice_version=occasion.notice_version,
        notice_language=occasion.language,
        notice_hash=notice.text_hash(occasion.shown),
        layout=dict(occasion.layout),
        choices=dict(after),
        event=event,
        method=occasion.method,
        channel=occasion.channel,
        software_version=software_version(),
        signals=dict(occasion.signals),
    )
