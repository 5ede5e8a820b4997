"""Ratings of answers and conversations."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from settings import Settings
from tests.gateway.conftest import Running, Visitor
from tests.gateway.fake_engine import FakeEngine
from tests.gateway.storage import sql

pytestmark = pytest.mark.asyncio


def kept(settings: Settings) -> list[tuple[Any, ...]]:
    return sql(settings.var / "records.db", "SELECT message, value, comment, topic FROM rating ORDER BY message")


async def test_a_message_and_the_whole_are_rated_and_rated_anew(
    gateway: Running, visitor: Visitor, engine: FakeEngine, settings: Settings
) -> None:
    custom = {"type": "answer", "topic": "clinical-trials/fees"}
    engine.reply = lambda turn: [{"text": "It depends.", "custom": custom}]
    [answer] = (await visitor.send(text="hi")).json()["messages"]
    for body in (
        {"message": answer["id"], "value": "up"},
        {"message": answer["id"], "value": "down", "comment": " no\u0007 figure "},
        {"value": 4},
        {"value": 5, "comment": ""},
    ):
        response = await visitor.post("ratings", **body)
        assert (response.status_code, response.json()) == (201, {})
    assert kept(settings) == [("", "5", None, None), (answer["id"], "down", "no figure", "clinical-trials/fees")]
    figures = (await gateway.client.get("/metrics")).text
    assert 'gateway_ratings_total{of="message",value="down"} 1.0' in figures
    assert 'gateway_ratings_total{of="conversation",value="5"} 1.0' in figures


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400), ({"value": "up"}, 400), ({"value": 0}, 400), ({"value": 6}, 400), ({"value": True}, 400),
        ({"value": 2.5}, 400), ({"value": 5.0}, 400),
        ({"value": "5"}, 400), ({"message": "1", "value": 5}, 400), ({"value": [1]}, 400),
        ({"message": "1", "value": "sideways"}, 400), ({"message": "99", "value": "up"}, 400),
        ({"message": "x", "value": "up"}, 400), ({"message": 1, "value": "up"}, 400),
        ({"message": "2", "value": "up"}, 400),  # the visitor's own
        ({"value": 3, "comment": 5}, 400), ({"value": 3, "comment": "x" * 1001}, 413),
    ],
)  # fmt: skip
async def test_what_is_no_rating_is_refused(
    visitor: Visitor, settings: Settings, body: dict[str, Any], status: int
) -> None:
    await visitor.send(text="hi")
    assert (await visitor.post("ratings", **body)).status_code == status
    assert kept(settings) == []


async def test_without_the_records_it_is_said(visitor: Visitor, settings: Settings) -> None:
    sql(settings.var / "records.db", "ALTER TABLE rating RENAME TO elsewhere")
    response = await visitor.post("ratings", value=5)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "store_down")


async def test_comments_are_never_logged(visitor: Visitor) -> None:
    with capture_logs() as logs:
        await visitor.post("ratings", value=1, comment="alex.doe@example.com")
    assert "gateway.rating" in {line["event"] for line in logs} and "alex" not in str(logs)
