"""The tracker store keeps each turn once, reads a bounded part, and never loses silently."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from engine import tracker_store
from engine.tracker_store import WINDOW, WindowedTrackerStore
from tests.engine.turns import DOMAIN, IN_MEMORY, talk, turn


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        yield Path(folder) / "tracker.db"


@pytest.fixture
def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowedTrackerStore]:
    monkeypatch.setattr(tracker_store, "BUSY_TIMEOUT_MS", 20)
    made = WindowedTrackerStore(DOMAIN, host=f"sqlite:///{path}")
    yield made
    made.engine.dispose()


def read(store: WindowedTrackerStore, sender: str = "a") -> DialogueStateTracker:
    tracker = asyncio.run(store.retrieve(sender))
    assert tracker is not None
    return tracker


def stored(path: Path, sender: str = "a") -> list[str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("select type_name from events where sender_id = ? order by id", [sender]).fetchall()
    return [name for (name,) in rows]


def long_ago(*events: Event) -> Iterable[list[Event]]:
    """Turns of which the first has ``events``, long before the window."""
    return [[*turn("hello"), *events], *(turn(f"question {number}") for number in range(WINDOW))]


def test_an_unknown_conversation_is_none(store: WindowedTrackerStore) -> None:
    assert asyncio.run(store.retrieve("nobody")) is None
    assert asyncio.run(store.retrieve_full_tracker("nobody")) is None


def test_a_slot_set_long_ago_still_counts(store: WindowedTrackerStore) -> None:
    talk(store, long_ago(SlotSet("name", "Ann"), SlotSet("count", 3.0), SlotSet("name", "Bea"), SlotSet("flag", False)))
    assert (read(store).get_slot("name"), read(store).get_slot("count"), read(store).get_slot("flag")) == (
        "Bea", 3.0, False,
    )  # fmt: skip


def test_a_form_begun_long_ago_still_runs_and_asks_for_the_same(store: WindowedTrackerStore) -> None:
    talk(store, long_ago(ActiveLoop("contact_form"), SlotSet("requested_slot", "name")))
    assert read(store).active_loop_name == "contact_form"
    assert read(store).get_slot("requested_slot") == "name"


def test_a_form_ended_long_ago_does_not_run(store: WindowedTrackerStore) -> None:
    talk(store, long_ago(ActiveLoop("contact_form"), ActiveLoop(None), SlotSet("requested_slot", None)))
    assert read(store).active_loop is None


def test_a_conversation_paused_long_ago_is_paused(store: WindowedTrackerStore) -> None:
    talk(store, long_ago(ConversationPaused()))
    assert read(store).is_paused()


@pytest.mark.parametrize("start", [Restarted(), SessionStarted()])
def test_nothing_from_before_a_start_is_left(store: WindowedTrackerStore, start: Event) -> None:
    before = [SlotSet("name", "Ann"), ActiveLoop("contact_form"), ConversationPaused()]
    talk(store, long_ago(*before, start, SlotSet("count", 1.0)))
    tracker = read(store)
    assert (tracker.get_slot("name"), tracker.get_slot("count")) == (None, 1.0)
    assert not tracker.is_paused() and tracker.active_loop is None


def test_slots_carried_over_into_a_new_session_are_kept(store: WindowedTrackerStore) -> None:
    begun = [ActionExecuted("action_session_start"), SessionStarted(), SlotSet("name", "Ann")]
    talk(store, [[*turn("hello"), SlotSet("name", "Ann")], [*begun, *turn("hello again")]])
    assert read(store).get_slot("name") == "Ann"


def test_the_window_begins_with_a_whole_turn(store: WindowedTrackerStore) -> None:
    talk(store, (turn(f"question {number}") for number in range(WINDOW)))
    first = next(iter(read(store).events))
    assert isinstance(first, ActionExecuted) and first.action_name == "action_listen"


def test_each_event_is_stored_once(store: WindowedTrackerStore, path: Path) -> None:
    tracker = asyncio.run(store.get_or_create_tracker("a"))
    for _ in range(2):
        asyncio.run(store.save(tracker))
    tracker.update(UserUttered("hello"))
    for _ in range(2):
        asyncio.run(store.save(tracker))
    assert stored(path) == ["action", "user"]


def test_a_long_conversation_is_appended_to_and_not_written_again(store: WindowedTrackerStore, path: Path) -> None:
    turns = [turn(f"question {number}") for number in range(WINDOW)]
    talk(store, turns)
    assert len(stored(path)) == sum(map(len, turns))
    texts = [event.text for event in asyncio.run(store.retrieve_full_tracker("a")).events if hasattr(event, "intent")]
    assert texts == [f"question {number}" for number in range(WINDOW)]


def test_the_full_conversation_can_be_read_and_saved_back(store: WindowedTrackerStore, path: Path) -> None:
    talk(store, long_ago(SlotSet("name", "Ann"), Restarted()))
    before = stored(path)
    full = asyncio.run(store.retrieve_full_tracker("a"))
    assert full is not None and [event.type_name for event in full.events] == before
    full.update(BotUttered("good-bye"))
    asyncio.run(store.save(full))
    assert stored(path) == [*before, "bot"]


def test_conversations_do_not_mix(store: WindowedTrackerStore) -> None:
    talk(store, long_ago(SlotSet("name", "Ann")), "a")
    talk(store, long_ago(SlotSet("count", 2.0)), "b")
    assert (read(store, "a").get_slot("name"), read(store, "a").get_slot("count")) == ("Ann", None)
    assert (read(store, "b").get_slot("name"), read(store, "b").get_slot("count")) == (None, 2.0)


def test_a_turn_costs_the_same_at_turn_30_and_at_turn_300(store: WindowedTrackerStore) -> None:
    """Counted in instructions of SQLite's machine: those of every row that is looked at, not only of those returned."""
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    sa.event.listen(store.engine, "connect", lambda connection, record: connection.set_progress_handler(count, 1))
    store.engine.dispose()
    busy = (SlotSet("name", "Ann"), ActiveLoop("contact_form"))
    costs = []
    for turns in (30, 270):
        talk(store, ([*turn("hello"), *busy] for _ in range(turns)))
        steps[0] = 0
        tracker = read(store)
        costs.append((steps[0], len(tracker.events)))
    assert costs[0][0] > 0
    assert costs[0] == costs[1]
    assert costs[0][1] <= WINDOW + len(DOMAIN.slots) + 10


def test_the_database_is_in_wal_mode_and_commits_are_synced(store: WindowedTrackerStore, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("pragma synchronous")).scalar() == 2


def test_a_reader_does_not_stop_a_turn(store: WindowedTrackerStore, path: Path) -> None:
    talk(store, [turn("hello")])
    with sqlite3.connect(path) as reader:
        reader.execute("begin")
        reader.execute("select * from events").fetchone()
        talk(store, [turn("again")])
        assert stored(path).count("user") == 2


def test_a_locked_database_raises_and_afterwards_the_turn_can_be_saved(store: WindowedTrackerStore, path: Path) -> None:
    talk(store, [turn("hello")])
    tracker = read(store)
    tracker.update_with_events(turn("again"), DOMAIN)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(sa.exc.OperationalError, match="locked"):
        asyncio.run(store.save(tracker))
    other.execute("rollback")
    other.close()
    assert stored(path).count("user") == 1
    asyncio.run(store.save(tracker))
    assert stored(path).count("user") == 2


def test_a_read_only_database_raises(store: WindowedTrackerStore, path: Path) -> None:
    talk(store, [turn("hello")])
    frozen = WindowedTrackerStore(DOMAIN, host=f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        tracker = read(frozen)
        tracker.update_with_events(turn("again"), DOMAIN)
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            asyncio.run(frozen.save(tracker))
    finally:
        frozen.engine.dispose()
    assert stored(path).count("user") == 1


def test_a_database_that_is_gone_raises_when_it_is_read(store: WindowedTrackerStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("drop table events"))
    with pytest.raises(sa.exc.OperationalError):
        asyncio.run(store.retrieve("a"))


def test_an_older_database_gets_its_indexes(path: Path) -> None:
    from rasa.core.tracker_store import SQLTrackerStore

    SQLTrackerStore(Domain.empty(), db=str(path)).engine.dispose()
    made = WindowedTrackerStore(DOMAIN, host=f"sqlite:///{path}")
    talk(made, long_ago(SlotSet("name", "Ann")))
    assert read(made).get_slot("name") == "Ann"
    made.engine.dispose()
    with sqlite3.connect(path) as connection:
        names = {name for (name,) in connection.execute("select name from sqlite_master where type = 'index'")}
    assert {"ix_events_sender_order", "ix_events_sender_kind"} <= names


def test_what_is_forgotten_is_gone_from_the_file(store: WindowedTrackerStore, path: Path) -> None:
    talk(store, [turn("my name is Alexandrine")])
    talk(store, [turn("hello")], "b")
    assert asyncio.run(store.forget("a")) == 4
    assert (stored(path), stored(path, "b").count("user")) == ([], 1)
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    assert b"Alexandrine" not in path.read_bytes()


def test_nothing_of_a_forgotten_conversation_is_stored_for_a_while(
    store: WindowedTrackerStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(store, [turn("hello")])
    late = read(store)
    late.update_with_events(turn("again"), DOMAIN)
    asyncio.run(store.forget("a"))
    with pytest.raises(tracker_store.ConversationForgotten):
        asyncio.run(store.save(late))
    assert stored(path) == []
    monkeypatch.setattr(tracker_store, "FORGOTTEN_SECONDS", 0.0)
    asyncio.run(store.forget("a"))
    talk(store, [turn("a new beginning")])
    assert stored(path).count("user") == 1


def test_forgetting_is_all_or_nothing(store: WindowedTrackerStore, path: Path) -> None:
    talk(store, [turn("hello")])
    with store.engine.begin() as connection:
        connection.execute(sa.text("create trigger no before delete on events when old.id = 3 "
                                   "begin select raise(abort, 'no'); end"))  # fmt: skip
    with pytest.raises(sa.exc.SQLAlchemyError):
        asyncio.run(store.forget("a"))
    assert len(stored(path)) == 4
    talk(store, [turn("still here")])
    assert len(stored(path)) == 8
