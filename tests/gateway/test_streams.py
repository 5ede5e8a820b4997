"""The event stream: replay from a cursor, then live, without loss or doubling."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.gateway.conftest import Running, Serve, Visitor
from tests.gateway.fake_engine import FakeEngine

pytestmark = pytest.mark.asyncio


async def follow(visitor: Visitor, cursor: str = "0", only: str = "") -> AsyncGenerator[dict[str, Any]]:
    """The messages of the stream, of both sides; or only the ``assistant``'s or the ``visitor``'s."""
    address = f"{visitor.path}/events?cursor={cursor}"
    async with visitor.client.stream("GET", address, headers=visitor.headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        kind = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            if line.startswith("data: ") and kind != "gone":
                message = json.loads(line[6:])
                assert kind == ("visitor" if message["from"] == "visitor" else "message")
                if only in ("", message["from"]):
                    yield message


async def take(visitor: Visitor, count: int, cursor: str = "0", only: str = "") -> list[dict[str, Any]]:
    """The first ``count`` messages of the stream."""
    got: list[dict[str, Any]] = []
    stream = follow(visitor, cursor, only)
    try:
        async with asyncio.timeout(5):
            async for message in stream:
                got.append(message)
                if len(got) == count:
                    break
    finally:
        await stream.aclose()
    return got


async def test_replay_and_live_are_one_sequence(visitor: Visitor) -> None:
    sent = list(visitor.opened["messages"])
    for number in range(3):
        sent += (await visitor.send(text=f"before {number}")).json()["messages"]
    following = asyncio.create_task(take(visitor, 14, only="assistant"))
    for number in range(10):
        sent += (await visitor.send(text=f"while {number}")).json()["messages"]
    assert await following == sent
    assert await take(visitor, 3, cursor=sent[-4]["id"], only="assistant") == sent[-3:]


async def test_reconnecting_from_the_last_id_misses_nothing(visitor: Visitor, engine: FakeEngine) -> None:
    """A client that is cut off after every message and comes back with its cursor still gets each message once."""
    total = 20

    async def talk() -> None:
        for number in range(total):
            await visitor.send(text=str(number))

    talking = asyncio.create_task(talk())
    got: list[dict[str, Any]] = []
    while len(got) < 2 * total + 1:
        got += await take(visitor, 1, cursor=got[-1]["id"] if got else "0")
    await talking
    expected = [text for number in range(total) for text in (str(number), f"You said: {number}")]
    assert [message["text"] for message in got[1:]] == expected


async def test_last_event_id_is_a_cursor(visitor: Visitor) -> None:
    [sent] = (await visitor.send(text="hi")).json()["messages"]
    last = visitor.opened["messages"][-1]["id"]
    headers = {**visitor.headers, "Last-Event-ID": last}
    async with visitor.client.stream("GET", f"{visitor.path}/events", headers=headers) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: ") and json.loads(line[6:])["from"] == "assistant":
                assert json.loads(line[6:]) == sent
                break


async def test_a_restart_of_the_gateway_loses_nothing(serve: Serve) -> None:
    first = await serve()
    visitor = await first.visitor()
    sent = visitor.opened["messages"] + (await visitor.send(text="hi", idempotency_key="k")).json()["messages"]
    await first.stop()
    second = await serve()
    visitor.client = second.client
    assert await take(visitor, 2, only="assistant") == sent
    again = await visitor.send(text="hi", idempotency_key="k")
    assert again.json()["messages"] == sent[1:]


async def test_a_quiet_stream_beats(serve: Serve) -> None:
    visitor = await (await serve(heartbeat_seconds=0.05)).visitor()
    async with visitor.client.stream("GET", f"{visitor.path}/events?cursor=1", headers=visitor.headers) as response:
        async for line in response.aiter_lines():
            if line.startswith(":"):
                break


async def test_a_stream_ends_after_its_time(serve: Serve) -> None:
    visitor = await (await serve(heartbeat_seconds=0.02, stream_seconds=0.1)).visitor()
    async with asyncio.timeout(5):
        assert [message["id"] async for message in follow(visitor)] == ["1"]


async def test_streams_of_a_conversation_are_few(serve: Serve, gateway: Running) -> None:
    visitor = await gateway.visitor()
    streams = [follow(visitor) for _ in range(4)]
    for stream in streams:
        await anext(stream)
    response = await visitor.client.get(f"{visitor.path}/events", headers=visitor.headers)
    assert response.status_code == 429
    assert "gateway_streams 4.0" in (await gateway.client.get("/metrics")).text
    for stream in streams:
        await stream.aclose()
    async with asyncio.timeout(5):
        while "gateway_streams 0.0" not in (await gateway.client.get("/metrics")).text:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 20, "²"])
async def test_a_wrong_cursor_is_refused(visitor: Visitor, cursor: str) -> None:
    response = await visitor.client.get(f"{visitor.path}/events", params={"cursor": cursor}, headers=visitor.headers)
    assert response.status_code == 400
