"""Whatever happened in a conversation, its window means the same for the next turn as the whole of it."""

from __future__ import annotations

import asyncio
import tempfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker

from engine import tracker_store
from engine.tracker_store import WindowedTrackerStore
from tests.engine.turns import DOMAIN, IN_MEMORY, talk, turn

MOST = 3
_SLOTS = st.one_of(
    st.builds(SlotSet, st.just("name"), st.sampled_from(["Ann", "Bea", None])),
    st.builds(SlotSet, st.just("count"), st.sampled_from([0.0, 1.5, None])),
    st.builds(SlotSet, st.just("flag"), st.sampled_from([True, False, None])),
    st.builds(SlotSet, st.just("requested_slot"), st.sampled_from(["name", "count", None])),
)
_LOOPS = st.builds(ActiveLoop, st.sampled_from(["contact_form", "other_form", None]))
_PLAIN = st.one_of(
    st.builds(BotUttered, st.just("Hello")),
    st.builds(ActionExecuted, st.sampled_from(["utter_greet", "contact_form", "action_session_start"])),
)
_RARE = st.sampled_from(
    [ConversationPaused, ConversationResumed, AllSlotsReset, Restarted, SessionStarted]
).map(lambda kind: kind())  # fmt: skip
_INSIDE = st.sampled_from([FollowupAction("utter_greet"), LoopInterrupted(True), LoopInterrupted(False)])
# Most turns only talk, so that what counts was often said long before the window.
_QUIET = st.lists(_PLAIN, max_size=MOST)
_EVENTFUL = st.lists(st.one_of(_SLOTS, _LOOPS, _RARE, _PLAIN, _INSIDE), max_size=MOST)
_TURNS = st.lists(st.one_of(_QUIET, _QUIET, _EVENTFUL), min_size=4, max_size=40)


def meaning(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Everything the next turn is decided on, but what was said."""
    return {
        "slots": tracker.current_slot_values(),
        "loop": tracker.active_loop_name,
        "interrupted": tracker.is_active_loop_interrupted,
        "paused": tracker.is_paused(),
        "latest action": tracker.latest_action_name,
        "latest message": tracker.latest_message and tracker.latest_message.text,
        "followup": tracker.followup_action,
    }


@hypothesis_settings(max_examples=60)
@given(turns=_TURNS, window=st.sampled_from([8, 12, 20]))
def test_the_window_means_the_same_as_the_whole_conversation(turns: list[list[Event]], window: int) -> None:
    whole_turns = [[*turn(f"question {number}"), *events] for number, events in enumerate(turns)]
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracker_store, "WINDOW", window)
        address = f"sqlite:///{folder}/tracker.db"
        ours, stock = WindowedTrackerStore(DOMAIN, host=address), SQLTrackerStore(DOMAIN, host=address)
        try:
            talk(ours, whole_turns)
            found, session, full = asyncio.run(_read(ours, stock))
        finally:
            ours.engine.dispose()
            stock.engine.dispose()
    assert meaning(found) == meaning(session) == meaning(full)
    assert [event.type_name for event in full.events] == [e.type_name for events in whole_turns for e in events]
    assert len(found.events) <= window + 20


async def _read(ours: WindowedTrackerStore, stock: SQLTrackerStore) -> tuple[DialogueStateTracker, ...]:
    found = await ours.retrieve("a"), await stock.retrieve("a"), await stock.retrieve_full_tracker("a")
    assert None not in found
    return found
