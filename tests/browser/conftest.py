"""A browser before a real gateway with a fake engine: on the gateway's own page, and on another site's with one tag."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, Page, async_playwright

from tests.gateway.conftest import Running, Serve, engine, knowledge_read_once, serve, settings
from tests.gateway.fake_engine import FakeEngine

__all__ = ["engine", "knowledge_read_once", "serve", "settings"]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
EXPECTED = ("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED")
"""What the console says of refused and broken requests, which many tests cause."""
VIOLATIONS = """
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  console.error(`CSP: ${violatedDirective} ${blockedURI}`));
"""
POLICY = "default-src 'none'; script-src {server}; connect-src {server}; require-trusted-types-for 'script'"
HOST = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Another site</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Another site</h1><p><button data-assistant-open>Ask us</button></p></main>
<script async src="{server}/widget.js" {attributes}></script></body></html>"""


@dataclass
class Site:
    """A page of another site, served from an origin of its own; ``attributes`` go onto the tag."""

    gateway: Running
    origin: str = ""
    language: str = "en"
    attributes: str = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request: the page, whatever the address."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):  # a browser may hang up
            await reader.readuntil(b"\r\n\r\n")
            server = str(self.gateway.client.base_url).rstrip("/")
            body = HOST.format(server=server, language=self.language, attributes=self.attributes).encode()
            policy = POLICY.format(server=server)
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
                f"Content-Security-Policy: {policy}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()
        writer.close()


@dataclass
class Browsing:
    """Opens pages; what their consoles complain of is kept in ``troubles`` and fails the test."""

    site: Site
    engine: FakeEngine
    launch: Callable[..., Awaitable[BrowserContext]]
    troubles: list[str] = field(default_factory=list)

    @property
    def gateway(self) -> Running:
        """The gateway behind the widget."""
        return self.site.gateway

    @property
    def server(self) -> str:
        """The gateway's address."""
        return str(self.gateway.client.base_url).rstrip("/")

    async def context(self, **options: Any) -> BrowserContext:
        """A visitor's browser: storage of its own."""
        context = await self.launch(**{"viewport": {"width": 1280, "height": 900}, **options})
        await context.add_init_script(VIOLATIONS)
        context.on("page", self._watch)
        return context

    async def page(self, address: str = "", context: BrowserContext | None = None, **options: Any) -> Page:
        """A page at ``address``: of the other site by default, of the gateway if it begins with a slash."""
        context = context or await self.context(**options)
        page = await context.new_page()
        await page.goto(f"{self.server}{address}" if address.startswith("/") else f"{self.site.origin}/{address}")
        return page

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda line: self._hear(line.type, line.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(expected in text for expected in EXPECTED):
            self.troubles.append(text)


@pytest_asyncio.fixture
async def browsing(serve: Serve, engine: FakeEngine) -> AsyncIterator[Browsing]:
    """A browser, a site and a gateway that lets this site show the widget."""
    if not CHROMIUM:
        pytest.skip("needs Chromium")
    site = Site(gateway=None)  # type: ignore[arg-type]
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    site.gateway = await serve(widget_origins=(site.origin,))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        given = Browsing(site, engine, browser.new_context)
        yield given
        await browser.close()
    server.close()
    assert given.troubles == []


async def open_chat(page: Page) -> None:
    """Press the launcher and wait until the conversation is there."""
    await page.locator("button.launcher").click()
    await page.locator(".said.ours").first.wait_for()


async def say(page: Page, text: str) -> None:
    """Type and send."""
    await page.locator("#field").fill(text)
    await page.locator("#field").press("Enter")


def said(page: Page) -> Locator:
    """What the assistant said."""
    return page.locator(".said.ours")
