"""Whole visits against the real engine, actions and gateway, one a language: choice, questions, contact, withdrawal."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from records.store import Store
from records.verify import verify
from tests.browser.conftest import ARGUMENTS, CHROMIUM, said, say
from tests.faults_stack.house import ALL, House, building

pytestmark = [pytest.mark.asyncio, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]

PATIENCE = 20_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """All three processes, of their own."""
    with building(tmp_path_factory.mktemp("house") / "var") as made:
        made.start(*ALL)
        yield made


@pytest_asyncio.fixture
async def visitor(house: House) -> AsyncIterator[BrowserContext]:
    """A browser; an error on a page's console fails the test."""
    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(
            base_url=f"http://127.0.0.1:{house.settings.gateway_port}", viewport={"width": 1280, "height": 900}
        )
        context.on("page", lambda page: page.on("pageerror", lambda error: troubles.append(str(error))))
        yield context
        await browser.close()
    assert troubles == []


class Words:
    """What a visit says and reads in one language."""

    def __init__(self, language: str) -> None:
        root = Path(__file__).parents[2] / "texts" / language
        for name in ("banner", "widget"):
            setattr(self, name, yaml.safe_load((root / f"{name}.yml").read_text(encoding="utf-8")))
        dialogue: dict[str, Any] = yaml.safe_load((root / "contact.yml").read_text(encoding="utf-8"))
        self.responses = dialogue["responses"]

    banner: dict[str, str]
    widget: dict[str, str]


TALK = {
    "en": {
        "time": "How long does approval of a phase I trial take in Belgium?", "compare": "compare BLSI and EEBIC",
        "name": "Alex Doe", "country": "Belgium", "correct": "the company is Acme Bio", "subject": "Lab space for ten",
        "withdraw": "I withdraw my consent", "yes": "yes",
    },
    "fr": {
        "time": "Combien de temps prend l'autorisation d'un essai de phase I en Belgique ?",
        "compare": "compare BLSI et EEBIC", "name": "Alex Doe", "country": "Belgique",
        "correct": "la société est Acme Bio", "subject": "Un laboratoire pour dix personnes",
        "withdraw": "je retire mon consentement", "yes": "oui",
    },
    "nl": {
        "time": "Hoelang duurt de goedkeuring van een fase I-studie in België?", "compare": "vergelijk BLSI en EEBIC",
        "name": "Alex Doe", "country": "België", "correct": "het bedrijf is Acme Bio",
        "subject": "Een labo voor tien mensen", "withdraw": "ik trek mijn toestemming in", "yes": "ja",
    },
}  # fmt: skip


async def answered(page: Page, text: str) -> str:
    """Say something, and give what is said to it."""
    before = await said(page).count()
    await say(page, text)
    await expect(said(page)).not_to_have_count(before, timeout=PATIENCE)
    await expect(page.locator(".typing")).to_be_empty(timeout=PATIENCE)
    return await said(page).last.inner_text()


def rows(path: Path, query: str, *values: object) -> list[dict[str, Any]]:
    """What a database holds."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


async def conversation_of(page: Page) -> str:
    """The id the tab keeps."""
    kept = await page.evaluate("sessionStorage.getItem('assistant-conversation')")
    return str(json.loads(kept)["id"])


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
async def test_a_visit(house: House, visitor: BrowserContext, language: str) -> None:
    words, talk = Words(language), TALK[language]
    page = await visitor.new_page()
    await page.goto("/en")
    if language != "en":
        await page.locator(f"header a[hreflang={language}]").click()
    banner = page.locator("brussels-assistant-cookies")
    await banner.get_by_role("button", name=words.banner["more"]).click()
    switches = banner.get_by_role("switch").or_(banner.get_by_role("checkbox"))
    await switches.nth(1).check()
    await banner.get_by_role("button", name=words.banner["save"]).click()
    receipt = await banner.get_by_role("link").get_attribute("href")
    assert receipt
    number = receipt.rpartition("/")[2].partition("?")[0]
    shown = await (await visitor.request.get(f"/receipts/{number}.json")).json()
    given = {purpose["purpose"]: purpose["consented"] for purpose in shown["purposes"]}
    assert given == {"functional": False, "analytics": True, "improvement": False}
    [row] = rows(house.records, "SELECT * FROM consent WHERE id = ?", number)
    assert row["hash"] == shown["integrity"]["sha256"] and row["notice_language"] == language

    await page.locator("button.launcher").click()
    await said(page).first.wait_for()
    await expect(said(page)).to_have_count(1)  # the cookie question was answered already
    conversation = await conversation_of(page)
    assert "20" in await answered(page, talk["time"])
    assert await said(page).last.get_by_role("link").count() >= 1
    await answered(page, talk["compare"])
    await expect(said(page).last.get_by_role("table")).to_be_visible()
    await page.reload()
    await page.locator("button.launcher").click()
    await expect(said(page).last.get_by_role("table")).to_be_visible()

    await page.locator(".dots").click()
    await page.locator("[data-name=contact]").click()
    ask = words.responses
    await expect(said(page).last).to_contain_text(ask["utter_ask_contact_name"]["text"], timeout=PATIENCE)
    await answered(page, talk["name"])
    await answered(page, "Acme")
    await page.reload()
    await page.locator("button.launcher").click()
    await expect(said(page).last).to_contain_text(ask["utter_ask_contact_email"]["text"])
    await answered(page, talk["correct"])
    await answered(page, "alex@example.com")
    await page.get_by_role("button", name=ask["utter_ask_contact_phone"]["buttons"][0]["title"]).last.click()
    await expect(said(page).last).to_contain_text(ask["utter_ask_contact_country"]["text"], timeout=PATIENCE)
    await answered(page, talk["country"])
    await answered(page, talk["subject"])
    await answered(page, talk["yes"])
    await page.get_by_role("button", name=ask["utter_ask_contact_confirmed"]["buttons"][0]["title"]).last.click()
    await expect(said(page).last).to_contain_text("BLS-", timeout=PATIENCE)
    [contact] = house.contacts(conversation)
    assert (contact["company"], contact["email"], contact["language"]) == ("Acme Bio", "alex@example.com", language)
    assert [delivery["kind"] for delivery in contact["outbox"]] == ["mail"]

    await answered(page, talk["withdraw"])
    await page.wait_for_function("BrusselsAssistant.consent().then(({ choices }) => !choices.analytics)")
    records = rows(house.records, "SELECT event, method FROM consent WHERE subject = ? ORDER BY seq", row["subject"])
    assert [(record["event"], record["method"]) for record in records] == [("given", "banner"), ("withdrawn", "chat")]
    with closing(Store(house.settings.database_url)) as store:
        assert verify(store, house.settings).problem is None

    await page.locator(".dots").click()
    await page.locator("[data-name=delete]").click()
    await page.locator(".danger").click()
    await expect(page.locator(".sheet")).to_contain_text("ERA-", timeout=PATIENCE)
    assert rows(house.tracker, "SELECT id FROM events WHERE sender_id = ?", conversation) == []
    assert len(house.contacts(conversation)) == 1


async def test_when_the_engine_dies_the_question_is_answered_afterwards(house: House, visitor: BrowserContext) -> None:
    page = await visitor.new_page()
    await page.goto("/en")
    await page.get_by_role("button", name="Refuse").first.click()
    await page.locator("button.launcher").click()
    await said(page).first.wait_for()
    house.kill("engine")
    await say(page, "What is BLSI?")
    await expect(page.get_by_role("button", name="Send again")).to_be_visible(timeout=PATIENCE)
    await asyncio.to_thread(house.start, "engine")
    await page.get_by_role("button", name="Send again").click()
    await expect(said(page).last).to_contain_text("BLSI", timeout=PATIENCE)
