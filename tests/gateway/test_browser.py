"""The page in a real browser: keyboard, focus, announcements, failures, storage. Skipped where there is no Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.gateway.conftest import Running, Serve
from tests.gateway.fake_engine import FakeEngine

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.asyncio, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]

SOURCES = [{"publisher": "FAMHP", "title": "Fees", "url": "https://example.com/fees", "as_of": "2026-01"}]


def talk(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """A short conversation with sources, buttons and a cookie choice."""
    if turn["message"] == "/open":
        welcome = {"text": "Hello, I am an automated assistant.", "buttons": [{"title": "Labs", "payload": "/labs"}]}
        choices = [{"title": "Accept", "payload": "/consent_accept"}, {"title": "Refuse", "payload": "/consent_refuse"}]
        return [welcome, {"text": "Cookies?", "buttons": choices, "custom": {"type": "consent"}}]
    body = f"You said: {turn['message']} <b>&"
    custom = {"type": "answer", "body": body, "sources": SOURCES}
    return [{"text": f"{body}\n\nSource: FAMHP", "buttons": [{"title": "More", "payload": "/more"}], "custom": custom}]


@pytest_asyncio.fixture
async def page(gateway: Running, engine: FakeEngine) -> AsyncIterator[Page]:
    """The landing page; a message on the console or an error in a script fails the test."""
    engine.reply = talk
    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console", lambda line: troubles.append(line.text) if "Failed to load resource" not in line.text else None
        )
        await page.goto(str(gateway.client.base_url))
        yield page
        await browser.close()
    assert troubles == []


async def say(page: Page, text: str) -> None:
    await page.fill("[data-text]", text)
    await page.press("[data-text]", "Enter")


async def test_the_whole_chat_by_keyboard(page: Page, engine: FakeEngine) -> None:
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    launcher = page.locator("[data-launcher]")
    await launcher.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-text]")).to_be_focused()
    await expect(page.get_by_role("dialog", name="Brussels life-sciences assistant")).to_be_visible()
    await expect(page.get_by_role("log")).to_contain_text("automated assistant")
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("You said: first line")
    assert engine.turns[-1]["message"] == "first line\nsecond"
    await expect(page.locator("[data-text]")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(launcher).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("You said: first line")
    assert [turn["message"] for turn in engine.turns].count("/open") == 1


async def test_answers_show_sources_once_and_never_markup(page: Page) -> None:
    await page.click("[data-launcher]")
    await say(page, "fees?")
    link = page.get_by_role("log").get_by_role("link")
    await expect(link).to_have_attribute("href", "https://example.com/fees")
    assert await link.get_attribute("rel") == "noopener noreferrer"
    answer = page.locator(".said.ours").last
    await expect(answer).to_contain_text("You said: fees? <b>&")
    await expect(answer).to_contain_text("(January 2026)")
    assert (await answer.inner_text()).count("FAMHP") == 1


async def test_used_buttons_stay_readable_but_dead(page: Page, engine: FakeEngine) -> None:
    await page.click("[data-launcher]")
    labs = page.get_by_role("button", name="Labs")
    await labs.click()
    await expect(page.get_by_role("button", name="Labs (chosen)")).to_have_attribute("aria-disabled", "true")
    await expect(page.locator(".said.yours")).to_contain_text("Labs")
    await expect(page.get_by_role("button", name="Labs (chosen)")).to_be_focused()
    refuse, more = page.get_by_role("button", name="Refuse"), page.get_by_role("button", name="More")
    await expect(more).to_be_visible()
    assert await refuse.get_attribute("aria-disabled") is None
    await refuse.click()
    await expect(page.get_by_role("button", name="Accept", exact=True)).to_have_attribute("aria-disabled", "true")
    assert await more.first.get_attribute("aria-disabled") is None
    count = len(engine.turns)
    await page.get_by_role("button", name="Accept", exact=True).click(force=True)
    await say(page, "and then?")
    await expect(page.locator(".said.ours").last).to_contain_text("and then?")
    assert [turn["message"] for turn in engine.turns[count:]] == ["and then?"]


async def test_the_page_asks_and_contacts(page: Page, engine: FakeEngine) -> None:
    await page.get_by_role("button", name="How long does trial approval take?").click()
    await expect(page.get_by_role("log")).to_contain_text("approval-timelines")
    assert engine.turns[-1]["message"] == '/ask_topic{"topic": "clinical-trials/approval-timelines"}'
    await page.keyboard.press("Escape")
    await page.locator(".top").get_by_role("button", name="Contact us").click()
    await expect(page.get_by_role("log")).to_contain_text("You said: /contact")
    await page.keyboard.press("Escape")
    await page.get_by_label("How can Brussels help you?").fill("we need a lab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("You said: we need a lab")


async def test_a_broken_connection_keeps_the_text(page: Page, engine: FakeEngine) -> None:
    await page.click("[data-launcher]")
    await expect(page.get_by_role("log")).to_contain_text("Hello")
    await page.context.set_offline(True)
    await say(page, "keep me")
    await expect(page.locator(".trouble")).to_contain_text("No connection")
    await expect(page.locator(".said.yours")).to_contain_text("keep me")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".said.ours").last).to_contain_text("You said: keep me")
    await expect(page.locator(".trouble")).to_have_count(0)
    assert [turn["message"] for turn in engine.turns].count("keep me") == 1


async def test_without_an_engine_a_retry_is_offered(page: Page, engine: FakeEngine) -> None:
    await engine.stop()
    await page.click("[data-launcher]")
    await expect(page.locator(".start-failed")).to_contain_text("cannot be reached")
    await engine.start()
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("log")).to_contain_text("Hello")
    await expect(page.locator(".start-failed")).to_have_count(0)


async def test_an_apology_can_be_sent_again(page: Page, engine: FakeEngine) -> None:
    await page.click("[data-launcher]")
    await expect(page.get_by_role("log")).to_contain_text("Hello")
    engine.reply = lambda turn: []
    await say(page, "hello?")
    await expect(page.locator(".said.ours").last).to_contain_text("reference ERR-")
    engine.reply = talk
    await page.get_by_role("button", name="Send again").click()
    await expect(page.locator(".said.ours").last).to_contain_text("You said: hello?")


async def test_messages_from_elsewhere_arrive_and_take_no_focus(page: Page, gateway: Running) -> None:
    await page.click("[data-launcher]")
    await expect(page.get_by_role("log")).to_contain_text("Hello")
    conversation = next(iter(gateway.app.ctx.events._waiting))
    message = {"text": "An adviser here.", "buttons": [], "custom": {"type": "human"}, "at": ""}
    await gateway.app.ctx.events.append(conversation, "operator", [message])
    await expect(page.get_by_role("log")).to_contain_text("An adviser here.")
    await expect(page.locator("[data-text]")).to_be_focused()
    await expect(page.locator(".said.ours")).to_have_count(3)


async def test_too_long_is_said_before_sending(page: Page, engine: FakeEngine) -> None:
    await page.click("[data-launcher]")
    await expect(page.get_by_role("log")).to_contain_text("Hello")
    count = page.locator("[data-count]")
    await page.fill("[data-text]", "x" * 700)
    await expect(count).to_be_empty()
    await page.fill("[data-text]", "x" * 990)
    await expect(count).to_have_text("10 characters left")
    await page.fill("[data-text]", "\N{MICROSCOPE}" * 1003)
    await expect(count).to_contain_text("3 characters too many")
    await page.press("[data-text]", "Enter")
    assert [turn["message"] for turn in engine.turns] == ["/open"]
    assert len(await page.input_value("[data-text]")) >= 1003


async def test_nothing_is_stored_and_nothing_foreign_is_loaded(page: Page, gateway: Running) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    await page.reload()
    await page.click("[data-launcher]")
    await say(page, "hi")
    await expect(page.locator(".said.ours").last).to_contain_text("You said: hi")
    assert await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert await page.context.cookies() == []
    assert all(address.startswith(str(gateway.client.base_url)) for address in addresses)


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (768, 1024), (1280, 900)])
async def test_nothing_runs_off_the_screen(page: Page, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.click("[data-launcher]")
    await say(page, "word" * 60)
    await expect(page.locator(".said.ours").last).to_contain_text("You said: word")
    assert await page.evaluate("document.querySelector('.chat-log').scrollWidth") <= width
    box = await page.locator(".chat-form").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= height


async def test_an_ended_conversation_starts_anew_with_the_text(serve: Serve, page: Page, gateway: Running) -> None:
    await page.click("[data-launcher]")
    await expect(page.get_by_role("log")).to_contain_text("Hello")
    gateway.app.ctx.seals._seconds = -1
    await say(page, "still there?")
    await expect(page.locator(".trouble")).to_contain_text("more than a day old")
    gateway.app.ctx.seals._seconds = 3600
    await page.get_by_role("button", name="Start a new conversation").click()
    await expect(page.locator(".said.ours").last).to_contain_text("You said: still there?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(page: Page, engine: FakeEngine, scheme: Literal["light", "dark"]) -> None:
    axe = pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for step in ("page", "chat"):
        if step == "chat":
            await page.click("[data-launcher]")
            await say(page, "fees?")
            await expect(page.get_by_role("button", name="More")).to_be_visible()
            engine.reply = lambda turn: []
            await say(page, "hello?")
            await expect(page.locator(".trouble")).to_be_visible()
        found = await page.evaluate("(runOnly) => axe.run(document, {runOnly})", tags)
        assert [(entry["id"], entry["nodes"][0]["html"]) for entry in found["violations"]] == [], step
