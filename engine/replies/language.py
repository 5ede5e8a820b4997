"""The language of a reply."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Optional

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

CHANGE = "change_language"
TRANSLATED = ("en", "fr", "nl")
"""Languages with texts, knowledge and training sentences."""


@cache
def languages() -> tuple[str, ...]:
    """The languages served, the default first: ASSISTANT_LANGUAGES, as far as they are translated."""
    wanted = os.environ.get("ASSISTANT_LANGUAGES", "").replace(" ", "").split(",")
    return tuple(language for language in wanted if language in TRANSLATED) or TRANSLATED


def offered(language: Any) -> Optional[str]:
    """``language`` (a tag such as ``fr-BE``) reduced to one that is served; None for anything else."""
    short = language[:2].lower() if isinstance(language, str) else ""
    return short if short in languages() else None


def served(language: Any) -> str:
    """As ``offered``, with the default language for anything else."""
    return offered(language) or languages()[0]


def so_far(metadata: Mapping[str, Any], tracker: Optional[DialogueStateTracker]) -> Optional[str]:
    """The language a message with ``metadata`` finds the conversation in; None where nobody chose one yet.

    A language that the metadata name anew (the visitor changed it on the page) comes first, then the one of the last
    message, then that of the metadata.
    """
    return _since(offered(metadata.get("language")), _messages(tracker) if tracker else iter(()))


def of(tracker: DialogueStateTracker) -> str:
    """The language in which the visitor's last message is answered."""
    messages = _messages(tracker)
    last = next(messages, None)
    if last is None:
        return languages()[0]
    return _spoken(last) or _since(_given(last), messages) or languages()[0]


def _since(given: Optional[str], messages: Iterator[UserUttered]) -> Optional[str]:
    """The language of the newest of ``messages`` that has one, as long as all of them came with ``given``."""
    for message in messages:
        if given is not None and _given(message) != given:
            return given
        spoken = _spoken(message)
        if spoken:
            return spoken
    return given


def _messages(tracker: DialogueStateTracker) -> Iterator[UserUttered]:
    return (event for event in reversed(tracker.events) if isinstance(event, UserUttered))


def _given(message: UserUttered) -> Optional[str]:
    return offered((message.metadata or {}).get("language"))


def _spoken(message: UserUttered) -> Optional[str]:
    """The language of one message. Of a pressed button Rasa keeps nothing but intent and entities."""
    understood: Mapping[str, Any] = (message.parse_data or {}).get("understanding") or {}
    if message.intent_name == CHANGE:
        pressed = next((e["value"] for e in message.entities if e["entity"] == "language"), None)
        return offered(pressed) or offered(understood.get("language"))
    return offered(understood.get("language"))
