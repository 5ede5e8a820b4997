"""Cookie choices: recording an act, and the choice in force."""

from __future__ import annotations

import tomllib
import uuid
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
KEYS = uuid.UUID("6f2b4a52-0c1e-5d6b-9a57-3f0d1a9f7c11")
"""Namespace in which a client's key becomes the id of its record."""
AHEAD = timedelta(days=1)
"""A record dated further ahead than this does not count: the clock was wrong then, or is now."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Occasion:
    """Where and how an act happened. ``shown`` is the exact text of the notice shown, ``layout`` its facts.

    ``method`` is ``banner``, ``chat``, ``gpc``, ``api`` or ``receipt``; ``signals`` what a browser sent, like
    ``{"gpc": true}``. With ``switches`` each purpose had one, and they showed what was in force: that is noted.
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
    switches: bool = False


def record_id(key: str) -> str:
    """The id of the record of the act with this key."""
    return str(uuid.uuid5(KEYS, key))


def record(store: Store, settings: Settings, occasion: Occasion, act: choices.Act) -> dict[str, Any]:
    """Store ``act`` and give the new record. Raises StoreDown: then nothing changed and nothing is granted anew."""
    written = write(store, settings, occasion, lambda newest: act)
    assert written.record is not None
    return written.record


def write(
    store: Store,
    settings: Settings,
    occasion: Occasion,
    decide: choices.Decide,
    key: str = "",
) -> ledger.Written:
    """Store what ``decide`` makes of the subject's newest record, once for each ``key``; nothing where it gives None.

    Raises StoreDown, KeyUsed, and what ``decide`` raises: then nothing was stored.
    """

    def build(newest: dict[str, Any] | None) -> ledger.Entry | None:
        act = decide(newest)
        if act is None:
            return None
        before = _valid(settings, newest)
        after = choices.apply(act, before)
        switched = {"switched_on": sorted(p for p, on in (before or {}).items() if on)} if occasion.switches else {}
        return _entry(occasion, after, choices.event(before, after), switched)

    written = ledger.append(store, occasion.subject, build, record_id(key) if key else None)
    _release(settings, occasion, written)
    if written.new:
        _anchor(store, settings)
    return written


def note_asked_again(store: Store, settings: Settings, occasion: Occasion) -> None:
    """Record that a lapsed choice is asked again, if there is one. It grants nothing. Raises StoreDown."""

    def build(newest: dict[str, Any] | None) -> ledger.Entry | None:
        if newest is None or newest["event"] in choices.LAPSED or is_current(settings, newest):
            return None
        return _entry(occasion, choices.nothing(), "re-asked", {})

    if ledger.append(store, occasion.subject, build).new:
        _anchor(store, settings)


def in_force(store: Store, settings: Settings, subject: str) -> dict[str, bool] | None:
    """The subject's choices in force, or None when there is no valid one. Raises StoreDown."""
    return _valid(settings, ledger.latest(store, subject))


def current(store: Store, settings: Settings, subject: str) -> dict[str, Any] | None:
    """The record that is in force for the subject, or None. Raises StoreDown."""
    newest = ledger.latest(store, subject)
    return newest if _valid(settings, newest) is not None else None


def latest(store: Store, subject: str) -> dict[str, Any] | None:
    """The subject's newest record, valid or not. Raises StoreDown."""
    return ledger.latest(store, subject)


def is_current(settings: Settings, entry: Mapping[str, Any]) -> bool:
    """Whether a record still counts: made under the current notice, not lapsed, not too old, not of the future."""
    if entry["event"] in choices.LAPSED or entry["notice_version"] != notice.current_version():
        return False
    return -AHEAD < now() - parse(entry["created_at"]) < timedelta(days=settings.consent_days)


def valid_until(settings: Settings, entry: Mapping[str, Any]) -> str:
    """When the record stops counting by its age."""
    return stamp(parse(entry["created_at"]) + timedelta(days=settings.consent_days))


def state(settings: Settings, newest: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What is in force by a subject's ``newest`` record, as clients are told; None when nothing is."""
    valid = _valid(settings, newest)
    if newest is None or valid is None:
        return None
    return {
        "choices": valid,
        "receipt": newest["id"],
        "event": newest["event"],
        "notice_version": newest["notice_version"],
        "made_at": newest["created_at"],
        "valid_until": valid_until(settings, newest),
    }


@cache
def software_version() -> str:
    """The version that goes into a record, as pyproject.toml has it."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _valid(settings: Settings, newest: Mapping[str, Any] | None) -> dict[str, bool] | None:
    if newest is None or not is_current(settings, newest) or holds.is_held(settings, newest["subject"]):
        return None
    return dict(newest["choices"])


def _release(settings: Settings, occasion: Occasion, written: ledger.Written) -> None:
    """The mark of a choice that could not be stored goes when a choice was recorded.

    Not by an old one: an act sent late may be older than the one that could not be stored, and a repeated one says
    nothing new. Each may take away the mark it made itself.
    """
    try:
        fresh = written.new and not occasion.signals.get("late")
        if fresh or (written.record and holds.is_held_by(settings, occasion.subject, written.record["id"])):
            holds.release(settings, occasion.subject)
    except OSError:
        log.exception("consent.not_released")  # nothing is in force for this person until the next choice


def _anchor(store: Store, settings: Settings) -> None:
    try:
        anchors.anchor(store, settings)
    except (StoreDown, OSError) as error:
        # The record is safe in the ledger; the anchor is made up for by the next one or the timer.
        log.warning("consent.anchor.late", reason=type(error).__name__)


def _entry(occasion: Occasion, after: Mapping[str, bool], event: str, more: Mapping[str, Any]) -> ledger.Entry:
    return ledger.Entry(
        subject=occasion.subject,
        conversation=occasion.conversation,
        notice_id=notice.NOTICE_ID,
        notice_version=occasion.notice_version,
        notice_language=occasion.language,
        notice_hash=notice.text_hash(occasion.shown),
        layout={**occasion.layout, **more},
        choices=dict(after),
        event=event,
        method=occasion.method,
        channel=occasion.channel,
        software_version=software_version(),
        signals=dict(occasion.signals),
    )
