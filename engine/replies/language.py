"""The language of a reply."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

SERVED = ("en",)
DEFAULT = "en"


def served(language: Any) -> str:
    """``language`` (a tag such as ``fr-BE``) reduced to one that is served; English for anything else."""
    short = language[:2].lower() if isinstance(language, str) else ""
    return short if short in SERVED else DEFAULT


def of(tracker: DialogueStateTracker) -> str:
    """The language in which the visitor's last message is answered."""
    message = tracker.latest_message
    metadata = (message.metadata or {}) if message else {}
    return served(metadata.get("language"))
