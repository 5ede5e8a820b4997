"""The landing page: honest figures, nothing inline, readable colours."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import knowledge
from gateway import texts
from gateway.addresses import preferred
from gateway.assets import FOLDER, Assets
from gateway.dates import spoken
from gateway.options import Options
from gateway.page import Pages
from gateway.texts import ROOT, read
from settings import Settings

KNOWN = knowledge.load()
PAGE = read(ROOT / "en" / "page.yml")
LANGUAGES = ("en", "fr", "nl")
HOME = "https://assistant.example.com"
VOID = {"meta", "link", "input", "br", "img", "path", "rect", "line", "circle"}


@pytest.fixture
def pages(settings: Settings) -> Pages:
    pages = Pages(replace(Options.of(settings), public_url=HOME), Assets())
    pages.refresh()
    return pages


@pytest.fixture
def html(pages: Pages) -> str:
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
            assert (attributes["src"] or "").startswith(("/static/", "/widget.js"))
            assert "async" in attributes or "defer" in attributes
        if tag in ("link", "img") and attributes.get("rel") not in ("canonical", "alternate"):
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_have_no_gaps(pages: Pages, language: str) -> None:
    levels = [
        int(tag[1]) for tag, _ in Elements(pages.get(language).body.decode()).found if tag in ("h1", "h2", "h3", "h4")
    ]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))


def test_the_widget_is_there_as_on_any_site(html: str) -> None:
    tags = [a for tag, a in Elements(html).found if tag == "script" and a.get("src") == "/widget.js"]
    assert len(tags) == 1 and tags[0]["data-language"] == "en" and tags[0]["data-consent"] == "banner"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_the_others(pages: Pages, language: str) -> None:
    elements = Elements(pages.get(language).body.decode())
    alternates = {
        a["hreflang"]: a["href"] for tag, a in elements.found if tag == "link" and a.get("rel") == "alternate"
    }
    assert alternates == {**{code: f"{HOME}/{code}" for code in LANGUAGES}, "x-default": f"{HOME}/"}
    assert canonical(elements) == f"{HOME}/{language}"
    switches = [a for tag, a in elements.found if tag == "a" and "hreflang" in a]
    assert [a["href"] for a in switches] == 2 * [f"/{code}" for code in LANGUAGES]
    assert all(a["lang"] == a["hreflang"] for a in switches)
    assert {a["hreflang"] for a in switches if a.get("aria-current") == "page"} == {language}
    about = {a["property"]: a["content"] for tag, a in elements.found if tag == "meta" and "property" in a}
    assert about["og:url"] == f"{HOME}/{language}" and (about["og:locale"] or "").startswith(language)
    assert about["og:title"] and about["og:description"]


def test_the_page_that_negotiates_is_the_default_and_not_a_copy(pages: Pages) -> None:
    assert canonical(Elements(pages.get("fr", fixed=False).body.decode())) == f"{HOME}/"


def canonical(elements: Elements) -> str | None:
    return next(a["href"] for tag, a in elements.found if tag == "link" and a.get("rel") == "canonical")


def test_what_works_without_a_script_leads_somewhere(html: str) -> None:
    elements = Elements(html)
    for tag, attributes in elements.found:
        if tag == "a" and any(name.startswith("data-assistant") for name in attributes):
            assert attributes["href"] in ("/en/contact", "/en/cookies")
    (form,) = [a for tag, a in elements.found if tag == "form"]
    assert form["method"] == "post" and form["action"] == "/en/contact"
    # The buttons, which lead nowhere, stand in lists that are hidden then.
    hidden = re.findall(r'<ul class="asks needs-script".*?</ul>', html, re.DOTALL)
    assert sum(part.count("<button") for part in hidden) == html.count('<button type="button"')
    assert "noscript.css" in re.findall(r"<noscript>(.*?)</noscript>", html)[0]
    assert ".needs-script { display: none" in (FOLDER / "noscript.css").read_text()


def test_outward_links_are_safe(html: str) -> None:
    links = [a for tag, a in Elements(html).found if tag == "a" and a.get("target") == "_blank"]
    assert len(links) >= 10
    for link in links:
        assert (link["href"] or "").startswith(("https://", "http://")) and link["rel"] == "noopener noreferrer"


def test_every_fact_is_shown_with_its_source_and_date(html: str) -> None:
    text = " ".join(Elements(html).text.split())
    cards = [card["fact"] for section in PAGE["sections"] for card in section["cards"]]
    others = [other for claim in PAGE["figures"]["claims"] for other in claim["others"]]
    for name in [*cards, *others, PAGE["free"]["fact"]]:
        fact = KNOWN.facts[name]
        assert KNOWN.say(fact.id, "en") in text
        assert f"{fact.source.publisher} (opens in a new tab), {spoken(fact.as_of, 'en') or 'undated'}" in text


def test_what_the_region_claims_stands_beside_what_others_say(html: str) -> None:
    shown = re.findall(r'<li class="claim (\w+)">(.*?)\n          </li>', html, re.DOTALL)
    claims = [(state, " ".join(Elements(part).text.split())) for state, part in shown]
    assert len(claims) == len(PAGE["figures"]["claims"])
    known = {"500": "622", "170,000": "13,000", "+50%": "a fifth in pharma", "number 2": "No exact rank was found"}
    for claimed, other in known.items():
        (found,) = [text for _, text in claims if claimed in text.split("What other sources say")[0]]
        assert "According to why.brussels" in found and other in found.split("What other sources say")[1]
    assert [state for state, text in claims if "170,000" in text.split("According")[0]] == ["fails"]


def test_no_figure_is_typed_into_the_page() -> None:
    def strings(value: object) -> list[str]:
        if isinstance(value, dict):
            return [
                text
                for key, entry in value.items()
                if key not in ("fact", "topic", "id", "others")
                for text in strings(entry)
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
    ids = {section["id"] for section in PAGE["sections"]} | {"contact"}
    assert {door["to"] for door in PAGE["help"]["doors"]} <= ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shortcut_on_the_page_is_signed_for(pages: Pages, language: str) -> None:
    found = Elements(pages.get(language).body.decode()).found
    used = {
        (a["data-assistant-shortcut"], a["data-assistant-title"]) for _, a in found if "data-assistant-shortcut" in a
    }
    assert used == {(name, title) for name, (_, title) in pages.shortcuts(language).items()}


def test_nobody_is_named_where_nobody_was_set(settings: Settings) -> None:
    named = Pages(replace(Options.of(settings), controller="Acme Advice"), Assets())
    named.refresh()
    assert "Run by Acme Advice." in named.get("en").body.decode()
    unnamed = Pages(Options.of(settings), Assets())
    unnamed.refresh()
    assert "Run by" not in unnamed.get("en").body.decode()


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


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"), ("fr", "fr"), ("nl-BE,nl;q=0.9,en;q=0.5", "nl"), ("de, fr;q=0.4, en;q=0.3", "fr"),
        ("en;q=0.2, nl;q=0.8", "nl"), ("fr;q=0, en", "en"), ("de,*", "en"), ("fil, nl;q=0.1", "nl"),
        ("fr;q=x,nl", "nl"),
    ],
)  # fmt: skip
def test_the_browser_s_favourite_language_is_taken(accepted: str, expected: str) -> None:
    assert preferred(accepted, LANGUAGES) == expected


PAIRS = [
    ("ink", "paper", 4.5), ("muted", "paper", 4.5), ("brand", "paper", 4.5), ("warm", "paper", 4.5),
    ("ink", "surface", 4.5), ("muted", "surface", 4.5), ("brand", "surface", 4.5), ("warm", "surface", 4.5),
    ("ink", "tint", 4.5), ("muted", "tint", 4.5), ("brand", "tint", 4.5), ("on-brand", "brand", 4.5),
    ("on-brand", "brand-hover", 4.5), ("edge", "surface", 3.0), ("edge", "paper", 3.0),
    ("warm", "tint", 4.5), ("on-deep", "deep", 4.5), ("soft-on-deep", "deep", 4.5), ("run", "line", 3.0),
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
