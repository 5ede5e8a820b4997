"""The language of a reply."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any, Optional

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

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
    given = offered(metadata.get("language"))
    last = (
        next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None) if tracker else None
    )
    if last is None:
        return given
    if given is not None and given != offered((last.metadata or {}).get("language")):
        return given
    return _spoken(last) or given


def of(tracker: DialogueStateTracker) -> str:
    """The language in which the visitor's last message is answered."""
    message = tracker.latest_message
    if message is None:
        return languages()[0]
    return _spoken(message) or served((message.metadata or {}).get("language"))


def _spoken(message: UserUttered) -> Optional[str]:
    understood: Mapping[str, Any] = (message.parse_data or {}).get("understanding") or {}
    return offered(understood.get("language"))
