"""Trackers as they are when a reply is made."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from engine.replies.nlg import KnowledgeResponses

DOMAIN = Domain.load("domain.yml")
NLG = KnowledgeResponses()


def user(
    text: str,
    intent: str = "greet",
    *,
    entities: Sequence[tuple[str, Any]] = (),
    understood: Optional[Mapping[str, Any]] = None,
    language: str = "en",
) -> UserUttered:
    """A message, with what was understood of it."""
    found = [{"entity": name, "value": value} for name, value in entities]
    read = {"intent": {"name": intent, "confidence": 0.8}, "entities": found, "text": text}
    if understood is not None:
        read["understanding"] = dict(understood)
    return UserUttered(text, read["intent"], found, read, metadata={"language": language})  # type: ignore[arg-type]


def bot(text: str, custom: Mapping[str, Any], buttons: Optional[list[dict[str, str]]] = None) -> BotUttered:
    """Something the assistant said."""
    return BotUttered(text, {"custom": dict(custom), "buttons": buttons})


def tracker(*events: Event, **slots: Any) -> DialogueStateTracker:
    """A conversation."""
    held = [SlotSet(name, value) for name, value in slots.items()]
    return DialogueStateTracker.from_events("a", [*held, *events], DOMAIN.slots, domain=DOMAIN)


def generate(name: str, conversation: DialogueStateTracker, /, **values: Any) -> Any:
    """The reply that is called ``name``."""
    return asyncio.run(NLG.generate(name, conversation, "rest", **values))
