"""The language of a reply."""

from __future__ import annotations

from typing import Optional

from rasa.shared.core.trackers import DialogueStateTracker

SERVED = ("en",)
DEFAULT = "en"


def served(language: Optional[str]) -> str:
    """``language`` (a tag such as ``fr-BE``) reduced to one that is served, English otherwise."""
    short = (language or "")[:2].lower()
    return short if short in SERVED else DEFAULT


def of(tracker: DialogueStateTracker) -> str:
    """The language in which the visitor's last message is answered."""
    message = tracker.latest_message
    metadata = (message.metadata or {}) if message else {}
    return served(metadata.get("language"))
