"""A small domain, and turns of a conversation as Rasa writes them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered

IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where a database costs no waiting for a disk; None is the usual temporary folder."""
_OWN = {"influence_conversation": False, "mappings": [{"type": "custom"}]}
DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {
            "name": {"type": "text", **_OWN},
            "count": {"type": "float", **_OWN},
            "flag": {"type": "bool", "initial_value": True, **_OWN},
        },
        "forms": {"contact_form": {"required_slots": ["name"]}, "other_form": {"required_slots": ["count"]}},
        "responses": {"utter_greet": [{"text": "Hello"}]},
    }
)


def turn(text: str) -> list[Event]:
    """A question and its answer."""
    return [
        ActionExecuted("action_listen"),
        UserUttered(text, {"name": "greet", "confidence": 1.0}),
        ActionExecuted("utter_greet"),
        BotUttered("Hello"),
    ]


def talk(store: TrackerStore, turns: Iterable[list[Event]], sender: str = "a") -> None:
    """Have ``turns``, each read and saved as the engine does it."""

    async def have() -> None:
        for events in turns:
            tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
            tracker.update_with_events(events, DOMAIN)
            await store.save(tracker)

    asyncio.run(have())
