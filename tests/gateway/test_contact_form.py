"""The contact form as a page: the rules of the chat, nothing lost, nothing stored twice, nothing without agreement."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from gateway.contact_form import Filled, Form, Forms, Stale, check
from gateway.texts import ROOT, read
from records.models import Contact, Outbox
from records.notice import text_hash
from settings import Settings
from tests.gateway.conftest import Running

RIGHT = {
    "name": "Alex Doe", "company": "Acme & Sons", "email": "A.Doe@EXAMPLE.com", "phone": "02 555 01 23",
    "country": "BE", "subject": "A wet lab", "question": "Do you have one\nfor six <people>?", "agree": "yes",
}  # fmt: skip
LANGUAGES = ("en", "fr", "nl")


class Fields(HTMLParser):
    """The form of a page: what its fields hold, and the attributes of every element that has an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.elements: dict[str, dict[str, str | None]] = {}
        self.links: set[str] = set()
        self.focused: list[str] = []
        self._area = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if given.get("id"):
            self.elements[str(given["id"])] = given
        if "autofocus" in given:
            self.focused.append(given.get("class") or tag)
        if tag == "a":
            self.links.add(given.get("href") or "")
        if tag == "input" and (given["type"] != "checkbox" or "checked" in given):
            self.values[name] = given.get("value") or ""
        if tag == "select":
            self._select = name
        if tag == "option" and "selected" in given:
            self.values[self._select] = given["value"] or ""
        self._area = name if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] = data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self._area = ""


async def opened(gateway: Running, language: str = "en") -> dict[str, str]:
    """A fresh form as a browser would send it back untouched."""
    response = await gateway.client.get(f"/{language}/contact")
    assert response.status_code == 200
    return Fields(response.text).values


async def sent(gateway: Running, fields: dict[str, str], language: str = "en") -> httpx.Response:
    return await gateway.client.post(f"/{language}/contact", data=fields)


async def reference(gateway: Running, response: httpx.Response) -> str:
    """The reference on the page a successful form leads to."""
    assert response.status_code == 303, response.text
    page = await gateway.client.get(response.headers["location"])
    assert page.status_code == 200
    found = re.search(r"BLS-[2-9A-Z]{4}-[2-9A-Z]{2}", page.text)
    assert found
    return found[0]


def stored(gateway: Running) -> list[Contact]:
    with gateway.app.ctx.store.read() as session:
        return list(session.scalars(select(Contact)))


@pytest.mark.asyncio
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_request_is_stored_as_the_chat_stores_it(gateway: Running, language: str) -> None:
    response = await sent(gateway, await opened(gateway, language) | RIGHT, language)
    number = await reference(gateway, response)
    (contact,) = stored(gateway)
    assert contact.reference == number and contact.channel == "form" and contact.language == language
    assert (contact.name, contact.company, contact.country) == ("Alex Doe", "Acme & Sons", "BE")
    assert (contact.email, contact.phone) == ("A.Doe@example.com", "+3225550123")
    assert contact.subject == "A wet lab" and contact.question == "Do you have one\nfor six <people>?"
    assert contact.consent_text_hash == text_hash(read(ROOT / language / "contact_form.yml")["agree"])
    assert contact.conversation.startswith("form-")
    with gateway.app.ctx.store.read() as session:
        assert [row.kind for row in session.scalars(select(Outbox))] == ["mail"]


@pytest.mark.asyncio
async def test_what_is_optional_can_be_left_out(gateway: Running) -> None:
    await reference(gateway, await sent(gateway, await opened(gateway) | RIGHT | {"phone": "", "question": " "}))
    (contact,) = stored(gateway)
    assert contact.phone is None and contact.question is None


@pytest.mark.asyncio
async def test_a_number_is_read_as_one_of_the_company_s_country(gateway: Running) -> None:
    response = await sent(gateway, await opened(gateway) | RIGHT | {"phone": "020 7946 0018", "country": "GB"})
    await reference(gateway, response)
    assert stored(gateway)[0].phone == "+442079460018"


@pytest.mark.asyncio
@pytest.mark.parametrize("language", LANGUAGES)
async def test_everything_wrong_is_told_at_once_and_nothing_is_lost(gateway: Running, language: str) -> None:
    wrong = {
        "name": "42",
        "company": "@",
        "email": 'alex"<@',
        "phone": "12",
        "country": "XX",
        "subject": "?",
        "question": "q",
    }
    response = await sent(gateway, await opened(gateway, language) | wrong, language)
    assert response.status_code == 422 and response.headers["cache-control"] == "no-store"
    page = Fields(response.text)
    told = read(ROOT / language / "contact_form.yml")["errors"]
    codes = {
        "name": "not_a_name", "company": "not_a_company", "email": "invalid_email", "phone": "phone_without_country",
        "country": "unknown_country", "subject": "too_short", "agree": "required",
    }  # fmt: skip
    for name, code in codes.items():
        element = page.elements[name]
        assert element["aria-invalid"] == "true", name
        assert f"{name}-error" in (element["aria-describedby"] or "").split() and f"{name}-error" in page.elements
        assert f"#{name}" in page.links  # from the summary
        assert unescape(response.text).count(told[name][code]) == 2, name
    assert "aria-invalid" not in page.elements["question"]
    assert {name: page.values.get(name) for name in wrong if name != "country"} == {
        name: value for name, value in wrong.items() if name != "country"
    }
    assert page.focused == ["summary"]
    assert read(ROOT / language / "contact_form.yml")["error"] in response.text.split("</title>")[0]
    assert stored(gateway) == []


@pytest.mark.asyncio
async def test_a_missing_answer_is_not_a_wrong_one(gateway: Running) -> None:
    response = await sent(gateway, await opened(gateway))
    told = read(ROOT / "en" / "contact_form.yml")["errors"]
    for name in ("name", "company", "email", "country", "subject", "agree"):
        assert told[name]["required"] in response.text
    assert "phone-error" not in response.text and "question-error" not in response.text


@pytest.mark.asyncio
async def test_nothing_is_ticked_beforehand_and_nothing_is_stored_without_agreement(gateway: Running) -> None:
    fields = await opened(gateway)
    assert "agree" not in fields
    response = await sent(gateway, fields | {name: value for name, value in RIGHT.items() if name != "agree"})
    assert response.status_code == 422 and stored(gateway) == []


@pytest.mark.asyncio
async def test_a_choice_made_before_a_mistake_stays_made(gateway: Running) -> None:
    again = Fields((await sent(gateway, await opened(gateway) | RIGHT | {"email": "x"})).text).values
    assert again["country"] == "BE" and again["agree"] == "yes"
    await reference(gateway, await sent(gateway, again | {"email": "x@example.com"}))


@pytest.mark.asyncio
async def test_sent_twice_it_is_one_request(gateway: Running) -> None:
    fields = await opened(gateway) | RIGHT
    answers = await asyncio.gather(*(sent(gateway, fields) for _ in range(4)))
    assert len({await reference(gateway, answer) for answer in answers}) == 1
    assert len(stored(gateway)) == 1
    # The same words in a form of their own are another request.
    await reference(gateway, await sent(gateway, await opened(gateway) | RIGHT))
    assert len(stored(gateway)) == 2


@pytest.mark.asyncio
async def test_while_the_store_is_down_the_text_stays_and_trying_again_works(
    gateway: Running, settings: Settings
) -> None:
    gateway.app.ctx.store.close()
    database = settings.var / "records.db"
    away = settings.var / "away.db"
    database.rename(away)
    database.mkdir()
    response = await sent(gateway, await opened(gateway) | RIGHT)
    words = read(ROOT / "en" / "contact_form.yml")
    assert response.status_code == 503 and response.headers["retry-after"]
    assert words["notices"]["store_down"]["title"] in response.text and f">{words['again']}</button>" in response.text
    again = Fields(response.text)
    assert again.focused == ["summary"]
    assert {name: again.values[name] for name in RIGHT} == RIGHT
    database.rmdir()
    away.rename(database)
    await reference(gateway, await sent(gateway, again.values))
    assert len(stored(gateway)) == 1


@pytest.mark.asyncio
async def test_a_program_that_fills_in_everything_is_told_so_and_a_person_can_go_on(gateway: Running) -> None:
    response = await sent(gateway, await opened(gateway) | RIGHT | {"website": "https://example.com"})
    assert response.status_code == 422 and stored(gateway) == []
    again = Fields(response.text).values
    assert again["website"] == "" and again["name"] == RIGHT["name"]
    await reference(gateway, await sent(gateway, again))


@pytest.mark.asyncio
async def test_too_many_forms_of_one_address_have_to_wait(gateway: Running) -> None:
    fields = await opened(gateway) | RIGHT | {"email": "x"}
    statuses = [(await sent(gateway, fields)).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    response = await sent(gateway, fields)
    assert int(response.headers["retry-after"]) > 0
    assert Fields(response.text).values["name"] == RIGHT["name"]
    assert 'gateway_rate_limited_total{limit="form"} 2.0' in (await gateway.client.get("/metrics")).text


@pytest.mark.asyncio
async def test_a_form_that_is_not_ours_is_shown_again(gateway: Running) -> None:
    for form in ("forged", (await opened(gateway))["form"][:-2]):
        response = await sent(gateway, RIGHT | {"form": form})
        assert response.status_code == 409 and stored(gateway) == []
        again = Fields(response.text).values
        assert again["name"] == RIGHT["name"] and again["form"] != form
    await reference(gateway, await sent(gateway, again))


@pytest.mark.asyncio
async def test_the_landing_page_s_question_waits_in_the_form(gateway: Running) -> None:
    response = await sent(gateway, {"question": "Where is a lab <b>?"})
    assert response.status_code == 200 and stored(gateway) == []
    page = Fields(response.text)
    assert page.values["question"] == "Where is a lab <b>?" and page.focused == []


@pytest.mark.asyncio
async def test_a_reference_that_is_not_ours_is_not_shown(gateway: Running) -> None:
    response = await gateway.client.get("/en/contact", params={"sent": "BLS-2222-22"})
    assert response.status_code == 200 and "BLS-2222-22" not in response.text
    assert "form" in Fields(response.text).values


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/de/contact", "/xx/contact", "/de/cookies", "/de"])
async def test_languages_that_are_not_served(gateway: Running, path: str) -> None:
    assert (await gateway.client.get(path)).status_code == 404
    assert (await gateway.client.post(path, data=RIGHT)).status_code in (404, 405)


@pytest.mark.asyncio
async def test_other_bodies_do_no_harm(gateway: Running) -> None:
    for content, kind in ((b"\xff\xfe%", "application/x-www-form-urlencoded"), (b"{", "application/json"), (b"", "")):
        response = await gateway.client.post("/en/contact", content=content, headers={"Content-Type": kind})
        assert response.status_code == 200 and stored(gateway) == []


@pytest.mark.asyncio
async def test_nothing_personal_is_logged(gateway: Running, capsys: pytest.CaptureFixture[str]) -> None:
    await sent(gateway, await opened(gateway) | RIGHT)
    await sent(gateway, await opened(gateway) | RIGHT | {"email": "wrong@"})
    logged = "".join(capsys.readouterr())
    assert "contact.stored" in logged
    for value in ("Alex", "Acme", "EXAMPLE", "example.com", "555", "wet lab", "wrong@"):
        assert value not in logged


@pytest.mark.parametrize(("name", "limit"), [("name", 100), ("company", 120), ("subject", 1000), ("question", 1000)])
def test_lengths(name: str, limit: int) -> None:
    fits, long = (Filled.of((RIGHT | {name: length * "a"}).get) for length in (limit, limit + 1))
    assert check(fits).errors == {} and check(long).errors == {name: "too_long"}


def test_forms_grow_old(settings: Settings) -> None:
    form = Form.new("I agree.")
    sealed = Forms(settings).seal(form)
    assert Forms(settings).open(sealed) == form
    with pytest.raises(Stale):
        Forms(settings, seconds=-1).open(sealed)
    with pytest.raises(Stale):
        Forms(settings).open(Forms(settings).sent("BLS-2222-22"))


def test_every_error_has_its_words() -> None:
    codes: dict[str, set[str]] = {}
    tries: list[dict[str, Any]] = [
        {}, RIGHT | dict.fromkeys(RIGHT, "?"), RIGHT | {"phone": "+999"}, RIGHT | {"company": "@"},
        *(RIGHT | {name: 1001 * "a"} for name in RIGHT), RIGHT | {"phone": "12"},
    ]  # fmt: skip
    for values in tries:
        for name, code in check(Filled.of(values.get)).errors.items():
            codes.setdefault(name, set()).add(code)
    for language in LANGUAGES:
        words = read(ROOT / language / "contact_form.yml")["errors"]
        assert {name: set(texts) for name, texts in words.items()} == codes
