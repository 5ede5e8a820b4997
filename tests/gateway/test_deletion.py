"""A visitor deletes the conversation: nothing of it is left, and nothing brings it back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from records import choices
from settings import Settings
from tests.gateway.conftest import Running, Serve, Visitor
from tests.gateway.fake_engine import FakeEngine
from tests.gateway.storage import DAY, choose, later, old_token, sql
from tests.gateway.test_conversations import until

pytestmark = pytest.mark.asyncio


def erasures(settings: Settings) -> list[tuple[Any, ...]]:
    return sql(settings.var / "records.db", "SELECT reference, conversation, kind, status FROM erasure_request")


def mails(settings: Settings) -> int:
    return len(sql(settings.var / "records.db", "SELECT 1 FROM outbox WHERE about = 'erasure'"))


async def erased(settings: Settings) -> None:
    """Wait until the records say that everything is done."""
    async with asyncio.timeout(5):
        while [row[3] for row in erasures(settings)] != ["done"]:
            await asyncio.sleep(0.01)


async def test_everything_goes_and_the_token_is_dead(
    gateway: Running, visitor: Visitor, engine: FakeEngine, settings: Settings
) -> None:
    other = await gateway.visitor()
    await visitor.send(text="I am Alex", idempotency_key="k")
    await visitor.post("ratings", value=1, comment="Alex")
    choose(settings, visitor.opened["subject"], choices.ACCEPT_ALL)
    done = await visitor.delete()
    reference = done.json()["reference"]
    assert done.status_code == 200 and reference.startswith("ERA-")
    assert engine.forgotten == [visitor.opened["id"]]
    assert erasures(settings) == [(reference, visitor.opened["id"], "conversation", "done")] and mails(settings) == 0
    assert sql(settings.var / "records.db", "SELECT value, comment FROM rating") == [("1", None)]
    assert len(sql(settings.var / "records.db", "SELECT 1 FROM consent")) == 1
    turns = len(engine.turns)
    for response in (
        await visitor.send(text="hello?"),
        await visitor.send(text="I am Alex", idempotency_key="k"),
        await visitor.post("resume"),
        await visitor.post("language", language="fr"),
        await visitor.post("ratings", value=5),
        await visitor.get("transcript"),
        await visitor.get("events"),
    ):
        assert (response.status_code, response.json()["error"]["code"]) == (410, "conversation_gone")
    assert len(engine.turns) == turns
    assert [row[0] for row in sql(settings.var / "gateway.db", "SELECT conversation FROM message")] == [
        other.opened["id"]
    ]
    assert (await other.send(text="hi")).status_code == 200
    assert 'gateway_deletions_total{result="done"} 1.0' in (await gateway.client.get("/metrics")).text


async def test_a_repeated_deletion_gets_the_same_reference(visitor: Visitor, engine: FakeEngine) -> None:
    first = await visitor.delete()
    assert (await visitor.delete()).json() == first.json()
    assert len(engine.forgotten) == 1


async def test_double_clicks_delete_once(visitor: Visitor, settings: Settings) -> None:
    replies = await asyncio.gather(*(visitor.delete() for _ in range(4)))
    assert {reply.status_code for reply in replies} == {200} and len({reply.text for reply in replies}) == 1
    assert len(erasures(settings)) == 1


async def test_a_turn_under_way_ends_first_and_brings_nothing_back(
    gateway: Running, visitor: Visitor, engine: FakeEngine, settings: Settings
) -> None:
    engine.gate.clear()
    sends = [asyncio.create_task(visitor.send(text="under way"))]
    await until(lambda: len(engine.turns) == 2)
    sends += map(asyncio.create_task, (visitor.send(text="waiting"), visitor.post("language", language="fr")))
    await until(lambda: gateway.app.ctx.turns.under_way == 3)
    deleting = asyncio.create_task(visitor.delete())
    await until(lambda: gateway.app.ctx.gone.has(visitor.opened["id"]))
    await asyncio.sleep(0.05)
    assert engine.forgotten == [] and not deleting.done()
    engine.gate.set()
    assert [(await send).status_code for send in sends] == [410, 410, 410]
    assert (await deleting).status_code == 200
    assert [turn["message"] for turn in engine.turns] == ["/open", "under way"]
    assert engine.forgotten == [visitor.opened["id"]]
    assert sql(settings.var / "gateway.db", "SELECT * FROM message") == []


async def test_an_open_stream_ends(visitor: Visitor) -> None:
    async with visitor.client.stream("GET", f"{visitor.path}/events", headers=visitor.headers) as response:
        lines = response.aiter_lines()
        await _until(lines, "id: 1")
        await visitor.delete()
        async with asyncio.timeout(5):
            assert "event: gone" in [line async for line in lines]


async def _until(lines: AsyncIterator[str], wanted: str) -> None:
    async for line in lines:
        if line == wanted:
            return


@pytest.mark.parametrize("trouble", ["down", "failing", "slow"])
async def test_without_the_engine_it_is_noted_and_done_later(
    serve: Serve, engine: FakeEngine, settings: Settings, trouble: str
) -> None:
    gateway = await serve(deletion_seconds=0.05, engine_seconds=0.3)
    visitor = await gateway.visitor()
    await visitor.post("ratings", value=1, comment="Alex")
    if trouble == "down":
        await engine.stop()
    elif trouble == "failing":
        engine.status = 503
    else:
        engine.forget_gate.clear()
    noted = await visitor.delete()
    assert noted.status_code == 202
    reference = noted.json()["reference"]
    assert erasures(settings) == [(reference, visitor.opened["id"], "conversation", "open")] and mails(settings) == 1
    assert sql(settings.var / "records.db", "SELECT comment FROM rating") == [(None,)]
    assert sql(settings.var / "gateway.db", "SELECT * FROM message") == []
    assert (await visitor.send(text="hello?")).status_code == 410
    assert (await visitor.delete()).json() == noted.json()
    if trouble == "down":
        await engine.start()
    engine.status = 200
    engine.forget_gate.set()
    await erased(settings)
    assert visitor.opened["id"] in engine.forgotten
    assert mails(settings) == 1
    assert (await visitor.delete()).status_code == 200


async def test_a_restart_goes_on_with_what_was_left(serve: Serve, engine: FakeEngine, settings: Settings) -> None:
    gateway = await serve()
    visitor = await gateway.visitor()
    await engine.stop()
    assert (await visitor.delete()).status_code == 202
    await gateway.stop()
    await engine.start()
    visitor.client = (await serve()).client
    await erased(settings)
    assert engine.forgotten == [visitor.opened["id"]]
    assert (await visitor.send(text="hello?")).status_code == 410


async def test_without_the_records_it_is_noted_later(serve: Serve, engine: FakeEngine, settings: Settings) -> None:
    visitor = await (await serve(deletion_seconds=0.05)).visitor()
    await visitor.post("ratings", value=1, comment="Alex")
    sql(settings.var / "records.db", "ALTER TABLE rating RENAME TO elsewhere")
    noted = await visitor.delete()
    assert noted.status_code == 202 and engine.forgotten == [visitor.opened["id"]]
    sql(settings.var / "records.db", "ALTER TABLE elsewhere RENAME TO rating")
    await erased(settings)
    assert [row[0] for row in erasures(settings)] == [noted.json()["reference"]]
    assert sql(settings.var / "records.db", "SELECT comment FROM rating") == [(None,)]
    assert engine.forgotten == [visitor.opened["id"]] and mails(settings) == 0


async def test_where_nothing_can_be_written_nothing_is_claimed(visitor: Visitor, settings: Settings) -> None:
    sql(settings.var / "gateway.db", "CREATE TRIGGER no BEFORE INSERT ON gone BEGIN SELECT RAISE(ABORT, 'full'); END")
    response = await visitor.delete()
    assert (response.status_code, response.json()["error"]["code"]) == (503, "store_down")
    assert (await visitor.send(text="hi")).status_code == 200


async def test_it_stays_dead_though_it_was_remembered(gateway: Running, visitor: Visitor, settings: Settings) -> None:
    choose(settings, visitor.opened["subject"], choices.ACCEPT_ALL)
    await visitor.post("resume")
    await visitor.delete()
    visitor.opened["token"] = old_token(settings, visitor, 100 * DAY)
    assert (await visitor.post("resume")).status_code == 410


async def test_only_its_own_visitor_deletes_a_conversation(
    gateway: Running, engine: FakeEngine, settings: Settings
) -> None:
    mine, theirs = await gateway.visitor(), await gateway.visitor()
    assert (await gateway.client.delete(theirs.path, headers=mine.headers)).status_code == 403
    assert (await gateway.client.delete(theirs.path)).status_code == 401
    later(settings, mine, DAY + 60)
    assert (await mine.delete()).status_code == 401
    assert engine.forgotten == [] and erasures(settings) == []


async def test_a_deletion_is_logged_without_words(visitor: Visitor) -> None:
    await visitor.send(text="alex.doe@example.com")
    with capture_logs() as logs:
        await visitor.delete()
    assert "gateway.deletion" in {line["event"] for line in logs} and "alex" not in str(logs)
