"""The cookie question on the page: nothing before a choice, equal weight, proof, outages, signals, purposes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from records.verify import verify
from settings import Settings
from tests.browser.conftest import Browsing, open_chat, said, say
from tests.browser.talk import talk

pytestmark = pytest.mark.asyncio

PRIVACY = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })"
BANNER = "brussels-assistant-cookies"
TITLE = "Your choice about this assistant"


@pytest.fixture(autouse=True)
def talking(browsing: Browsing) -> None:
    browsing.engine.reply = talk


def ledger(browsing: Browsing) -> list[dict[str, Any]]:
    """The records, in order."""
    with browsing.gateway.app.ctx.store.read() as session:
        rows = session.execute(text("SELECT event, method, choices, signals FROM consent ORDER BY seq"))
        return [dict(row) for row in rows.mappings()]


def first(page: Page) -> Any:
    """The first layer."""
    return page.get_by_role("region", name=TITLE)


async def stored(page: Page) -> Any:
    """What the browser keeps."""
    return await page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]")


async def test_before_a_choice_nothing_is_kept_and_the_answers_weigh_the_same(browsing: Browsing) -> None:
    page = await browsing.page("/en")
    await expect(first(page)).to_be_visible()
    assert await stored(page) == [[], [], ""] and await page.context.cookies() == []
    looks = []
    for name in ("Accept", "Refuse", "Read more"):
        button = first(page).get_by_role("button", name=name, exact=True)
        box = await button.bounding_box()
        style = await button.evaluate(
            "(b) => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor, getComputedStyle(b).fontSize]"
        )
        assert box
        looks.append((round(box["width"]), round(box["height"]), *style))
    assert looks[0] == looks[1] == looks[2]
    assert await page.evaluate("document.activeElement === document.body")
    assert ledger(browsing) == []


async def test_everything_refused_is_one_record_and_everything_works(browsing: Browsing) -> None:
    page = await browsing.page("/en")
    await first(page).get_by_role("button", name="Refuse").click()
    await expect(page.get_by_text("Saved. Your receipt")).to_be_visible()
    assert [(row["event"], row["method"]) for row in ledger(browsing)] == [("refused", "banner")]
    await open_chat(page)
    await say(page, "still here?")
    await expect(said(page).last).to_contain_text("You said: still here?")
    assert await stored(page) == [["assistant-choice"], ["assistant-conversation"], ""]
    await page.reload()
    await page.wait_for_load_state("networkidle")
    await expect(first(page)).to_have_count(0)


async def test_one_by_one_with_a_receipt_that_can_be_read_and_withdrawn(browsing: Browsing, settings: Settings) -> None:
    page = await browsing.page("/en")
    await first(page).get_by_role("button", name="Read more").click()
    dialog = page.get_by_role("dialog", name=TITLE)
    switches = dialog.get_by_role("switch").or_(dialog.get_by_role("checkbox"))
    await expect(switches).to_have_count(3)
    for switch in await switches.all():
        assert not await switch.is_checked()
    await switches.nth(1).check()
    await dialog.get_by_role("button", name="Save my choice").click()
    link = page.locator(BANNER).get_by_role("link")
    address = await link.get_attribute("href")
    assert address
    receipt = await page.context.new_page()
    await receipt.goto(address.replace("http://127.0.0.1:8080", browsing.server))
    await expect(receipt.locator("main")).to_contain_text("Analytics")
    await receipt.locator("form button").click()
    await expect(receipt.locator("main")).to_contain_text("Refused", ignore_case=True)
    assert [(row["event"], row["method"]) for row in ledger(browsing)] == [
        ("given", "banner"),
        ("withdrawn", "receipt"),
    ]
    await page.reload()
    await page.wait_for_load_state("networkidle")
    state = await page.evaluate("BrusselsAssistant.consent()")
    assert state["choices"] == {"functional": False, "analytics": False, "improvement": False}
    assert verify(browsing.gateway.app.ctx.store, settings).records == 2


async def test_privacy_control_is_a_logged_refusal_and_the_footer_still_opens_the_settings(browsing: Browsing) -> None:
    context = await browsing.context(extra_http_headers={"Sec-GPC": "1"})
    await context.add_init_script(PRIVACY)
    page = await browsing.page("/en", context)
    async with asyncio.timeout(5):
        while not ledger(browsing):
            await asyncio.sleep(0.05)
    [row] = ledger(browsing)
    assert (row["event"], row["method"]) == ("refused", "gpc") and '"gpc":true' in row["signals"]
    await expect(first(page)).to_have_count(0)
    await page.locator("footer [data-assistant-cookies]").click()
    await page.get_by_role("dialog", name=TITLE).get_by_role("button", name="Accept all").click()
    await expect(page.get_by_text("Saved. Your receipt")).to_be_visible()
    assert [row["method"] for row in ledger(browsing)] == ["gpc", "banner"]


async def test_what_cannot_be_logged_counts_as_refused_and_is_logged_once_later(browsing: Browsing) -> None:
    page = await browsing.page("/en")
    await expect(first(page)).to_be_visible()
    await page.context.set_offline(True)
    await first(page).get_by_role("button", name="Accept", exact=True).click()
    await expect(page.get_by_text("Not stored yet")).to_be_visible()
    state = await page.evaluate("BrusselsAssistant.consent()")
    assert state["pending"] and not any(state["choices"].values()) and ledger(browsing) == []
    await page.context.set_offline(False)
    await page.reload()
    await page.wait_for_function("BrusselsAssistant.consent().then(({ pending }) => !pending)")
    assert (await page.evaluate("BrusselsAssistant.consent()"))["choices"]["analytics"] is True
    [row] = ledger(browsing)
    assert row["event"] == "given" and '"late":true' in row["signals"]


async def test_another_tab_follows(browsing: Browsing) -> None:
    context = await browsing.context()
    one, two = await browsing.page("/en", context), await browsing.page("/en", context)
    await expect(first(one)).to_be_visible()
    await first(two).get_by_role("button", name="Refuse").click()
    await expect(first(one)).to_have_count(0)


async def test_it_stands_aside_while_the_chat_asks_and_the_chats_choice_counts_here(browsing: Browsing) -> None:
    page = await browsing.page("/en", viewport={"width": 390, "height": 844})
    await expect(first(page)).to_be_visible()
    await page.evaluate("BrusselsAssistant.open()")
    await said(page).first.wait_for()
    await expect(first(page)).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(first(page)).to_be_visible()
    await first(page).get_by_role("button", name="Accept", exact=True).click()
    await expect(page.get_by_text("Saved. Your receipt")).to_be_visible()
    with browsing.gateway.app.ctx.store.read() as session:
        [subject] = session.execute(text("SELECT subject FROM consent")).scalars()
    assert browsing.engine.turns[0]["metadata"]["subject"] == subject


async def test_a_script_runs_only_when_its_purpose_was_granted(browsing: Browsing) -> None:
    context = await browsing.context()
    await context.add_init_script("""addEventListener("DOMContentLoaded", () => {
      for (const purpose of ["analytics", "functional"]) {
        const script = document.createElement("script");
        Object.assign(script, { type: "text/plain" });
        Object.assign(script.dataset, { purpose, src: `/static/counted.js?${purpose}` });
        document.body.append(script);
      }
    })""")
    asked: list[str] = []

    async def count(route: Any) -> None:
        asked.append(route.request.url.partition("?")[2])
        await route.fulfill(content_type="text/javascript", body="")

    await context.route("**/static/counted.js*", count)
    page = await browsing.page("/en", context)
    await first(page).get_by_role("button", name="Read more").click()
    dialog = page.get_by_role("dialog", name=TITLE)
    assert asked == []
    await dialog.get_by_role("switch").or_(dialog.get_by_role("checkbox")).nth(1).check()
    await dialog.get_by_role("button", name="Save my choice").click()
    await expect(page.get_by_text("Saved. Your receipt")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    assert asked == ["analytics"]


async def test_consent_mode_is_denied_until_it_is_granted(browsing: Browsing) -> None:
    browsing.site.attributes = 'data-consent="banner" data-consent-mode="google"'
    page = await browsing.page()
    await first(page).get_by_role("button", name="Accept", exact=True).click()
    await expect(page.get_by_text("Saved. Your receipt")).to_be_visible()
    signals = await page.evaluate("dataLayer.map((entry) => [...entry]).filter(([name]) => name === 'consent')")
    assert next(kind for _, kind, _ in signals) == "default"
    default, update = signals[0][2], signals[-1][2]
    assert {value for name, value in default.items() if name.endswith(("storage", "data", "personalization"))} == {
        "denied"
    }
    assert update["analytics_storage"] == "granted" and update["ad_storage"] == "denied"


async def test_a_hint_comes_once_and_only_after_functional_was_granted(browsing: Browsing) -> None:
    hints = '[{"after": 0, "text": "Looking for a lab?"}]'
    browsing.site.attributes = f"data-consent='banner' data-hints='{hints}'"
    context = await browsing.context()
    page = await browsing.page(context=context)
    await expect(first(page)).to_be_visible()
    await expect(page.get_by_text("Looking for a lab?")).to_have_count(0)
    await first(page).get_by_role("button", name="Accept", exact=True).click()
    await expect(page.get_by_text("Looking for a lab?").first).to_be_visible()
    again = await browsing.page(context=context)
    await again.wait_for_load_state("networkidle")
    await expect(again.locator("button.launcher")).to_be_visible()
    await expect(again.get_by_text("Looking for a lab?")).to_have_count(0)
