"""Rate limits."""

from __future__ import annotations

import pytest

from gateway.limits import REMEMBERED, Buckets, address_key
from tests.gateway.conftest import Serve


def test_a_bucket_refills() -> None:
    now = 0.0
    buckets = Buckets(6, clock=lambda: now)
    assert [buckets.take("a") for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10.0]
    assert buckets.take("b") == 0
    now = 10.0
    assert buckets.take("a") == 0 and buckets.take("a") == 10.0
    now = 1e6
    assert [buckets.take("a") for _ in range(7)][-2:] == [0, 10.0]


def test_memory_is_bounded() -> None:
    buckets = Buckets(1, clock=lambda: 0.0)
    for number in range(REMEMBERED + 100):
        buckets.take(str(number))
    assert len(buckets._buckets) == REMEMBERED


def test_an_ipv6_network_is_one_visitor() -> None:
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff") != address_key("2001:db8:0:1::1")
    assert address_key("192.0.2.1") != address_key("192.0.2.2")
    assert address_key("unix") == "unix"


@pytest.mark.asyncio
async def test_a_conversation_is_limited(serve: Serve) -> None:
    gateway = await serve(per_minute=3)
    visitor, other = await gateway.visitor(), await gateway.visitor()
    assert [(await visitor.send(text="hi")).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = await visitor.send(text="hi")
    error = refused.json()["error"]
    assert error["code"] == "rate_limited" and str(error["seconds"]) in error["message"]
    assert int(refused.headers["retry-after"]) == error["seconds"] <= 20
    assert (await other.send(text="hi")).status_code == 200
    assert 'gateway_rate_limited_total{limit="conversation"} 2.0' in (await gateway.client.get("/metrics")).text


@pytest.mark.asyncio
async def test_an_address_is_limited_whatever_it_claims(serve: Serve) -> None:
    gateway = await serve(per_address_per_minute=3)
    statuses = []
    for number in range(4):
        headers = {"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"}
        statuses.append((await gateway.client.post("/api/conversations", headers=headers)).status_code)
    assert statuses == [201, 201, 201, 429]


@pytest.mark.asyncio
async def test_a_trusted_proxy_is_believed(serve: Serve) -> None:
    gateway = await serve(per_address_per_minute=1, proxies=1)
    statuses = []
    for address in ("192.0.2.1", "192.0.2.1", "198.51.100.9, 192.0.2.1", "192.0.2.2"):
        headers = {"X-Forwarded-For": address}
        statuses.append((await gateway.client.post("/api/conversations", headers=headers)).status_code)
    assert statuses == [201, 429, 429, 201]
