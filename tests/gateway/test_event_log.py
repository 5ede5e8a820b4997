"""The gateway's memory of what was said, and how long it lasts."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.conversation import Conversation
from gateway.database import Database
from gateway.event_log import KEPT, ConversationGone, EventLog
from gateway.gone import DONE, Gone, advanced
from gateway.visits import Spans, Visits

pytestmark = pytest.mark.asyncio
DAY, LONG = 60.0, 1000.0
A, B = (Conversation(name, f"s-{name}", "en", "web") for name in "ab")


class Memory:
    """The log and what belongs to it, at a time the test says."""

    def __init__(self, path: Path) -> None:
        self.now = 1000.0
        self.database = Database(path)
        self.log = EventLog(self.database, clock=self.clock)
        self.visits = Visits(self.database, Spans(DAY, LONG), clock=self.clock)
        self.gone = Gone(self.database, LONG, clock=self.clock)

    def clock(self) -> float:
        return self.now

    async def say(self, conversation: Conversation, *texts: str, functional: bool | None = None) -> list[str]:
        """Somebody visits and says ``texts``; gives the ids."""
        await self.visits.note(conversation, functional=functional)
        return [m["id"] for m in await self.log.append(conversation.id, f"t{self.now}{texts}", messages(*texts))]

    async def said(self, conversation: Conversation) -> list[str]:
        return [message["text"] for message in await self.log.after(conversation.id, 0)]

    async def open(self) -> None:
        await self.database.open()
        await self.gone.load()
        await self.visits.load()


@pytest_asyncio.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    made = Memory(tmp_path / "gateway.db")
    await made.open()
    yield made
    await made.database.close()


def messages(*texts: str) -> list[dict[str, Any]]:
    return [{"text": text} for text in texts]


async def test_messages_are_numbered_per_conversation(memory: Memory) -> None:
    log = memory.log
    assert [m["id"] for m in await log.append("a", "t1", messages("x", "y"))] == ["1", "2"]
    assert [m["id"] for m in await log.append("b", "t1", messages("x"))] == ["1"]
    assert [m["id"] for m in await log.append("a", "t2", messages("z"))] == ["3"]
    assert [m["text"] for m in await log.after("a", 1)] == ["y", "z"]
    assert [m["text"] for m in await log.of_turn("a", "t1")] == ["x", "y"]
    assert await log.message("a", 2) == {"id": "2", "text": "y", "from": "assistant"}
    assert await log.message("a", 9) is None


async def test_a_turn_that_counts_once_is_stored_once(memory: Memory) -> None:
    first = await memory.log.append("a", "said-k", messages("hi"), once=True)
    again = await memory.log.append("a", "said-k", messages("hi"), once=True)
    assert [m["id"] for m in first] == [m["id"] for m in again] == ["1"]
    assert len(await memory.log.after("a", 0)) == 1


async def test_only_the_latest_are_kept(memory: Memory) -> None:
    await memory.log.append("a", "t", messages(*map(str, range(KEPT))))
    await memory.log.append("a", "t2", messages("newest"))
    kept = await memory.said(A)
    assert len(kept) == KEPT and kept[0] == "1" and kept[-1] == "newest"


async def test_without_consent_a_message_lasts_a_day(memory: Memory) -> None:
    await memory.say(A, "old")
    memory.now += 50
    await memory.say(A, "new")
    memory.now += 11
    assert await memory.visits.subjects() == ["s-a"]
    await memory.visits.expire({"s-a": False})
    assert await memory.said(A) == ["new"]


async def test_a_number_is_never_given_twice(memory: Memory) -> None:
    """Somebody whose tab stayed open has a cursor from before everything was forgotten."""
    await memory.say(A, "one", "two")
    memory.now += 50
    await memory.visits.note(A)
    memory.now += 11
    await memory.visits.expire({})
    assert await memory.said(A) == []
    assert await memory.say(A, "three") == ["3"]


async def test_with_consent_messages_last_from_the_last_visit(memory: Memory) -> None:
    await memory.say(A, "kept", functional=True)
    await memory.say(B, "not kept")
    for later in (500, 999):
        memory.now = 1000.0 + later
        await memory.visits.expire({"s-a": True})
    assert (await memory.said(A), await memory.said(B)) == (["kept"], [])
    await memory.say(A, "again", functional=True)
    memory.now += 999
    await memory.visits.expire({"s-a": True})
    assert await memory.said(A) == ["kept", "again"]
    memory.now += 2
    await memory.visits.expire({"s-a": True})
    assert await memory.said(A) == []
    assert await memory.database.rows("SELECT * FROM visit") == []


async def test_consent_that_was_given_after_the_visit_counts(memory: Memory) -> None:
    await memory.say(A, "hello")
    memory.now += DAY + 1
    assert await memory.visits.subjects() == ["s-a"]
    await memory.visits.expire({"s-a": True})
    assert await memory.said(A) == ["hello"]


async def test_withdrawn_consent_ends_it(memory: Memory) -> None:
    await memory.say(A, "long ago", functional=True)
    memory.now += 500
    await memory.say(A, "today")
    assert await memory.visits.subjects() == ["s-a"]
    await memory.visits.expire({"s-a": False})
    assert await memory.said(A) == ["today"]
    memory.now += DAY + 1
    await memory.visits.expire({"s-a": False})
    assert await memory.said(A) == []


async def test_an_outage_of_the_ledger_is_waited_for_but_not_for_long(memory: Memory) -> None:
    await memory.say(A, "kept", functional=True)
    await memory.say(B, "unknown")
    memory.now += DAY + 1
    await memory.visits.expire({}, unsure=True)
    assert (await memory.said(A), await memory.said(B)) == (["kept"], ["unknown"])
    memory.now += DAY
    await memory.visits.expire({}, unsure=True)
    assert (await memory.said(A), await memory.said(B)) == (["kept"], [])


async def test_a_deleted_conversation_takes_nothing_more(memory: Memory) -> None:
    await memory.say(A, "hello")
    await memory.say(B, "another's")
    deletion = await memory.gone.bury(A)
    assert await memory.gone.bury(A) == deletion
    assert memory.gone.has("a") and not memory.gone.has("b")
    with pytest.raises(ConversationGone):
        await memory.log.append("a", "t", messages("late"))
    await memory.visits.note(A)
    assert (await memory.said(A), await memory.said(B)) == ([], ["another's"])
    assert await memory.database.rows("SELECT conversation FROM visit") == [("b",)]


async def test_the_dead_stay_dead_over_a_restart_and_what_is_left_to_do_is_known(memory: Memory) -> None:
    deletion = await memory.gone.bury(A)
    other = Gone(memory.database, LONG, clock=memory.clock)
    await other.load()
    assert other.has("a") and await other.unfinished() == [deletion]
    await other.progress(advanced(deletion, forgotten=True, noted=DONE))
    assert await other.unfinished() == []
    assert await memory.database.rows("SELECT subject FROM gone") == [("",)]


async def test_the_dead_are_forgotten_when_no_token_is_left_but_not_before_all_is_done(memory: Memory) -> None:
    done, undone = await memory.gone.bury(A), await memory.gone.bury(B)
    await memory.gone.progress(advanced(done, forgotten=True, noted=DONE))
    memory.now += LONG - 1
    await memory.gone.expire()
    assert memory.gone.has("a")
    memory.now += 2
    await memory.gone.expire()
    assert not memory.gone.has("a") and memory.gone.has("b")
    assert await memory.gone.unfinished() == [undone]


async def test_the_language_somebody_chose_survives_a_restart(memory: Memory) -> None:
    french = Conversation("a", "s-a", "fr", "web")
    await memory.visits.speak(french)
    other = Visits(memory.database, Spans(DAY, LONG), clock=memory.clock)
    await other.load()
    assert other.current(A) == french and other.current(B) == B


async def test_a_file_from_before_is_read(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "gateway.db")
    await memory.open()
    await memory.database.rows("""INSERT INTO message VALUES ('a', 7, 't', 1000.0, '{"id": "7", "text": "hi"}')""")
    await memory.database.rows("DROP TABLE visit")
    await memory.database.close()
    memory = Memory(tmp_path / "gateway.db")
    await memory.open()
    assert (await memory.log.after("a", 0))[0]["from"] == "assistant"
    assert await memory.say(A, "next") == ["8"]
    await memory.database.close()


async def test_the_file_is_private(memory: Memory, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "gateway.db").stat().st_mode) == 0o600
