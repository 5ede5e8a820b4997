"""The chat on another site: one tag, a policy that allows nothing else, keyboard, failures, tabs, reloads."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Browsing, open_chat, said, say
from tests.browser.talk import talk

pytestmark = pytest.mark.asyncio

BLOCKED = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
"""
SHIFTS = "new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.moved = value)))"
STORED = "[localStorage.length, sessionStorage.length, document.cookie]"


@pytest.fixture(autouse=True)
def talking(browsing: Browsing) -> None:
    browsing.engine.reply = talk


def heard(browsing: Browsing) -> list[str]:
    """What reached the engine, without the opening."""
    return [turn["message"] for turn in browsing.engine.turns if turn["message"] != "/open"]


async def test_closed_it_is_one_small_request_and_stores_nothing(browsing: Browsing) -> None:
    context = await browsing.context()
    await context.add_init_script(f"{SHIFTS}.observe({{ type: 'layout-shift', buffered: true }})")
    page = await context.new_page()
    wire: dict[str, str | None] = {}
    page.on("response", lambda response: wire.update({response.url: response.headers.get("content-length")}))
    await page.goto(browsing.site.origin)
    await expect(page.locator("button.launcher")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    ours = {url: length for url, length in wire.items() if url.startswith(browsing.server)}
    assert list(ours) == [f"{browsing.server}/widget.js"]
    assert int(ours[f"{browsing.server}/widget.js"] or 0) < 4000
    assert await page.evaluate(STORED) == [0, 0, ""] and await context.cookies() == []
    assert await page.evaluate("window.moved ?? 0") == 0


async def test_the_whole_chat_by_keyboard(browsing: Browsing) -> None:
    page = await browsing.page()
    launcher = page.locator("button.launcher")
    await launcher.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#field")).to_be_focused()
    await expect(page.get_by_role("dialog", name="Brussels life-sciences assistant")).to_be_visible()
    await expect(page.get_by_role("log")).to_contain_text("automated assistant")
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second")
    await page.keyboard.press("Enter")
    await expect(said(page).last).to_contain_text("You said: first line")
    assert heard(browsing) == ["first line\nsecond"]
    await expect(page.locator("#field")).to_be_focused()
    await page.keyboard.press("F6")
    await expect(page.locator("#field")).not_to_be_focused()
    await page.keyboard.press("F6")
    await expect(page.locator("#field")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(launcher).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("You said: first line")


async def test_the_menu_by_keyboard(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    dots = page.locator(".dots")
    await dots.focus()
    await page.keyboard.press("Enter")
    await expect(dots).to_have_attribute("aria-expanded", "true")
    items = page.locator(".menu button:visible")
    await page.keyboard.press("End")
    await expect(items.last).to_be_focused()
    await page.keyboard.press("Home")
    await expect(items.first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(items.nth(1)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dots).to_be_focused()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_an_answer_shows_its_source_and_dates_once_and_never_markup(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    await say(page, "fees? <img src=x onerror=alert(1)>")
    answer = said(page).last
    await expect(answer).to_contain_text("You said: fees? <img src=x onerror=alert(1)> <b>&")
    assert [text.strip() for text in await answer.locator("li").all_inner_texts()][:2] == ["one", "two"]
    link = answer.get_by_role("link")
    assert await link.get_attribute("href") == "https://example.com/fees"
    assert set((await link.get_attribute("rel") or "").split()) >= {"noopener"}
    await expect(answer).to_contain_text("as of January 2026")
    await expect(answer).to_contain_text("Checked on 23 November 2026")
    assert (await answer.inner_text()).count("FAMHP") == 1
    assert await page.locator(".said img, .said b").count() == 0
    for message in await page.locator(".said").all():
        assert await message.get_attribute("lang") in ("en", "fr", "nl")


async def test_places_are_cards_and_a_comparison_is_a_table(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    await say(page, "places")
    await expect(said(page).last.get_by_role("heading", name="BLSI")).to_be_visible()
    await expect(said(page).last).to_contain_text("Anderlecht")
    await expect(said(page).last).to_contain_text("One place:")
    assert "1. BLSI" not in await said(page).last.inner_text()
    await say(page, "compare")
    table = page.get_by_role("table")
    await expect(table.get_by_role("columnheader", name="EEBIC")).to_be_visible()
    await expect(table.get_by_role("rowheader", name="Floor area")).to_be_visible()
    await expect(table.get_by_role("cell", name="2,600 m²")).to_be_visible()


async def test_used_buttons_stay_readable_but_dead(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    await page.get_by_role("button", name="Labs").click()
    await expect(page.get_by_role("button", name="Labs (chosen)")).to_have_attribute("aria-disabled", "true")
    refuse = page.get_by_role("button", name="Refuse")
    assert await refuse.get_attribute("aria-disabled") is None
    await refuse.click()
    await expect(page.get_by_role("button", name="Accept", exact=True)).to_have_attribute("aria-disabled", "true")
    await expect(page.get_by_role("button", name="More").last).to_be_visible()
    await page.get_by_role("button", name="Labs (chosen)").click(force=True)
    await say(page, "and then?")
    await expect(said(page).last).to_contain_text("and then?")
    assert heard(browsing) == ["/labs", "/consent_refuse", "and then?"]


async def test_a_double_click_sends_once(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    await page.get_by_role("button", name="Labs").dblclick()
    await expect(said(page).last).to_contain_text("You said: /labs")
    await page.locator("#field").fill("once")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(said(page).last).to_contain_text("You said: once")
    assert heard(browsing) == ["/labs", "once"]


async def test_a_broken_connection_keeps_the_text_and_sends_it_once(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    await page.context.set_offline(True)
    await say(page, "keep me")
    await expect(page.locator(".trouble")).to_contain_text("No connection")
    await expect(page.locator(".said.visitor, .said.yours").last).to_contain_text("keep me")
    await page.context.set_offline(False)
    await expect(said(page).last).to_contain_text("You said: keep me")
    await expect(page.locator(".trouble")).to_have_count(0)
    assert heard(browsing) == ["keep me"]


async def test_on_a_slow_line_it_says_what_it_waits_for_and_nothing_comes_twice(browsing: Browsing) -> None:
    page = await browsing.page()
    line = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 700, "downloadThroughput": 20_000, "uploadThroughput": 10_000}
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", slow)
    await page.locator("button.launcher").click()
    await expect(page.get_by_text("Opening the conversation…").first).to_be_visible(timeout=15_000)
    await said(page).first.wait_for(timeout=30_000)
    await say(page, "slowly")
    await expect(page.get_by_text("The assistant is writing…").first).to_be_attached()
    await expect(said(page).last).to_contain_text("You said: slowly", timeout=15_000)
    await page.wait_for_timeout(1500)  # the stream brings the same messages once more
    await expect(page.locator(".said.yours")).to_have_count(1)
    await expect(said(page)).to_have_count(3)
    assert heard(browsing) == ["slowly"]


async def test_without_an_engine_a_retry_is_offered(browsing: Browsing) -> None:
    await browsing.engine.stop()
    page = await browsing.page()
    await page.locator("button.launcher").click()
    await expect(page.get_by_role("dialog")).to_contain_text("cannot be reached")
    await browsing.engine.start()
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("log")).to_contain_text("Hello")


async def test_an_apology_can_be_sent_again(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    await say(page, "silence")
    await expect(said(page).last).to_contain_text("reference ERR-")
    browsing.engine.reply = lambda turn: [{"text": "Here I am again."}]
    await page.get_by_role("button", name="Send again").click()
    await expect(said(page).last).to_contain_text("Here I am again.")


async def test_an_ended_conversation_starts_anew_with_the_text(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    browsing.gateway.app.ctx.seals._seconds = -1
    await say(page, "still there?")
    await expect(page.locator(".trouble")).to_contain_text("more than a day old")
    browsing.gateway.app.ctx.seals._seconds = 3600
    await page.get_by_role("button", name="Start a new conversation").click()
    await expect(said(page).last).to_contain_text("You said: still there?")


async def test_too_long_is_said_before_sending(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    dialog = page.get_by_role("dialog")
    await page.locator("#field").fill("x" * 990)
    await expect(dialog).to_contain_text("Characters left: 10")
    await page.locator("#field").fill("\N{MICROSCOPE}" * 1003)
    await expect(dialog).to_contain_text("Too long by 3")
    await page.locator("#field").press("Enter")
    assert heard(browsing) == [] and len(await page.locator("#field").input_value()) >= 1003


async def test_a_reload_goes_on_with_both_sides_and_the_draft(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    await say(page, "remember this")
    await expect(said(page).last).to_contain_text("You said: remember this")
    await page.locator("#field").fill("half a thou")
    await page.reload()
    await page.locator("button.launcher").click()
    await expect(said(page).last).to_contain_text("You said: remember this")
    await expect(page.locator(".said.yours")).to_have_count(1)
    await expect(said(page)).to_have_count(3)
    await expect(page.locator("#field")).to_have_value("half a thou")
    await page.goto(f"{browsing.site.origin}/another-page")
    await open_chat(page)
    await expect(page.locator(".said.yours")).to_contain_text("remember this")
    assert await page.evaluate("localStorage.length") == 0


async def test_with_blocked_storage_it_works_all_the_same(browsing: Browsing) -> None:
    context = await browsing.context()
    await context.add_init_script(BLOCKED)
    page = await browsing.page(context=context)
    await open_chat(page)
    await say(page, "hello")
    await expect(said(page).last).to_contain_text("You said: hello")


async def test_two_tabs_share_a_remembered_conversation_and_withdrawal_ends_that(browsing: Browsing) -> None:
    context = await browsing.context()
    one = await browsing.page("/en", context)
    await one.get_by_role("button", name="Accept", exact=True).click()
    await expect(one.get_by_text("Saved. Your receipt")).to_be_visible()
    await one.evaluate("BrusselsAssistant.open()")
    await say(one, "from the first tab")
    await expect(said(one).last).to_contain_text("You said: from the first tab")
    two = await browsing.page("/en", context)
    await two.evaluate("BrusselsAssistant.open()")
    await expect(said(two).last).to_contain_text("You said: from the first tab")
    await say(two, "from the second tab")
    await expect(said(two).last).to_contain_text("You said: from the second tab")
    await one.bring_to_front()
    await expect(said(one).last).to_contain_text("You said: from the second tab")
    for tab in (one, two):
        await expect(tab.locator(".said.yours")).to_have_count(2)
    await one.evaluate("BrusselsAssistant.cookies()")
    await one.get_by_role("button", name="Withdraw my consent").click()
    await expect(one.get_by_text("Saved. Your receipt").last).to_be_visible()
    assert await one.evaluate("localStorage.getItem('assistant-conversation')") is None


async def test_the_stream_goes_on_where_it_broke(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    conversation = next(iter(browsing.gateway.app.ctx.events._waiting))

    async def adviser(text: str) -> None:
        message = {"from": "adviser", "text": text, "buttons": [], "custom": {"type": "human"}, "at": ""}
        await browsing.gateway.app.ctx.events.append(conversation, f"operator-{text}", [message])

    await adviser("First word.")
    await expect(page.get_by_role("log")).to_contain_text("First word.")
    await expect(page.locator("#field")).to_be_focused()
    await page.context.set_offline(True)
    await adviser("While you were away.")
    await page.context.set_offline(False)
    await expect(page.get_by_role("log")).to_contain_text("While you were away.", timeout=15_000)
    await expect(page.get_by_role("log").get_by_text("First word.")).to_have_count(1)


async def test_language_rating_transcript_and_deletion(browsing: Browsing, tmp_path: Path) -> None:
    page = await browsing.page()
    await open_chat(page)
    await say(page, "what is kept?")
    await page.get_by_role("button", name="Helpful", exact=True).click()
    await expect(page.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "true")
    await page.locator(".dots").click()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download the conversation (text)").click()
    kept = await (await download.value).path()
    transcript = await asyncio.to_thread(Path(kept).read_text, encoding="utf-8")
    assert "what is kept?" in transcript and "FAMHP" in transcript
    await page.locator(".dots").click()
    await page.locator(".menu").get_by_text("Français").click()
    await expect(page.get_by_role("dialog", name="Assistant sciences de la vie à Bruxelles")).to_be_visible()
    await expect(said(page).last).to_contain_text("Nous parlons français.")
    await page.locator(".dots").click()
    await page.locator("[data-name=delete]").click()
    await page.locator(".danger").click()
    await expect(page.get_by_role("dialog")).to_contain_text("ERA-")
    assert browsing.engine.forgotten
    assert await page.evaluate("sessionStorage.getItem('assistant-conversation')") is None


async def test_a_reply_is_announced_once_and_takes_no_focus(browsing: Browsing) -> None:
    page = await browsing.page()
    await open_chat(page)
    await page.evaluate("""() => {
      window.announced = [];
      const roots = [document.querySelector("brussels-assistant").shadowRoot];
      for (const element of roots[0].querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
      for (const each of roots) for (const region of each.querySelectorAll("[aria-live=polite], [role=status]"))
        new MutationObserver(() => region.textContent.trim() && window.announced.push(region.textContent))
          .observe(region, { childList: true, characterData: true, subtree: true });
    }""")
    await say(page, "tell me")
    await expect(said(page).last).to_contain_text("You said: tell me")
    await page.wait_for_function("announced.some((text) => text.includes('You said: tell me'))")
    announced = [text for text in await page.evaluate("announced") if "You said: tell me" in text]
    assert len(announced) == 1 and announced[0].startswith("Assistant")
    assert await page.get_by_role("log").get_attribute("aria-live") == "off"
    await expect(page.locator("#field")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(320, 480), (320, 256), (390, 844)])
async def test_nothing_runs_off_a_small_screen(browsing: Browsing, width: int, height: int) -> None:
    page = await browsing.page(viewport={"width": width, "height": height})
    await open_chat(page)
    await say(page, "word" * 60)
    await say(page, "compare")
    await expect(page.get_by_role("table")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    panel = await page.get_by_role("dialog").bounding_box()
    field = await page.locator("#field").bounding_box()
    assert panel and panel["x"] >= 0 and panel["x"] + panel["width"] <= width
    assert field and field["x"] >= 0 and field["x"] + field["width"] <= width
    assert await page.get_by_role("dialog").evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")


async def test_on_a_phone_the_focus_stays_inside(browsing: Browsing) -> None:
    page = await browsing.page(viewport={"width": 390, "height": 844})
    await open_chat(page)
    await expect(page.get_by_role("dialog")).to_have_attribute("aria-modal", "true")
    for _ in range(15):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement?.localName") == "brussels-assistant"


async def test_controls_are_large_enough_and_nothing_moves_when_asked(browsing: Browsing) -> None:
    page = await browsing.page(reduced_motion="reduce", forced_colors="active")
    await open_chat(page)
    await say(page, "what is kept?")
    await expect(page.get_by_role("button", name="Helpful", exact=True)).to_be_visible()
    for control in await page.get_by_role("dialog").get_by_role("button").all():
        box = await control.bounding_box()
        assert box and box["width"] >= 24 and box["height"] >= 24, await control.evaluate("(e) => e.outerHTML")
    assert await page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length") == 0
