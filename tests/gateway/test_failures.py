"""No silent turn: whatever the engine does, the visitor hears something."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from settings import Settings
from tests.gateway.conftest import Running, Serve, Visitor
from tests.gateway.fake_engine import FakeEngine

pytestmark = pytest.mark.asyncio


def silent(turn: dict[str, Any]) -> list[Any]:
    return []


def only_blank(turn: dict[str, Any]) -> list[Any]:
    return [{"recipient_id": turn["sender"], "text": " "}, {"custom": {"type": "answer"}}]


def _sql(path: Path, statement: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


async def _apology(visitor: Visitor) -> dict[str, Any]:
    response = await visitor.send(text="hello?")
    assert response.status_code == 200
    [message] = response.json()["messages"]
    assert message["custom"]["type"] == "error"
    assert message["custom"]["reference"] in message["text"]
    return dict(message["custom"])


@pytest.mark.parametrize(
    ("engine_state", "reason"),
    [
        ({"reply": silent}, "silent"),
        ({"reply": only_blank}, "silent"),
        ({"status": 500}, "status"),
        ({"body": b"<html>"}, "garbage"),
        ({"body": b'{"text": "not a list"}'}, "garbage"),
        ({"body": b'[{"text": 5}]'}, "garbage"),
        ({"body": b'["text"]'}, "garbage"),
        ({"body": b'[{"text": "hi", "buttons": [{"title": "no payload"}]}]'}, "garbage"),
        ({"body": b'[{"text": "hi", "custom": []}]'}, None),
        ({"body": b'[{"text": "hi", "custom": ["x"]}]'}, "garbage"),
        ({"delay": 3.0}, "timeout"),
    ],
)
async def test_a_failing_engine_is_apologised_for(
    serve: Serve, engine: FakeEngine, settings: Settings, engine_state: dict[str, Any], reason: str | None
) -> None:
    gateway = await serve(engine_seconds=0.2)
    visitor = await gateway.visitor()
    for name, value in engine_state.items():
        setattr(engine, name, value)
    if reason is None:
        assert (await visitor.send(text="hello?")).json()["messages"][0]["text"] == "hi"
        return
    with capture_logs() as logs:
        custom = await _apology(visitor)
    errors = [line for line in logs if line["event"] == "gateway.turn.unanswered"]
    assert [(line["reason"], line["reference"]) for line in errors] == [(reason, custom["reference"])]
    rows = _sql(settings.var / "records.db", "SELECT reference, conversation, channel, error FROM ticket")
    assert rows == [(custom["reference"], visitor.opened["id"], "web", f"engine {reason}")]
    assert f'gateway_errors_total{{reason="{reason}"}} 1.0' in (await gateway.client.get("/metrics")).text


async def test_an_engine_that_is_down_and_comes_back(visitor: Visitor, engine: FakeEngine) -> None:
    await engine.stop()
    await _apology(visitor)
    await engine.start()
    assert (await visitor.send(text="again")).json()["messages"][0]["text"] == "You said: again"


async def test_an_apology_counts_as_the_reply_to_its_key(visitor: Visitor, engine: FakeEngine) -> None:
    engine.reply = silent
    first = await visitor.send(text="hi", idempotency_key="k")
    assert (await visitor.send(text="hi", idempotency_key="k")).json() == first.json()
    assert [turn["message"] for turn in engine.turns].count("hi") == 1


async def test_without_an_engine_no_conversation_opens(gateway: Running, engine: FakeEngine) -> None:
    await engine.stop()
    response = await gateway.client.post("/api/conversations")
    error = response.json()["error"]
    assert response.status_code == 503 and error["code"] == "engine_down"
    assert error["reference"] in error["message"] and response.headers["retry-after"] == "5"
    await engine.start()
    assert (await gateway.client.post("/api/conversations")).status_code == 201


async def test_the_reply_reaches_the_visitor_without_any_storage(
    serve: Serve, engine: FakeEngine, settings: Settings
) -> None:
    gateway = await serve()
    visitor = await gateway.visitor()
    _sql(settings.var / "gateway.db", "DROP TABLE message")
    response = await visitor.send(text="hi", idempotency_key="k")
    assert response.json()["messages"][0]["text"] == "You said: hi"
    _sql(settings.var / "records.db", "DROP TABLE ticket")
    engine.reply = silent
    await _apology(visitor)


async def test_a_crash_of_ours_is_told_with_a_reference(
    visitor: Visitor, gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway.app.ctx.turns, "take", None)
    with capture_logs() as logs:
        response = await visitor.send(text="my name is Alex")
    error = response.json()["error"]
    assert response.status_code == 500 and error["code"] == "internal" and error["reference"] in error["message"]
    assert "NoneType" not in response.text
    assert "Alex" not in str(logs)


async def test_what_is_typed_is_never_logged(visitor: Visitor, engine: FakeEngine) -> None:
    with capture_logs() as logs:
        await visitor.send(text="alex.doe@example.com")
        engine.reply = silent
        await visitor.send(text="alex.doe@example.com")
        await visitor.client.get("/?name=alex.doe@example.com")
    assert {line["event"] for line in logs} >= {"gateway.turn", "gateway.request", "gateway.turn.unanswered"}
    assert "alex" not in str(logs) and "127.0.0.1" not in str(logs)
