"""The landing page: honest figures, nothing inline, readable colours."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

import knowledge
from gateway import texts
from gateway.assets import FOLDER, Assets
from gateway.dates import spoken
from gateway.options import Options
from gateway.page import TEMPLATES, Pages
from gateway.texts import ROOT, read
from settings import Settings

KNOWN = knowledge.load()
PAGE = read(ROOT / "en" / "page.yml")
VOID = {"meta", "link", "input", "br", "img", "path", "rect", "line", "circle"}


@pytest.fixture
def html(settings: Settings) -> str:
    pages = Pages(Options.of(settings), Assets())
    pages.refresh()
    return pages.get("en").body.decode()


class Elements(HTMLParser):
    """All elements of a page, with their attributes; ``open`` is empty when every element was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(html: str) -> None:
    elements = Elements(html)
    assert elements.open == []
    for tag, attributes in elements.found:
        assert tag not in ("style", "iframe", "object", "embed", "base")
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        if tag == "script":
            assert (attributes["src"] or "").startswith("/static/")
        if tag in ("link", "img"):
            assert (attributes.get("href") or attributes.get("src") or "").startswith("/")


def test_the_scripts_set_no_markup_and_store_nothing() -> None:
    for path in FOLDER.rglob("*.js"):
        script = path.read_text()
        for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage",
                       "sessionStorage", "indexedDB", "document.cookie", "setAttribute(\"style\""):  # fmt: skip
            assert banned not in script, (path, banned)


def test_structure(html: str) -> None:
    elements = Elements(html)
    tags = [tag for tag, _ in elements.found]
    assert ("html", {"lang": "en"}) in elements.found
    assert tags.count("h1") == 1 and tags.count("main") == 1
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in elements.found:
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
        href = attributes.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids
    log = next(attributes for _, attributes in elements.found if attributes.get("role") == "log")
    assert log["aria-live"] == "polite" and log["aria-label"]


def test_outward_links_are_safe(html: str) -> None:
    links = [a for tag, a in Elements(html).found if tag == "a" and a.get("target") == "_blank"]
    assert len(links) >= 10
    for link in links:
        assert (link["href"] or "").startswith(("https://", "http://")) and link["rel"] == "noopener noreferrer"


def test_every_fact_is_shown_with_its_source_and_date(html: str) -> None:
    text = " ".join(Elements(html).text.split())
    cards = [card for section in PAGE["sections"] for card in section["cards"]] + [PAGE["free"]]
    for card in cards:
        fact = KNOWN.facts[card["fact"]]
        assert KNOWN.say(fact.id, "en") in text
        assert f"{fact.source.publisher} (opens in a new tab), {spoken(fact.as_of, 'en') or 'undated'}" in text


def test_no_figure_is_typed_into_the_page() -> None:
    def strings(value: object) -> list[str]:
        if isinstance(value, dict):
            return [
                text for key, entry in value.items() if key not in ("fact", "topic", "id") for text in strings(entry)
            ]
        if isinstance(value, list):
            return [text for entry in value for text in strings(entry)]
        return [value] if isinstance(value, str) else []

    for text in strings(PAGE):
        assert not re.search(r"\d", re.sub(r"\{[^}]*\}", "", text)), text


def test_everything_offered_exists() -> None:
    groups = [PAGE["hero"], PAGE["free"], *PAGE["sections"]]
    for ask in (ask for group in groups for ask in group["asks"]):
        assert ask["topic"] in KNOWN.topics


def test_every_shortcut_on_the_page_is_signed_for(settings: Settings, html: str) -> None:
    pages = Pages(Options.of(settings), Assets())
    pages.refresh()
    used = {a["data-shortcut"] for _, a in Elements(html).found if "data-shortcut" in a}
    assert used == set(pages.shortcuts("en"))


def test_every_text_of_the_chat_is_there_and_used() -> None:
    scripts = "".join(path.read_text() for path in (FOLDER / "chat").glob("*.js"))
    used = set(re.findall(r"texts\.(\w+)", scripts)) | set(re.findall(r'\? "(over|left)" : "(?:over|left)"', scripts))
    used |= {"left", "over"} if 'left < 0 ? "over" : "left"' in scripts else set()
    used |= set(re.findall(r"chat\.(\w+)", (TEMPLATES / "chat.html").read_text())) - {"chat"}
    assert used - {"html"} == set(PAGE["chat"])


@pytest.mark.parametrize(
    ("iso", "expected"),
    [
        ("2026-01-14", "14 January 2026"),
        ("2026-01", "January 2026"),
        ("2026", "2026"),
        (None, ""),
        ("2021-2023", "2021-2023"),
    ],
)
def test_dates(iso: str | None, expected: str) -> None:
    assert spoken(iso, "en") == expected


@pytest.mark.asyncio
async def test_a_changed_text_is_shown_without_a_restart(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "texts" / "en"
    shutil.copytree(ROOT, tmp_path / "texts")
    monkeypatch.setattr(texts, "ROOT", tmp_path / "texts")
    pages = Pages(Options.of(settings), Assets())
    pages.refresh()
    unchanged = pages.get("en")
    await pages.refresh_if_changed()
    assert pages.get("en") is unchanged
    page = folder / "page.yml"
    words = page.read_text()
    page.write_text(words.replace(PAGE["hero"]["title"], "Another headline"))
    await pages.refresh_if_changed()
    changed = pages.get("en")
    assert b"Another headline" in changed.body and changed.etag != unchanged.etag
    page.write_text("hero: [")
    await pages.refresh_if_changed()
    assert pages.get("en") is changed
    page.write_text(words)
    await pages.refresh_if_changed()
    assert pages.get("en").etag == unchanged.etag


PAIRS = [
    ("ink", "paper", 4.5), ("muted", "paper", 4.5), ("brand", "paper", 4.5), ("warm", "paper", 4.5),
    ("ink", "surface", 4.5), ("muted", "surface", 4.5), ("brand", "surface", 4.5), ("warm", "surface", 4.5),
    ("ink", "tint", 4.5), ("muted", "tint", 4.5), ("brand", "tint", 4.5), ("on-brand", "brand", 4.5),
    ("on-brand", "brand-hover", 4.5), ("edge", "surface", 3.0), ("edge", "paper", 3.0),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("fore", "back", "least"), PAIRS)
def test_colours_have_contrast(scheme: str, fore: str, back: str, least: float) -> None:
    css = (FOLDER / "page.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0 if scheme == "light" else 1]))
    assert _contrast(colours[fore], colours[back]) >= least


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
