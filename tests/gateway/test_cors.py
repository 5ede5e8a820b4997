"""Pages of other sites: which may call, and what their browsers are told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.gateway.conftest import Running, Serve

pytestmark = pytest.mark.asyncio
SITE, OTHER = "https://www.example.com", "https://other.example.com"


def asking(origin: str, method: str = "POST") -> dict[str, str]:
    """A browser's question before a call."""
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }


def cors(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control")}


async def test_an_allowed_site_may_ask_and_call(serve: Serve) -> None:
    gateway = await serve(widget_origins=(SITE,))
    for path, method in (
        ("/api/conversations", "POST"),
        ("/api/conversations/web-1", "DELETE"),
        ("/api/nothing", "GET"),
    ):
        asked = await gateway.client.options(path, headers=asking(SITE, method))
        assert asked.status_code == 204 and not asked.content
        assert cors(asked)["access-control-allow-origin"] == SITE and cors(asked)["access-control-max-age"] == "600"
        assert method in cors(asked)["access-control-allow-methods"]
        allowed = cors(asked)["access-control-allow-headers"].lower().split(", ")
        assert {"authorization", "content-type", "accept-language"} <= set(allowed)
        assert "origin" in asked.headers["vary"].lower()
    opened = await gateway.client.post("/api/conversations", headers={"Origin": SITE})
    assert cors(opened)["access-control-allow-origin"] == SITE and "Origin" in opened.headers["vary"]
    assert "Content-Disposition" in cors(opened)["access-control-expose-headers"]
    assert opened.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-credentials" not in opened.headers


async def test_refusals_and_streams_carry_the_headers_too(serve: Serve) -> None:
    gateway = await serve(widget_origins=(SITE,))
    visitor = await gateway.visitor()
    headers = {**visitor.headers, "Origin": SITE}
    for response in (
        await gateway.client.post(f"{visitor.path}/messages", json={"text": ""}, headers=headers),
        await gateway.client.post(f"{visitor.path}/messages", headers={"Origin": SITE}),
        await gateway.client.get("/api/nothing", headers={"Origin": SITE}),
        await gateway.client.put("/api/conversations", headers={"Origin": SITE}),
    ):
        assert response.status_code >= 400 and cors(response)["access-control-allow-origin"] == SITE
    async with gateway.client.stream("GET", f"{visitor.path}/events", headers=headers) as stream:
        assert cors(stream)["access-control-allow-origin"] == SITE
        assert stream.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize(
    "origin",
    [OTHER, "https://www.example.com.evil.example.com", "http://www.example.com", "null", "https://example.com"],
)
async def test_other_sites_are_refused(serve: Serve, origin: str) -> None:
    gateway = await serve(widget_origins=(SITE,))
    asked = await gateway.client.options("/api/conversations", headers=asking(origin))
    assert (asked.status_code, asked.json()["error"]["code"]) == (403, "origin_refused")
    called = await gateway.client.post("/api/conversations", headers={"Origin": origin})
    assert cors(asked) == cors(called) == {}


async def test_a_refused_site_is_told_to_the_operators_once_a_minute(serve: Serve) -> None:
    gateway = await serve(widget_origins=(SITE,))
    with capture_logs() as logs:
        for _ in range(3):
            await gateway.client.options("/api/conversations", headers=asking(OTHER))
            await gateway.client.get("/api/widget", headers={"Origin": "https://third.example.com"})
        await gateway.client.options("/api/conversations", headers=asking(SITE))
    told = [line["origin"] for line in logs if line["event"] == "gateway.origin.refused"]
    assert told == [OTHER, "https://third.example.com"]


async def test_a_star_allows_everybody(serve: Serve) -> None:
    gateway = await serve(widget_origins=("*",))
    asked = await gateway.client.options("/api/conversations", headers=asking(OTHER))
    assert asked.status_code == 204 and cors(asked)["access-control-allow-origin"] == "*"


async def test_our_own_pages_always_may(serve: Serve) -> None:
    gateway = await serve(public_url="https://assistant.example.com")
    own = f"http://{gateway.client.base_url.netloc.decode()}"
    for headers in ({"Origin": own}, {"Origin": "https://assistant.example.com"},
                    {"Origin": OTHER, "Sec-Fetch-Site": "same-origin"}):  # fmt: skip
        with capture_logs() as logs:
            response = await gateway.client.post("/api/conversations", headers=headers)
        assert cors(response)["access-control-allow-origin"] == headers["Origin"]
        assert "gateway.origin.refused" not in {line["event"] for line in logs}


async def test_what_is_not_the_api_is_not_shared(gateway: Running) -> None:
    for path in ("/health", "/metrics", "/robots.txt"):
        response = await gateway.client.get(path, headers={"Origin": SITE})
        assert cors(response) == {} and response.headers["cross-origin-resource-policy"] == "same-origin"
    assert (await gateway.client.options("/health", headers=asking(SITE))).status_code == 405


async def test_asking_is_not_counted(serve: Serve) -> None:
    gateway = await serve(widget_origins=(SITE,), per_address_per_minute=2)
    for _ in range(20):
        assert (await gateway.client.options("/api/conversations", headers=asking(SITE))).status_code == 204
    assert (await gateway.client.post("/api/conversations", headers={"Origin": SITE})).status_code == 201


async def test_a_plain_options_is_no_preflight(serve: Serve) -> None:
    gateway = await serve(widget_origins=(SITE,))
    response: Any = await gateway.client.options("/api/conversations", headers={"Origin": SITE})
    assert response.status_code == 405
