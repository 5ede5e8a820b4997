"""axe, with every WCAG 2.2 A and AA rule and best practice, on every state in three languages."""

from __future__ import annotations

from importlib.resources import files

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Browsing, said, say
from tests.browser.talk import talk

pytestmark = pytest.mark.asyncio

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTINGS = [
    ("en", "light", 1280, 900),
    ("fr", "dark", 1280, 900),
    ("nl", "light", 390, 844),
    ("en", "dark", 320, 480),
]


async def check(page: Page, state: str) -> None:
    """Nothing is found in the page as it is now."""
    await page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text())
    found = await page.evaluate("(runOnly) => axe.run(document, {runOnly})", RULES)
    assert [(entry["id"], entry["nodes"][0]["html"]) for entry in found["violations"]] == [], state


@pytest.mark.parametrize(("language", "scheme", "width", "height"), SETTINGS)
async def test_nothing_is_found(browsing: Browsing, language: str, scheme: str, width: int, height: int) -> None:
    browsing.engine.reply = talk
    context = await browsing.context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
    )
    page = await browsing.page(f"/{language}", context)
    banner = page.locator("brussels-assistant-cookies")
    await expect(banner.locator("section")).to_be_visible()
    await check(page, "banner")
    await banner.locator("section button").nth(2).click()
    await expect(banner.locator("dialog")).to_be_visible()
    await check(page, "each purpose")
    await banner.locator("dialog .buttons button, dialog footer button").last.click()
    await page.evaluate("BrusselsAssistant.open()")
    await said(page).first.wait_for()
    await check(page, "welcome")
    for question in ("fees?", "places", "compare"):
        before = await said(page).count()
        await say(page, question)
        await expect(said(page)).to_have_count(before + 1)
    await page.locator(".rate button").nth(1).click()
    await say(page, "silence")
    await expect(page.locator(".trouble")).to_be_visible()
    await page.locator("#field").fill("x" * 1001)
    await check(page, "answer, cards, table, comment, error, too long")
    await page.locator("#field").fill("")
    for name in ("finish", "delete"):
        await page.locator(".dots").click()
        await check(page, "menu")
        await page.locator(f"[data-name={name}]").click()
        await expect(page.locator(".sheet")).to_be_visible()
        await check(page, name)
        await page.keyboard.press("Escape")
    await page.locator(".dots").click()
    await page.locator("[data-name=delete]").click()
    await page.locator(".danger").click()
    await expect(page.locator(".sheet")).to_contain_text("ERA-")
    await check(page, "deleted")
