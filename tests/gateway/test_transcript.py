"""The conversation as a file."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from gateway import transcript
from gateway.texts import Texts
from settings import Settings
from tests.gateway.conftest import Running, Visitor
from tests.gateway.fake_engine import FakeEngine
from tests.gateway.storage import sql

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} & \"'"
SOURCES = [
    {"publisher": "FAMHP", "title": "Fees & terms", "url": "https://example.com/fees?a=1&b=2", "as_of": "2026-01"},
    {"publisher": "Somebody", "title": None, "url": "javascript:alert(3)", "as_of": None},
]
WORDS = Texts(("en", "fr", "nl"))


class Elements(HTMLParser):
    """All elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def answering(turn: dict[str, Any]) -> list[dict[str, Any]]:
    body = "First line\n- one\n- two"
    custom = {"type": "answer", "language": "en", "body": body, "sources": SOURCES, "checked": "2026-11-01"}
    return [{"text": f"{body}\n\nSource: FAMHP (2026-01)", "custom": custom}]


def said(who: str, text: str, at: str, **custom: Any) -> dict[str, Any]:
    return {"id": "1", "from": who, "text": text, "buttons": [], "custom": custom, "at": at}


@pytest.mark.asyncio
async def test_the_page_has_both_sides_with_sources_and_no_script(visitor: Visitor, engine: FakeEngine) -> None:
    engine.reply = answering
    await visitor.send(text=NASTY)
    response = await visitor.get("transcript")
    assert response.status_code == 200 and response.headers["content-type"] == "text/html; charset=utf-8"
    name = re.fullmatch(r'attachment; filename="(.+)"', response.headers["content-disposition"])
    assert name and re.fullmatch(r"assistant-\d{4}-\d\d-\d\d\.html", name[1])
    page = Elements(response.text)
    tags = {tag for tag, _ in page.found}
    assert not tags & {"script", "img", "iframe", "object", "form", "link"}
    assert not [name for _, attributes in page.found for name in attributes if name.startswith("on") or name == "style"]
    assert NASTY in page.text and "- one\n- two" in page.text
    links = [attributes["href"] for tag, attributes in page.found if tag == "a"]
    assert links == ["https://example.com/fees?a=1&b=2"]
    assert page.text.count("FAMHP") == 1
    assert "as of January 2026" in page.text and "undated" in page.text and "Checked on 1 November 2026." in page.text
    assert ("html", {"lang": "en"}) in page.found
    assert page.text.index("You") < page.text.index(NASTY) < page.text.index("FAMHP, Fees & terms")


@pytest.mark.asyncio
async def test_the_text_is_laid_out(visitor: Visitor, engine: FakeEngine) -> None:
    engine.reply = answering
    await visitor.send(text="word " * 60)
    response = await visitor.get("transcript", format="text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-disposition"].endswith('.txt"')
    lines = response.text.splitlines()
    assert max(map(len, lines)) <= 78
    assert lines[1] == "=" * len(lines[0]) and lines.count("    - one") == 1
    assert (
        "    - FAMHP, Fees & terms (as of January 2026)" in lines and "      https://example.com/fees?a=1&b=2" in lines
    )
    assert "    Sources:" in lines and not any("javascript" in line for line in lines)


@pytest.mark.asyncio
async def test_it_is_in_the_conversations_language(gateway: Running, engine: FakeEngine) -> None:
    opened = (await gateway.client.post("/api/conversations", json={"language": "fr"})).json()
    text = (await Visitor(gateway.client, opened).get("transcript", format="text")).text
    assert text.startswith("Conversation avec l'assistant") and "Enregistrée le" in text


@pytest.mark.asyncio
async def test_wrong_forms_and_outages_are_refused(visitor: Visitor, settings: Settings) -> None:
    assert (await visitor.get("transcript", format="pdf")).status_code == 400
    sql(settings.var / "gateway.db", "ALTER TABLE message RENAME TO elsewhere")
    assert (await visitor.get("transcript")).status_code == 503


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_days_are_told_apart_and_advisers_named(language: str) -> None:
    words = WORDS.transcript(language)
    messages = [
        said("assistant", "one", "2026-11-24T23:59:00.000Z"),
        said("visitor", "two", "2026-11-25T00:01:00.000Z"),
        said("adviser", "three", "2026-11-25T00:02:00.000Z", sources=[SOURCES[0]]),
    ]
    text = transcript.as_text(messages, language, words, date(2026, 11, 25))
    assert text.count("--- ") == 2 and f"[00:02] {words['adviser']}" in text and words["source"] in text
    html = transcript.as_html(messages, language, words, date(2026, 11, 25))
    assert html.count("<h2>") == 2 and 'class="adviser"' in html and "{" not in Elements(html).text.split("}")[-1]


@pytest.mark.asyncio
async def test_messages_keep_the_language_they_were_said_in(visitor: Visitor, engine: FakeEngine) -> None:
    await visitor.send(text="hello")
    await visitor.post("language", language="fr")
    page = (await visitor.get("transcript")).text
    assert re.findall(r'<p class="text" lang="(\w\w)">', page) == ["en", "en", "en", "fr"]
    assert [m["language"] for m in (await visitor.post("resume")).json()["messages"]] == ["en", "en", "en", "fr"]


def test_a_message_of_another_language_says_so() -> None:
    messages = [said("assistant", "Bonjour", "2026-11-25T00:01:00.000Z", language="fr")]
    html = transcript.as_html(messages, "en", WORDS.transcript("en"), date(2026, 11, 25))
    assert '<p class="text" lang="fr">Bonjour</p>' in html
