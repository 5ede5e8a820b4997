"""What an action reads from Rasa's tracker."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk.interfaces import Tracker

from settings import Settings

OWN_ACTIONS = frozenset({"action_listen", "action_extract_slots", "contact_form"})


@dataclass(frozen=True)
class Message:
    """The visitor's latest message. ``text`` of a pressed button starts with ``/``."""

    text: str
    intent: str
    confidence: float
    entities: Mapping[str, str]
    metadata: Mapping[str, Any]

    @property
    def pressed(self) -> bool:
        """Whether a button was pressed; the gateway never lets typed text start with a slash."""
        return self.text.startswith("/")


def message(tracker: Tracker) -> Message:
    """The latest message; empty when there is none."""
    latest = tracker.latest_message
    intent = latest.get("intent") or {}
    entities = {entity["entity"]: str(entity.get("value", "")) for entity in latest.get("entities") or ()}
    metadata = latest.get("metadata")
    return Message(
        text=latest.get("text") or "",
        intent=(intent.get("name") or "").partition("/")[0],
        confidence=float(intent.get("confidence") or 0.0),
        entities=entities,
        metadata=metadata if isinstance(metadata, Mapping) else {},
    )


def language(tracker: Tracker, settings: Settings) -> str:
    """The language the visitor is answered in: as the engine understood it, else the one the message came with.

    Of a pressed button the engine keeps nothing: there it is the language of the last message that was typed, unless
    the page tells another one since.
    """
    told = message(tracker).metadata.get("language")
    spoken = _understood(tracker.latest_message) or (_typed_before(tracker, told) if message(tracker).pressed else None)
    asked = str(spoken or told or "")[:2].lower()
    return asked if asked in settings.languages else settings.languages[0]


def _typed_before(tracker: Tracker, told: object) -> str | None:
    for event in reversed(tracker.events):
        if event.get("event") != "user":
            continue
        if (event.get("metadata") or {}).get("language") != told:
            return None
        spoken = _understood(event.get("parse_data") or {}) or _pressed(event.get("parse_data") or {})
        if spoken:
            return spoken
    return None


def _pressed(parsed: Mapping[str, Any]) -> str | None:
    """The language of a button that changes it."""
    if (parsed.get("intent") or {}).get("name") != "change_language":
        return None
    values = (e.get("value") for e in parsed.get("entities") or () if e.get("entity") == "language")
    return next((str(value) for value in values), None)


def _understood(parsed: Mapping[str, Any]) -> str | None:
    understood = parsed.get("understanding")
    return understood.get("language") if isinstance(understood, Mapping) else None


def channel(tracker: Tracker) -> str:
    """The channel the latest message came by: the gateway's word for it, else Rasa's."""
    named = message(tracker).metadata.get("channel")
    return str(named or tracker.get_latest_input_channel() or "unknown")[:40]


def conversation(tracker: Tracker) -> str:
    """The conversation's id, cut to what the records hold."""
    return tracker.sender_id[:255]


def subject(tracker: Tracker, settings: Settings) -> str:
    """The pseudonym the cookie choice is kept under: the visitor's, else one made of the conversation's id."""
    given = message(tracker).metadata.get("subject")
    if isinstance(given, str) and 0 < len(given) <= 255:
        return given
    return hmac.new(settings.keyed("subject"), tracker.sender_id.encode(), hashlib.sha256).hexdigest()


def said(tracker: Tracker) -> Iterator[tuple[str, str]]:
    """What the assistant said, newest first: the response's name and the text."""
    for event in reversed(tracker.applied_events()):
        if event.get("event") == "bot":
            yield (event.get("metadata") or {}).get("utter_action") or "", event.get("text") or ""


def is_resumed(tracker: Tracker) -> bool:
    """Whether a form goes on after the latest message was already answered by something else."""
    for event in reversed(tracker.events):
        kind = event.get("event")
        if kind == "user":
            return False
        if kind == "action" and event.get("name") not in OWN_ACTIONS:
            return True
    return False
