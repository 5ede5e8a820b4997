"""The conversation goes on in another language."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.gateway.conftest import Running, Serve, Visitor
from tests.gateway.fake_engine import FakeEngine
from tests.gateway.test_conversations import until

pytestmark = pytest.mark.asyncio


def languages(engine: FakeEngine) -> list[str]:
    return [turn["metadata"]["language"] for turn in engine.turns]


async def test_token_words_and_buttons_change(gateway: Running, visitor: Visitor, engine: FakeEngine) -> None:
    changed = await visitor.post("language", language="fr-BE")
    body = changed.json()
    assert changed.status_code == 200 and body["language"] == "fr"
    assert engine.turns[-1]["message"] == '/change_language{"language": "fr"}' and languages(engine)[-1] == "fr"
    assert [message["from"] for message in body["messages"]] == ["assistant"]
    french = Visitor(gateway.client, {**visitor.opened, **body})
    assert (await french.send(text="")).json()["error"]["message"].startswith("Écrivez")
    await french.send(button=body["shortcuts"]["human"])
    assert [who for who, _ in await french.history()] == ["assistant", "assistant", "visitor", "assistant"]
    assert (await french.history())[2][1] == "Parler à une personne"


async def test_the_other_tab_goes_on_in_the_new_language(serve: Serve, engine: FakeEngine) -> None:
    gateway = await serve()
    visitor = await gateway.visitor()
    await visitor.post("language", language="nl")
    await visitor.send(text="with the old token")
    assert languages(engine)[-1] == "nl"
    assert (await visitor.post("resume")).json()["language"] == "nl"
    await gateway.stop()
    visitor.client = (await serve()).client
    await visitor.send(text="after a restart")
    assert languages(engine)[-1] == "nl"


async def test_a_message_that_waits_behind_the_change_is_in_the_new_language(
    gateway: Running, visitor: Visitor, engine: FakeEngine
) -> None:
    turns = gateway.app.ctx.turns
    engine.gate.clear()
    waiting = []
    for step in (visitor.send(text="one"), visitor.post("language", language="fr"), visitor.send(text="two")):
        waiting.append(asyncio.create_task(step))
        await until(lambda: turns.under_way == len(waiting))
    engine.gate.set()
    await asyncio.gather(*waiting)
    assert [(turn["message"], turn["metadata"]["language"]) for turn in engine.turns[1:]] == [
        ("one", "en"), ('/change_language{"language": "fr"}', "fr"), ("two", "fr"),
    ]  # fmt: skip


async def test_a_double_click_is_one_change(visitor: Visitor, engine: FakeEngine) -> None:
    replies = [await visitor.post("language", language="fr", idempotency_key="k") for _ in range(2)]
    assert replies[0].json()["messages"] == replies[1].json()["messages"] and len(engine.turns) == 2


async def test_without_the_engine_it_is_apologised_for_in_the_new_language(
    visitor: Visitor, engine: FakeEngine
) -> None:
    await engine.stop()
    [apology] = (await visitor.post("language", language="fr")).json()["messages"]
    assert apology["custom"]["type"] == "error" and apology["text"].startswith("Désolé")


@pytest.mark.parametrize("body", [{}, {"language": ""}, {"language": "tlh"}, {"language": 5}, {"language": "f"}])
async def test_a_language_that_is_not_served_is_refused(
    visitor: Visitor, engine: FakeEngine, body: dict[str, Any]
) -> None:
    changed = await visitor.post("language", **body)
    assert (changed.status_code, changed.json()["error"]["code"]) == (400, "invalid_body")
    assert len(engine.turns) == 1
