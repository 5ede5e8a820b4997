"""What the conversation was about, read from what the assistant said in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from engine.replies.texts import known


def said(tracker: DialogueStateTracker) -> Iterator[dict[str, Any]]:
    """The custom objects of the assistant's replies since the last restart, the newest first."""
    for event in reversed(tracker.applied_events()):
        if isinstance(event, BotUttered) and isinstance(event.data.get("custom"), dict):
            yield event.data["custom"]


def last_topic(tracker: DialogueStateTracker) -> Optional[str]:
    """The topic that was answered last, whatever came after; or the likeliest of those just asked back for."""
    newest = next(said(tracker), {})
    if newest.get("type") == "clarify" and newest.get("topics"):
        return str(newest["topics"][0])
    return next((custom["topic"] for custom in said(tracker) if custom.get("type") == "answer"), None)


def last_places(tracker: DialogueStateTracker) -> list[str]:
    """The places spoken of last, whatever came after: shown, or the one that an answer was about."""
    return next((places for places in _places(tracker) if places), [])


def places_now(tracker: DialogueStateTracker) -> list[str]:
    """The places that "it" stands for: those of the last answer or list; none when it was about something else."""
    return next(_places(tracker), [])


def _places(tracker: DialogueStateTracker) -> Iterator[list[str]]:
    for custom in said(tracker):
        if custom.get("type") == "places":
            yield list(custom["places"])
        elif custom.get("type") == "answer":
            place = str(custom["topic"]).partition("/")[2]
            yield [place] if place in known().places else []


def subject(tracker: DialogueStateTracker) -> Optional[str]:
    """``answer`` or ``places``: which of the two was said last. To be asked back is to be spoken to of an answer."""
    newest = next(said(tracker), {})
    if newest.get("type") == "clarify" and newest.get("topics"):
        return "answer"
    return next((custom["type"] for custom in said(tracker) if custom.get("type") in ("answer", "places")), None)


def last_reply(tracker: DialogueStateTracker) -> Optional[BotUttered]:
    """The first utterance of the turn before this one: the answer, not the form's question behind it."""
    found: Optional[BotUttered] = None
    messages = 0
    for event in reversed(tracker.applied_events()):
        if isinstance(event, UserUttered):
            messages += 1
            if found:
                break
        elif messages and isinstance(event, BotUttered) and event.text:
            found = event
    return found


def last_question(tracker: DialogueStateTracker) -> str:
    """What the visitor last typed; a pressed button is not typed."""
    for event in reversed(tracker.applied_events()):
        if isinstance(event, UserUttered) and event.text and not event.text.startswith("/"):
            return str(event.text)
    return ""
