"""The chat API against a real gateway and a fake engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from gateway.conversation import Conversation
from gateway.seals import Seals
from settings import Settings
from tests.gateway.conftest import Running, Serve, Visitor
from tests.gateway.fake_engine import FakeEngine

pytestmark = pytest.mark.asyncio


async def until(condition: Callable[[], bool]) -> None:
    """Wait for ``condition``."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.002)


async def test_opening_says_the_first_words(gateway: Running, engine: FakeEngine) -> None:
    response = await gateway.client.post("/api/conversations")
    opened = response.json()
    assert response.status_code == 201
    assert opened["id"].startswith("web-") and opened["token"] and opened["subject"]
    assert opened["messages"][0]["text"] == "You said: /open"
    assert set(opened["messages"][0]) == {"id", "from", "text", "buttons", "custom", "at", "language"}
    assert opened["messages"][0]["from"] == "assistant"
    expected = {"language": "en", "subject": opened["subject"], "channel": "web"}
    assert engine.turns == [{"sender": opened["id"], "message": "/open", "metadata": expected}]


async def test_the_client_never_chooses_the_id(gateway: Running) -> None:
    response = await gateway.client.post("/api/conversations", json={"id": "web-mine", "sender": "web-mine"})
    assert response.json()["id"] != "web-mine"


async def test_an_unserved_language_is_answered_in_the_default(gateway: Running) -> None:
    response = await gateway.client.post("/api/conversations", json={"language": "tlh"})
    assert response.json()["language"] == "en"


@pytest.mark.parametrize("body", [b"[]", b"nonsense", b'{"language": 5}', b"\xff", b"[" * 20000])
async def test_an_unreadable_opening_is_refused(gateway: Running, body: bytes) -> None:
    response = await gateway.client.post("/api/conversations", content=body)
    assert response.status_code == 400 and response.json()["error"]["message"]


async def test_a_message_is_answered(visitor: Visitor, engine: FakeEngine) -> None:
    response = await visitor.send(text="  What does it\u0007 cost?\r\n ")
    [message] = response.json()["messages"]
    assert response.status_code == 200
    assert message["text"] == "You said: What does it cost?"
    assert message["buttons"][0]["title"] == "Fees" and "ask_topic" not in str(message["buttons"])
    assert response.headers["cache-control"] == "no-store"


async def test_every_token_is_bound_to_its_conversation(gateway: Running, engine: FakeEngine) -> None:
    mine, theirs = await gateway.visitor(), await gateway.visitor()
    engine.turns.clear()
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {mine.opened['token'][:-2]}AA"}):
        response = await gateway.client.post(f"{mine.path}/messages", json={"text": "hi"}, headers=headers)
        assert response.status_code == 401 and response.headers["www-authenticate"] == "Bearer"
    response = await gateway.client.post(f"{theirs.path}/messages", json={"text": "hi"}, headers=mine.headers)
    assert response.status_code == 403
    response = await gateway.client.get(f"{theirs.path}/events", headers=mine.headers)
    assert response.status_code == 403
    assert engine.turns == []


async def test_an_old_token_is_refused(visitor: Visitor, settings: Settings) -> None:
    old = Seals(settings.keyed("gateway"), 60, clock=lambda: time.time() - 25 * 3600)
    opened = visitor.opened
    visitor.opened = {**opened, "token": old.token(Conversation(opened["id"], opened["subject"], "en", "web"))}
    response = await visitor.send(text="hi")
    assert response.status_code == 401 and response.json()["error"]["code"] == "token_expired"


async def test_a_button_sends_its_payload(visitor: Visitor, engine: FakeEngine) -> None:
    button = visitor.opened["messages"][0]["buttons"][0]["button"]
    response = await visitor.send(button=button)
    assert response.status_code == 200
    assert engine.turns[-1]["message"] == '/ask_topic{"topic": "clinical-trials/fees"}'
    assert engine.turns[-1]["metadata"]["button"] == "Fees"


async def test_shortcuts_are_buttons(visitor: Visitor, engine: FakeEngine) -> None:
    await visitor.send(button=visitor.opened["shortcuts"]["contact"])
    assert engine.turns[-1]["message"] == "/contact"
    await visitor.send(button=visitor.opened["shortcuts"]["ask:regional-support/try-brussels-for-free"])
    assert engine.turns[-1]["message"] == '/ask_topic{"topic": "regional-support/try-brussels-for-free"}'


async def test_forged_and_foreign_buttons_are_refused(gateway: Running, engine: FakeEngine) -> None:
    mine, theirs = await gateway.visitor(), await gateway.visitor()
    foreign = theirs.opened["messages"][0]["buttons"][0]["button"]
    own = mine.opened["messages"][0]["buttons"][0]["button"]
    made_up = Seals(b"another key", 60).button(mine.opened["id"], "/consent_accept", "Accept")
    engine.turns.clear()
    for button in (
        foreign,
        own[:-3] + ("A" if own[-3] != "A" else "B") + own[-2:],  # the last character has bits that say nothing
        "x" + own,
        made_up,
        mine.opened["token"],
        "/open",
    ):
        response = await mine.send(button=button)
        assert response.status_code == 403 and response.json()["error"]["code"] == "button_invalid"
    assert engine.turns == []


@pytest.mark.parametrize(
    "text", ["/restart", " /greet@0.01{}", "\t//consent_accept", "\x00/open", "/", "/ / /", "/\u2028/x"]
)
async def test_typed_slashes_are_text(visitor: Visitor, engine: FakeEngine, text: str) -> None:
    response = await visitor.send(text=text)
    assert response.status_code == 200
    assert not engine.turns[-1]["message"].strip().startswith("/")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "x" * 1001}, 413, "too_long"),
        ({"text": "  \n\u0000 "}, 400, "empty"),
        ({"text": ""}, 400, "empty"),
        ({"text": 5}, 400, "invalid_body"),
        ({"text": ["hi"]}, 400, "invalid_body"),
        ({"text": None}, 400, "invalid_body"),
        ({}, 400, "invalid_body"),
        ({"text": "hi", "button": "x"}, 400, "invalid_body"),
        ({"button": ""}, 400, "invalid_body"),
        ({"button": {}}, 400, "invalid_body"),
        ({"text": "hi", "idempotency_key": "with blanks"}, 400, "invalid_body"),
        ({"text": "hi", "idempotency_key": "k" * 65}, 400, "invalid_body"),
        ({"text": "hi", "idempotency_key": 1}, 400, "invalid_body"),
    ],
)
async def test_wrong_messages_are_refused(
    visitor: Visitor, engine: FakeEngine, body: dict[str, object], status: int, code: str
) -> None:
    engine.turns.clear()
    response = await visitor.send(**body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert "{" not in response.json()["error"]["message"]
    assert engine.turns == []


async def test_the_longest_message_is_taken(visitor: Visitor, engine: FakeEngine) -> None:
    response = await visitor.send(text="é" * 1000)
    assert response.status_code == 200 and engine.turns[-1]["message"] == "é" * 1000


async def test_a_huge_body_is_refused(visitor: Visitor) -> None:
    response = await visitor.send(text="x" * 200_000)
    assert response.status_code == 413 and response.json()["error"]["code"] == "too_large"


@pytest.mark.parametrize("content", [b"", b"{", b'"text"', b"null", b'{"text": "\xff"}'])
async def test_unreadable_messages_are_refused(visitor: Visitor, content: bytes) -> None:
    response = await visitor.client.post(f"{visitor.path}/messages", content=content, headers=visitor.headers)
    assert response.status_code == 400


async def test_half_a_character_does_no_harm(visitor: Visitor, engine: FakeEngine) -> None:
    content = b'{"text": "hello \\ud83d there"}'
    response = await visitor.client.post(f"{visitor.path}/messages", content=content, headers=visitor.headers)
    assert response.status_code == 200 and engine.turns[-1]["message"] == "hello  there"


async def test_the_same_key_is_sent_once(visitor: Visitor, engine: FakeEngine) -> None:
    engine.delay = 0.05
    engine.turns.clear()
    responses = await asyncio.gather(*(visitor.send(text="hi", idempotency_key="k-1") for _ in range(5)))
    assert len({response.text for response in responses}) == 1
    assert (await visitor.send(text="hi", idempotency_key="k-1")).text == responses[0].text
    assert len(engine.turns) == 1
    await visitor.send(text="hi", idempotency_key="k-2")
    assert len(engine.turns) == 2


async def test_keys_of_two_conversations_are_two(gateway: Running, engine: FakeEngine) -> None:
    one, other = await gateway.visitor(), await gateway.visitor()
    engine.turns.clear()
    await one.send(text="hi", idempotency_key="k")
    await other.send(text="hi", idempotency_key="k")
    assert len(engine.turns) == 2


async def test_a_conversation_is_answered_in_order(gateway: Running, engine: FakeEngine) -> None:
    visitor = await gateway.visitor()
    engine.turns.clear()
    engine.gate.clear()
    sends = []
    for number in range(10):
        sends.append(asyncio.create_task(visitor.send(text=f"message {number}")))
        await until(lambda: gateway.app.ctx.turns.under_way == len(sends))
    assert len(engine.turns) <= 1
    engine.gate.set()
    responses = await asyncio.gather(*sends)
    assert [turn["message"] for turn in engine.turns] == [f"message {number}" for number in range(10)]
    for number, response in enumerate(responses):
        assert response.json()["messages"][0]["text"] == f"You said: message {number}"
    assert engine.together == 1


async def test_conversations_do_not_wait_for_each_other(gateway: Running, engine: FakeEngine) -> None:
    visitors = [await gateway.visitor() for _ in range(5)]
    engine.gate.clear()
    sends = [asyncio.create_task(visitor.send(text="hi")) for visitor in visitors]
    await until(lambda: sum(engine.busy.values()) == len(visitors))
    engine.gate.set()
    assert {(await send).status_code for send in sends} == {200}


async def test_waiting_too_long_is_said(serve: Serve, engine: FakeEngine) -> None:
    visitor = await (await serve(queue_seconds=0.05, engine_seconds=10)).visitor()
    engine.gate.clear()
    first = asyncio.create_task(visitor.send(text="one"))
    await until(lambda: engine.turns[-1]["message"] == "one")
    second = await visitor.send(text="two")
    assert second.status_code == 429 and second.json()["error"]["code"] == "busy"
    engine.gate.set()
    assert (await first).status_code == 200


async def test_a_turn_ends_though_its_caller_hangs_up(visitor: Visitor, engine: FakeEngine) -> None:
    engine.gate.clear()
    send = asyncio.create_task(visitor.send(text="hi", idempotency_key="k"))
    await until(lambda: engine.turns[-1]["message"] == "hi")
    send.cancel()
    engine.gate.set()
    again = await visitor.send(text="hi", idempotency_key="k")
    assert again.json()["messages"][0]["text"] == "You said: hi"
    assert [turn["message"] for turn in engine.turns].count("hi") == 1
