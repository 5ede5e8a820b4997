"""Our pages in a real browser: without a script, without the widget, narrow, dark, by axe. Skipped without Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, async_playwright, expect

from tests.gateway.conftest import Running

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.asyncio, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DETAILS = {"name": "Alex Doe", "company": "Acme Bio", "email": "alex@example.com", "subject": "A wet lab"}

NewPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture
async def new_page(gateway: Running) -> AsyncIterator[NewPage]:
    """Opens a page of the gateway's; keyword arguments are Playwright's for the context. No widget comes."""
    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )

        async def away(route: Route) -> None:
            await route.abort()

        async def make(path: str, **options: Any) -> Page:
            context = await browser.new_context(base_url=str(gateway.client.base_url), **options)
            page = await context.new_page()
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda line: troubles.append(line.text) if "Security Policy" in line.text else None)
            await page.route("**/widget.js", away)
            await page.goto(path)
            return page

        yield make
        await browser.close()
    assert troubles == []


async def fill_in(page: Page) -> None:
    for name, value in DETAILS.items():
        await page.fill(f"#{name}", value)
    await page.select_option("#country", "BE")
    await page.check("#agree")


async def send(page: Page) -> None:
    async with page.expect_navigation():
        await page.click("main form button[type=submit]")


async def test_without_a_script_a_question_reaches_a_person(new_page: NewPage) -> None:
    page = await new_page("/en", java_script_enabled=False)
    await expect(page.get_by_text("The assistant needs JavaScript")).to_be_visible()
    assert await page.locator("button:visible").all_text_contents() == ["Ask"]
    await page.fill("#ask", "Where can we rent a lab?")
    await page.press("#ask", "Enter")
    await expect(page.locator("#question")).to_have_value("Where can we rent a lab?")
    await send(page)
    summary = page.locator(".summary")
    await expect(summary).to_be_focused()
    await summary.get_by_role("link", name="Please write your name.").click()
    await page.keyboard.press("Tab")  # from the field the link leads to
    await expect(page.locator("#company")).to_be_focused()
    await fill_in(page)
    await send(page)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your request is on its way")
    number = await page.locator(".reference strong").text_content()
    await page.reload()
    await expect(page.locator(".reference strong")).to_have_text(number or "")
    await page.get_by_role("link", name="Cookie settings").click()
    await expect(page.get_by_text("Nothing is stored in your browser.")).to_be_visible()


async def test_where_the_widget_does_not_come_the_form_takes_the_question(new_page: NewPage) -> None:
    page = await new_page("/nl")
    await expect(page.get_by_text("De assistent heeft JavaScript nodig")).to_be_hidden()
    await page.fill("#ask", "Waar vinden we een labo?")
    await page.press("#ask", "Enter")
    await expect(page.locator("#question")).to_have_value("Waar vinden we een labo?", timeout=15_000)
    await page.goto("/nl")
    button = page.locator(".hero .asks button").first
    title = await button.text_content()
    await button.click()
    await expect(page.locator("#question")).to_have_value(title or "", timeout=15_000)


async def test_what_was_pressed_before_the_widget_came_is_not_lost(new_page: NewPage) -> None:
    page = await new_page("/en")
    await page.fill("#ask", "How long does approval take?")
    await page.press("#ask", "Enter")
    await page.locator(".hero .asks button").first.click()
    name = await page.locator(".hero .asks button").first.get_attribute("data-assistant-shortcut")
    done = await page.evaluate(
        """() => {
            const done = [];
            const note = (what) => (value) => done.push([what, value]);
            const came = {version: "1", ask: note("ask"), shortcut: note("shortcut")};
            for (const act of window.BrusselsAssistant) act(came);
            return done;
        }"""
    )
    assert done == [["ask", "How long does approval take?"], ["shortcut", name]]
    assert await page.input_value("#ask") == ""


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
async def test_axe_finds_nothing_and_nothing_is_cut_off(
    new_page: NewPage, language: str, scheme: str, width: int
) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page = await new_page(
        f"/{language}", viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce",
        bypass_csp=True,
    )  # fmt: skip

    async def looks_right() -> None:
        await page.evaluate(axe)
        result = await page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
        found = {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in result["violations"]}
        assert found == {}, page.url
        assert await page.evaluate("document.documentElement.scrollWidth") == width, page.url

    await looks_right()
    await page.goto(f"/{language}/cookies")
    await looks_right()
    await page.goto(f"/{language}/contact")
    await looks_right()
    await send(page)
    await looks_right()
    await fill_in(page)
    await send(page)
    await expect(page.locator(".reference")).to_be_visible()
    await looks_right()
