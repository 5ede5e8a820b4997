"""The engine's door keeps Rasa's REST contract, and no turn is silent."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore

from engine.channel import MAX_CHARS, MAX_SENDER
from engine.replies.nlg import KnowledgeResponses
from engine.tracker_store import WindowedTrackerStore
from tests.engine.conftest import MODEL
from tests.engine.served import FORGET, WEBHOOK, post, visit
from tests.engine.turns import DOMAIN, talk, turn


class Stand:
    """Stands for Rasa's agent: keeps the messages it gets, and answers as it is told to."""

    def __init__(self, answer: Callable[[UserMessage], Awaitable[Any]]) -> None:
        self.got: list[UserMessage] = []
        self._answer = answer

    def is_ready(self) -> bool:
        """Whether there is a model."""
        return True

    async def handle_message(self, message: UserMessage) -> Any:
        """Rasa's agent's method."""
        self.got.append(message)
        return await self._answer(message)


async def silent(message: UserMessage) -> None:
    """Nothing is said."""


def saying(*messages: dict[str, Any]) -> Stand:
    async def answer(message: UserMessage) -> None:
        for each in messages:
            await message.output_channel.send_response(message.sender_id, each)

    return Stand(answer)


def apologised(replies: Any) -> str:
    """The reference of an apology, which is the only reply."""
    assert len(replies) == 1
    (reply,) = replies
    assert set(reply) == {"recipient_id", "text", "custom"}
    assert set(reply["custom"]) == {"type", "reference"} and reply["custom"]["type"] == "error"
    reference = reply["custom"]["reference"]
    assert re.fullmatch(r"E-[0-9A-F]{8}", reference)
    assert reference in reply["text"] and "{" not in reply["text"]
    return str(reference)


def test_a_question_is_answered_in_rasas_form(agent: Agent) -> None:
    question = {"sender": uuid.uuid4().hex, "message": "who approves clinical trials in Belgium", "metadata": {}}
    status, replies = post(agent, json=question)
    assert status == 200
    (reply,) = replies
    assert reply["recipient_id"] == question["sender"]
    assert (reply["custom"]["type"], reply["custom"]["topic"]) == ("answer", "clinical-trials/who-approves")
    assert all(set(button) == {"title", "payload"} for button in reply["buttons"])


def test_it_says_that_it_is_there() -> None:
    async def visitor(session: aiohttp.ClientSession) -> Any:
        async with session.get("/webhooks/rest/") as reply:
            return reply.status, await reply.json()

    assert visit(Stand(silent), visitor) == (200, {"status": "ok"})


def test_each_utterance_is_one_message_with_only_what_the_contract_names() -> None:
    stand = saying(
        {
            "text": "One",
            "buttons": [{"title": "A", "payload": "/a", "type": "x", "secret": 1}],
            "custom": {"type": "chitchat"},
            "quick_replies": [],
            "elements": [],
            "image": None,
        },
        {"text": "Two", "buttons": []},
        {"text": None, "custom": {"type": "human"}},
        {"text": "", "custom": {}},
    )
    assert post(stand, json={"sender": "a", "message": "hello"}) == (
        200,
        [
            {
                "recipient_id": "a",
                "text": "One",
                "buttons": [{"title": "A", "payload": "/a"}],
                "custom": {"type": "chitchat"},
            },
            {"recipient_id": "a", "text": "Two"},
            {"recipient_id": "a", "custom": {"type": "human"}},
        ],
    )


def test_sender_language_and_channel_reach_rasa() -> None:
    stand = saying({"text": "Hello"})
    post(stand, json={"sender": "a-1", "message": "hello", "metadata": {"language": "fr", "channel": "web"}})
    (message,) = stand.got
    assert (message.sender_id, message.text, message.input_channel) == ("a-1", "hello", "rest")
    assert message.metadata == {"language": "fr", "channel": "web"}


@pytest.mark.parametrize("metadata", [None, {}])
def test_metadata_may_be_left_out(metadata: Any) -> None:
    assert post(saying({"text": "Hello"}), json={"sender": "a", "message": "hello", "metadata": metadata})[0] == 200


def test_a_long_text_is_cut_but_a_payload_is_not() -> None:
    stand = saying({"text": "Hello"})
    payload = "/contact" + '{"question": "' + "x" * (2 * MAX_CHARS) + '"}'
    for text in ("x" * 200_000, payload):
        post(stand, json={"sender": "a", "message": text})
    assert [message.text for message in stand.got] == ["x" * MAX_CHARS, payload]


@pytest.mark.parametrize(
    "body",
    [
        [], [{"sender": "a", "message": "hello"}], "hello", 3, None, {},
        {"sender": "a"}, {"sender": "a", "message": None}, {"sender": "a", "message": 3},
        {"sender": "a", "message": ""}, {"sender": "a", "message": "  \n "}, {"sender": "a", "message": ["hello"]},
        {"message": "hello"}, {"sender": "", "message": "hello"}, {"sender": None, "message": "hello"},
        {"sender": 3, "message": "hello"}, {"sender": "a" * (MAX_SENDER + 1), "message": "hello"},
        {"sender": "a", "message": "hello", "metadata": "en"}, {"sender": "a", "message": "hello", "metadata": ["en"]},
    ],
    ids=repr,
)  # fmt: skip
def test_a_malformed_body_is_refused(body: Any) -> None:
    stand = saying({"text": "Hello"})
    status, _ = post(stand, json=body)
    assert (status, stand.got) == (400, [])


@pytest.mark.parametrize("raw", [b"", b"hello", b"{", b'{"sender": "a", "message": "hel', b"\xff\xfe"], ids=repr)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    stand = saying({"text": "Hello"})
    status, _ = post(stand, data=raw, headers={"Content-Type": "application/json"})
    assert (status, stand.got) == (400, [])


@pytest.mark.parametrize("language", ["en", "xx", None, 3, ["en"], {"a": 1}], ids=repr)
def test_a_strange_language_is_answered_in_english(agent: Agent, language: Any) -> None:
    body = {"sender": uuid.uuid4().hex, "message": "hello", "metadata": {"language": language}}
    status, replies = post(agent, json=body)
    assert status == 200
    assert [reply["custom"]["type"] for reply in replies] == ["chitchat"]


def test_a_silent_turn_is_answered_with_an_apology() -> None:
    body = {"sender": "a", "message": "hello"}
    first, second = (apologised(post(Stand(silent), json=body)[1]) for _ in range(2))
    assert first != second


def test_a_turn_that_fails_shows_only_an_apology() -> None:
    async def answer(message: UserMessage) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": "Your request was sent."})
        raise RuntimeError("the store is down")

    status, replies = post(Stand(answer), json={"sender": "a", "message": "hello", "metadata": {"language": "fr"}})
    assert status == 200
    apologised(replies)
    assert "store" not in replies[0]["text"] and "sent" not in replies[0]["text"]


def test_an_action_that_fails_is_answered_with_an_apology(agent: Agent) -> None:
    """There is no action server here."""
    status, replies = post(agent, json={"sender": uuid.uuid4().hex, "message": "/erase"})
    assert status == 200
    apologised(replies)


def test_a_store_that_cannot_be_written_fails_the_turn_and_afterwards_the_next_one_works(tmp_path: Path) -> None:
    store = WindowedTrackerStore(host=f"sqlite:///{tmp_path / 'tracker.db'}")
    agent = Agent.load(str(MODEL), tracker_store=store, generator=KnowledgeResponses())
    body = {"sender": "a", "message": "hello"}

    def execute(statement: str) -> None:
        with store.engine.begin() as connection:
            connection.execute(sa.text(statement))

    try:
        execute("create trigger full_up before insert on events begin select raise(abort, 'disk is full'); end")
        apologised(post(agent, json=body)[1])
        execute("drop trigger full_up")
        assert [reply["custom"]["type"] for reply in post(agent, json=body)[1]] == ["chitchat"]
        tracker = asyncio.run(store.retrieve_full_tracker("a"))
        assert tracker is not None
        assert [event.text for event in tracker.events if event.type_name == "user"] == ["hello"]
    finally:
        store.engine.dispose()


def test_a_caller_that_hangs_up_leaves_a_whole_turn() -> None:
    finished = asyncio.Event()

    async def answer(message: UserMessage) -> None:
        await asyncio.sleep(0.3)
        finished.set()

    async def visitor(session: aiohttp.ClientSession) -> bool:
        call = session.post(WEBHOOK, json={"sender": "a", "message": "hello"}, timeout=aiohttp.ClientTimeout(0.1))
        with pytest.raises(asyncio.TimeoutError):
            await call
        return await asyncio.wait_for(finished.wait(), 10)

    assert visit(Stand(answer), visitor)


class Keeper(Stand):
    """Stands for an agent with a store of its own, whose turns store what was said, as Rasa does, under its lock."""

    def __init__(self, store: WindowedTrackerStore) -> None:
        super().__init__(self._keep)
        self.tracker_store, self.lock_store = store, InMemoryLockStore()
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def _keep(self, message: UserMessage) -> None:
        async with self.lock_store.lock(message.sender_id):
            tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
            self.begun.set()
            await self.go_on.wait()
            tracker.update_with_events(turn(message.text), DOMAIN)
            await self.tracker_store.save(tracker)
            await message.output_channel.send_response(message.sender_id, {"text": "Hello"})


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[WindowedTrackerStore]:
    """A store with two conversations."""
    store = WindowedTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'tracker.db'}")
    for sender in ("a", "b"):
        talk(store, [turn("one"), turn("two")], sender)
    yield store
    store.engine.dispose()


def events_of(store: WindowedTrackerStore, sender: str) -> int:
    with store.engine.connect() as connection:
        counted = connection.execute(sa.text("select count(*) from events where sender_id = :s"), {"s": sender})
        return int(counted.scalar())


def test_a_conversation_is_forgotten_and_no_other(agent: Agent) -> None:
    one, other = uuid.uuid4().hex, uuid.uuid4().hex
    for sender in (one, other):
        post(agent, json={"sender": sender, "message": "hello"})
    before = events_of(agent.tracker_store, other)
    status, reply = post(agent, FORGET, json={"sender": one})
    assert status == 200 and reply["erased"] > 3
    assert (events_of(agent.tracker_store, one), events_of(agent.tracker_store, other)) == (0, before)
    assert post(agent, FORGET, json={"sender": one}) == (200, {"erased": 0})


def test_forgetting_waits_for_the_turn_under_way(kept: WindowedTrackerStore) -> None:
    stand = Keeper(kept)

    async def visitor(session: aiohttp.ClientSession) -> Any:
        talking = asyncio.create_task(session.post(WEBHOOK, json={"sender": "a", "message": "my name is Alex"}))
        await stand.begun.wait()
        forgetting = asyncio.create_task(session.post(FORGET, json={"sender": "a"}))
        await asyncio.sleep(0.2)
        assert not forgetting.done() and events_of(kept, "a") == 8
        stand.go_on.set()
        replies = await (await talking).json()
        return [reply["text"] for reply in replies], await (await forgetting).json()

    assert visit(stand, visitor) == (["Hello"], {"erased": 12})
    assert (events_of(kept, "a"), events_of(kept, "b")) == (0, 8)


def test_a_turn_that_comes_late_does_not_bring_it_back(kept: WindowedTrackerStore) -> None:
    stand = Keeper(kept)
    stand.go_on.set()

    async def visitor(session: aiohttp.ClientSession) -> Any:
        await session.post(FORGET, json={"sender": "a"})
        late = await session.post(WEBHOOK, json={"sender": "a", "message": "my name is Alex"})
        await session.post(WEBHOOK, json={"sender": "b", "message": "hello"})
        return await late.json()

    apologised(visit(stand, visitor))
    assert (events_of(kept, "a"), events_of(kept, "b")) == (0, 12)


def test_a_store_that_cannot_forget_says_so(kept: WindowedTrackerStore) -> None:
    with kept.engine.begin() as connection:
        connection.execute(sa.text("create trigger no before delete on events begin select raise(abort, 'no'); end"))
    status, reply = post(Keeper(kept), FORGET, json={"sender": "a"})
    assert (status, set(reply)) == (503, {"error"})
    assert events_of(kept, "a") == 8


@pytest.mark.parametrize("body", [[], {}, None, "a", {"sender": ""}, {"sender": 3}, {"sender": "a" * 256}], ids=repr)
def test_a_malformed_request_to_forget_is_refused(kept: WindowedTrackerStore, body: Any) -> None:
    assert post(Keeper(kept), FORGET, json=body)[0] == 400
    assert events_of(kept, "a") == 8
