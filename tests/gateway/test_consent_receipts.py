"""Receipts: a page anybody can read, in three languages, that withdraws without a script and pressed twice."""

from __future__ import annotations

import asyncio
import hashlib
import html
import json
import re
import uuid
from typing import Any

import httpx
import pytest

from records import consents, notice
from records.choices import REFUSE_ALL, Act
from records.notice import OPTIONAL
from records.verify import verify
from settings import Settings
from tests.gateway.conftest import Running
from tests.records.builders import an_occasion

pytestmark = pytest.mark.asyncio

ALL = dict.fromkeys(OPTIONAL, True)
NONE = dict.fromkeys(OPTIONAL, False)


async def choose(gateway: Running, language: str = "en", token: str | None = None, **chosen: bool) -> dict[str, Any]:
    """A choice made in the banner's second layer."""
    body = {
        "key": str(uuid.uuid4()), "kind": "choose", "choices": NONE | chosen, "layer": 2, "method": "banner",
        "notice": {"version": notice.current_version(), "language": language}, "token": token,
    }  # fmt: skip
    response = await gateway.client.post("/api/consent", json=body)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def page_of(gateway: Running, receipt: str, query: str = "") -> str:
    response = await gateway.client.get(f"/receipts/{receipt}{query}")
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/html")
    assert response.headers["cache-control"] == "no-store" and "noindex" in response.headers["x-robots-tag"]
    assert "<script" not in response.text and "style=" not in response.text and "{" not in response.text
    return html.unescape(response.text)


def form_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


async def press(gateway: Running, receipt: str, form: dict[str, str]) -> httpx.Response:
    return await gateway.client.post(f"/receipts/{receipt}/withdraw", data=form)


def spoken(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "This choice is in force|Analytics : accepted|Functional : refused|cookie banner|(Brussels time)"),
        (
            "fr",
            "Ce choix est en vigueur|Statistiques : accepté|Fonctionnel : refusé|l'organisation qui exploite|bannière"
            "|(heure de Bruxelles)",
        ),
        ("nl", "Deze keuze is van kracht|Statistieken : aanvaard|Functioneel : geweigerd|(Brusselse tijd)"),
    ],
)
async def test_the_page_says_it_all(gateway: Running, language: str, words: str) -> None:
    made = await choose(gateway, language, analytics=True)
    page = await page_of(gateway, made["receipt"])
    assert f'<html lang="{language}">' in page
    text = spoken(page)
    for said in (*words.split("|"), " UTC", made["receipt"], notice.current_version()):
        assert said in text, said
    shown = notice.load(gateway.app.ctx.settings, language)
    for paragraph in shown.full.split("\n\n"):
        assert paragraph in page
    assert notice.text_hash(shown.full) in text
    for other in ("en", "fr", "nl"):
        assert f'href="?lang={other}"' in page


async def test_the_page_can_be_read_in_another_language(gateway: Running) -> None:
    made = await choose(gateway, "nl", analytics=True)
    page = await page_of(gateway, made["receipt"], "?lang=fr")
    assert '<html lang="fr">' in page and "Ce choix est en vigueur" in page
    assert '<blockquote lang="nl">' in page, "the text agreed to stays as it was"
    assert "Statistiques" in page


async def test_the_proof_on_the_page_is_that_of_the_file(gateway: Running) -> None:
    made = await choose(gateway, analytics=True)
    page = spoken(await page_of(gateway, made["receipt"]))
    response = await gateway.client.get(f"/receipts/{made['receipt']}.json")
    assert response.headers["content-disposition"].startswith("attachment")
    receipt = response.json()
    assert hashlib.sha256(receipt["integrity"]["hashed_text"].encode()).hexdigest() == receipt["integrity"]["sha256"]
    for proof in (receipt["integrity"]["sha256"], receipt["integrity"]["previous_sha256"]):
        assert proof in page
    assert receipt["integrity"]["anchor"]["sequence"] == 1 and "with record 1" in page
    assert json.loads(receipt["integrity"]["hashed_text"])["choices"] == NONE | {"analytics": True}


async def test_withdrawing_needs_no_script_and_counts_once(gateway: Running) -> None:
    made = await choose(gateway, "fr", analytics=True, functional=True)
    form = form_of(await page_of(gateway, made["receipt"]))
    replies = await asyncio.gather(*(press(gateway, made["receipt"], form) for _ in range(5)))
    assert {reply.status_code for reply in replies} == {303}
    addresses = {reply.headers["location"].split("?")[0] for reply in replies}
    assert len(addresses) == 1
    assert verify(gateway.app.ctx.store, gateway.app.ctx.settings).message == "2 records, chain intact"
    first = next(reply.headers["location"] for reply in replies if "done" in reply.headers["location"])
    page = await page_of(gateway, first.removeprefix("/receipts/"))
    assert "Votre retrait est enregistré" in page and "Accord retiré" in page and "<form" not in page
    current = await gateway.client.get("/api/consent", headers={"Authorization": f"Bearer {made['token']}"})
    assert current.json()["current"]["choices"] == NONE
    old = await page_of(gateway, made["receipt"])
    assert "n'est plus en vigueur" in old and addresses.pop() in old
    again = await press(gateway, made["receipt"], form)
    assert again.status_code == 303 and "done" not in again.headers["location"]


async def test_any_receipt_of_a_person_withdraws_what_is_in_force(gateway: Running) -> None:
    first = await choose(gateway, analytics=True)
    await choose(gateway, token=first["token"], improvement=True)
    page = await page_of(gateway, first["receipt"])
    assert "a later one took its place" in page
    await press(gateway, first["receipt"], form_of(page))
    current = await gateway.client.get("/api/consent", headers={"Authorization": f"Bearer {first['token']}"})
    assert current.json()["current"]["choices"] == NONE


async def test_a_choice_of_the_chat_has_a_receipt_too(gateway: Running) -> None:
    ours = gateway.app.ctx
    record = consents.record(ours.store, ours.settings, an_occasion(ours.settings), Act({"analytics": True}))
    page = await page_of(gateway, record["id"])
    assert "In the chat." in page and "<form" in page
    refused = consents.record(ours.store, ours.settings, an_occasion(ours.settings), REFUSE_ALL)
    assert "<form" not in await page_of(gateway, refused["id"])


async def test_a_signal_is_told_as_such(gateway: Running) -> None:
    body = {
        "key": str(uuid.uuid4()), "kind": "refuse", "choices": NONE, "layer": 1, "method": "gpc",
        "notice": {"version": notice.current_version(), "language": "en"}, "signals": {"gpc": True, "late": True},
    }  # fmt: skip
    made = (await gateway.client.post("/api/consent", json=body)).json()
    page = await page_of(gateway, made["receipt"])
    for told in ("Global Privacy Control", "No text was shown to you then", "sent later than it was made"):
        assert told in page


async def test_old_notice_is_shown_as_it_was(gateway: Running) -> None:
    ours = gateway.app.ctx
    old = notice.load(ours.settings, "fr", "2026-11-24")
    where = an_occasion(ours.settings, language="fr", notice_version="2026-11-24", shown=old.first_layer)
    record = consents.record(ours.store, ours.settings, where, Act({"analytics": True}))
    page = await page_of(gateway, record["id"])
    assert old.first_layer in page and "la notice a changé depuis" in page and "C'est le texte exact" in page


async def test_changed_settings_are_admitted(gateway: Running) -> None:
    made, ours = await choose(gateway, analytics=True), gateway.app.ctx
    ours.settings = ours.settings.model_copy(update={"controller_name": "Acme <b>Region</b> & Co"})
    response = await gateway.client.get(f"/receipts/{made['receipt']}")
    assert "have changed since" in response.text
    assert "Acme &lt;b&gt;Region&lt;/b&gt; &amp; Co" in response.text


@pytest.mark.parametrize("name", ["nothing", str(uuid.uuid4()), "..%2f..%2fetc", "%00", "x" * 500])
@pytest.mark.parametrize(("language", "said"), [("fr", "Reçu introuvable"), ("nl", "Geen ontvangstbewijs")])
async def test_unknown_receipts_are_not_found(gateway: Running, name: str, language: str, said: str) -> None:
    headers = {"Accept-Language": language}
    response = await gateway.client.get(f"/receipts/{name}", headers=headers)
    assert response.status_code == 404 and said in response.text and f'<html lang="{language}">' in response.text
    file = await gateway.client.get(f"/receipts/{name}.json", headers=headers)
    assert file.status_code == 404 and file.json()["error"]["code"] == "receipt_unknown"
    posted = await gateway.client.post(f"/receipts/{name}/withdraw", data={"form": "made up"}, headers=headers)
    assert posted.status_code == 404


@pytest.mark.parametrize("form", [{}, {"form": "made up"}, {"form": ""}])
async def test_a_form_we_did_not_make_withdraws_nothing(gateway: Running, form: dict[str, str]) -> None:
    made, other = await choose(gateway, analytics=True), await choose(gateway, analytics=True)
    foreign = form_of(await page_of(gateway, other["receipt"]))
    for sent in (form, foreign, {"form": made["token"]}):
        assert (await press(gateway, made["receipt"], sent)).status_code == 404
    assert verify(gateway.app.ctx.store, gateway.app.ctx.settings).records == 2


async def test_a_withdrawal_counts_while_the_records_are_away(gateway: Running, settings: Settings) -> None:
    made = await choose(gateway, "nl", analytics=True)
    form = form_of(await page_of(gateway, made["receipt"]))
    path = settings.var / "records.db"
    path.rename(path.with_name("away"))
    reading = await gateway.client.get(f"/receipts/{made['receipt']}", headers={"Accept-Language": "nl"})
    assert reading.status_code == 503 and "Nu niet mogelijk" in reading.text
    response = await press(gateway, made["receipt"], form)
    assert response.status_code == 503 and "Ze telt toch" in response.text
    assert f'href="/receipts/{made["receipt"]}?lang=nl"' in response.text
    path.with_name("away").rename(path)
    ours = gateway.app.ctx
    assert consents.in_force(ours.store, ours.settings, ours.seals.subject(made["token"])) is None
    assert "Op dit moment is niets toegestaan" in await page_of(gateway, made["receipt"])
    assert (await press(gateway, made["receipt"], form)).status_code == 303
    assert consents.in_force(ours.store, ours.settings, ours.seals.subject(made["token"])) == NONE


async def test_a_withdrawal_that_does_not_count_is_not_claimed(gateway: Running, settings: Settings) -> None:
    made = await choose(gateway, analytics=True)
    form = form_of(await page_of(gateway, made["receipt"]))
    (settings.var / "held").write_text("in the way")
    (settings.var / "records.db").rename(settings.var / "away")
    response = await press(gateway, made["receipt"], form)
    assert response.status_code == 503
    assert "nothing was changed" in response.text and settings.controller_contact in response.text
