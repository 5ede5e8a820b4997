"""Health, metrics, headers, files, the API's description."""

from __future__ import annotations

import asyncio
import json
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from gateway.site import description
from gateway.sitemap import SITEMAP, XHTML
from records import notice
from settings import Settings
from tests.gateway.conftest import Running, Serve, Visitor
from tests.gateway.fake_engine import FakeEngine

pytestmark = pytest.mark.asyncio

FOR_PEOPLE = {
    ("/{language}", "GET"), ("/{language}/contact", "GET"), ("/{language}/contact", "POST"),
    ("/{language}/cookies", "GET"), ("/sitemap.xml", "GET"),
}  # fmt: skip
"""Pages of the site, which are no part of the API."""


async def test_health_names_every_component(serve: Serve, engine: FakeEngine, settings: Settings) -> None:
    actions = FakeEngine()  # it answers any GET with 200, as the action server answers /health
    await actions.start()
    gateway = await serve(actions_url=actions.url, health_seconds=0.2)

    async def states() -> tuple[int, str, dict[str, str]]:
        await asyncio.sleep(0.25)  # longer than a result is shown again
        response = await gateway.client.get("/health")
        body = response.json()
        return response.status_code, body["status"], {k: v["status"] for k, v in body["components"].items()}

    up = {"gateway": "ok", "engine": "ok", "actions": "ok", "records": "ok"}
    assert await states() == (200, "ok", up)
    await engine.stop()
    assert await states() == (503, "degraded", {**up, "engine": "down"})
    assert "gateway_engine_up 0.0" in (await gateway.client.get("/metrics")).text
    await engine.start()
    await actions.stop()
    assert await states() == (503, "degraded", {**up, "actions": "down"})
    await actions.start()
    assert await states() == (200, "ok", up)
    gateway.app.ctx.store.close()
    for path in settings.var.glob("records.db*"):
        path.unlink()
    (settings.var / "records.db").mkdir()
    assert await states() == (503, "degraded", {**up, "records": "down"})
    await actions.stop()


async def test_metrics_count_by_channel_language_and_type(gateway: Running, visitor: Visitor) -> None:
    await visitor.send(text="hi")
    await visitor.send(text="")
    response = await gateway.client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    assert 'gateway_messages_total{channel="web",language="en",reply="answer"} 1.0' in response.text
    assert 'gateway_conversations_total{channel="web",language="en"} 1.0' in response.text
    assert 'gateway_reply_seconds_count{channel="web"} 1.0' in response.text
    assert 'gateway_refused_total{code="empty"} 1.0' in response.text
    assert "gateway_engine_up 1.0" in response.text


async def test_an_unknown_reply_type_makes_no_new_series(
    gateway: Running, visitor: Visitor, engine: FakeEngine
) -> None:
    engine.reply = lambda turn: [{"text": "x", "custom": {"type": turn["message"]}}]
    await visitor.send(text="one")
    await visitor.send(text="two")
    assert 'reply="other"} 2.0' in (await gateway.client.get("/metrics")).text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/en",
        "/fr/contact",
        "/nl/cookies",
        "/sitemap.xml",
        "/health",
        "/metrics",
        "/api/openapi.json",
        "/nothing",
        "/robots.txt",
        "/favicon.svg",
    ],
)
async def test_every_response_carries_the_headers(gateway: Running, path: str) -> None:
    _assert_headers(await gateway.client.get(path))


async def test_refusals_and_streams_carry_the_headers(visitor: Visitor) -> None:
    _assert_headers(await visitor.send(text=""))
    async with visitor.client.stream("GET", f"{visitor.path}/events", headers=visitor.headers) as response:
        _assert_headers(response)


def _assert_headers(response: httpx.Response) -> None:
    policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'" and policy["base-uri"] == "'none'"
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "set-cookie" not in response.headers
    assert "strict-transport-security" not in response.headers


async def test_tls_is_insisted_on_where_there_is_tls(serve: Serve) -> None:
    gateway = await serve(tls=True)
    assert "max-age=31536000" in (await gateway.client.get("/")).headers["strict-transport-security"]


async def test_unknown_addresses_and_methods(gateway: Running) -> None:
    missing = await gateway.client.get("/api/nothing")
    assert missing.status_code == 404 and missing.json()["error"]["code"] == "not_found"
    wrong = await gateway.client.delete("/api/conversations")
    assert wrong.status_code == 405 and "POST" in wrong.headers["allow"]
    for name in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "nothing.js"):
        assert (await gateway.client.get(f"/static/x/{name}")).status_code == 404


async def test_files_are_kept_by_content(gateway: Running) -> None:
    html = (await gateway.client.get("/")).text
    address = re.search(r'href="(/static/[0-9a-f]{12}/page\.css)"', html)
    assert address
    response = await gateway.client.get(address[1])
    assert "immutable" in response.headers["cache-control"] and response.headers["content-encoding"] == "gzip"
    again = await gateway.client.get(address[1], headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304 and not again.content
    old = await gateway.client.get("/static/000000000000/page.css", headers={"Accept-Encoding": "identity"})
    assert old.status_code == 200 and old.headers["cache-control"] == "no-cache" and old.text == response.text


async def test_the_page_is_revalidated(gateway: Running) -> None:
    response = await gateway.client.get("/")
    again = await gateway.client.get("/", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304


async def test_every_language_has_its_own_address(gateway: Running) -> None:
    for language in ("en", "fr", "nl"):
        response = await gateway.client.get(f"/{language}", headers={"Accept-Language": "en"})
        assert response.status_code == 200 and f'<html lang="{language}">' in response.text
        assert response.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "query", "expected"),
    [("nl-BE,nl;q=0.9", "", "nl"), ("de,fr;q=0.5", "", "fr"), ("de", "", "en"), ("nl", "?lang=fr", "fr")],
)
async def test_the_root_negotiates(gateway: Running, accepted: str, query: str, expected: str) -> None:
    response = await gateway.client.get(f"/{query}", headers={"Accept-Language": accepted})
    assert f'<html lang="{expected}">' in response.text
    assert "Accept-Language" in response.headers["vary"]


async def test_search_engines_find_every_page_in_every_language(serve: Serve) -> None:
    gateway = await serve(public_url="https://assistant.example.com")
    robots = (await gateway.client.get("/robots.txt")).text
    assert "Sitemap: https://assistant.example.com/sitemap.xml" in robots.splitlines()
    root = ElementTree.fromstring((await gateway.client.get("/sitemap.xml")).content)
    pages = [url.findtext(f"{{{SITEMAP}}}loc") or "" for url in root]
    assert len(pages) == 9 and all(page.startswith("https://assistant.example.com/") for page in pages)
    for url, page in zip(root, pages, strict=True):
        path = page.removeprefix("https://assistant.example.com")
        html = (await gateway.client.get(path)).text
        assert f'<link rel="canonical" href="{page}">' in html
        for link in url.iter(f"{{{XHTML}}}link"):
            alternate = f'<link rel="alternate" hreflang="{link.get("hreflang")}" href="{link.get("href")}">'
            assert alternate in html, page


async def test_the_cookies_page_says_what_the_notice_says(gateway: Running, settings: Settings) -> None:
    for language in ("en", "fr", "nl"):
        html = unescape((await gateway.client.get(f"/{language}/cookies")).text)
        current = notice.load(settings, language)
        for purpose in current.purposes.values():
            assert purpose.what_for in html and purpose.data in html and purpose.lifetime in html
        assert current.version in html and current.controller in html


async def test_openapi_lists_every_route(gateway: Running) -> None:
    served = (await gateway.client.get("/api/openapi.json")).json()
    assert served == json.loads(json.dumps(description()))
    documented = {(path, method.upper()) for path, item in served["paths"].items() for method in item}
    routes = set()
    for route in gateway.app.router.routes:
        path = "/" + re.sub(r"<(\w+):[^>]+>", r"{\1}", route.path)
        routes |= {(path, method) for method in route.methods if method not in ("HEAD", "OPTIONS")}
    assert documented - FOR_PEOPLE == routes - FOR_PEOPLE


async def test_replies_have_the_form_that_is_described(gateway: Running, visitor: Visitor) -> None:
    schemas = description()["components"]["schemas"]
    _fits(visitor.opened, schemas["Opened"], schemas)
    _fits((await visitor.send(text="hi")).json()["messages"][0], schemas["Message"], schemas)
    _fits((await visitor.send(text="x" * 1001)).json(), schemas["Error"], schemas)
    _fits((await gateway.client.get("/health")).json(), schemas["Health"], schemas)


def _fits(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    kinds = {"object": dict, "array": list, "string": str, "integer": int}
    if "enum" in schema:
        assert value in schema["enum"]
    if "type" in schema:
        assert isinstance(value, kinds[schema["type"]])
    for name in schema.get("required", ()):
        assert name in value
    if "properties" in schema:
        assert set(value) <= set(schema["properties"]), value
        for name, entry in value.items():
            _fits(entry, schema["properties"][name], schemas)
    if "items" in schema:
        for entry in value:
            _fits(entry, schema["items"], schemas)
