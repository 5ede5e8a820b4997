"""The landing page: words from ``texts/``, figures from ``knowledge/``, rendered once and again when these change."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

import knowledge
from gateway import texts
from gateway.assets import Assets, packed
from gateway.dates import spoken
from gateway.options import Options
from knowledge import Knowledge

CHART_DAYS = 110
BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError, TemplateError)
"""What a text or a knowledge file that is just being edited can lead to."""

TEMPLATES = Path(__file__).parent / "templates"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Page:
    """The page in one language, as it is sent."""

    body: bytes
    packed: bytes
    etag: str
    shortcuts: Mapping[str, tuple[str, str]]


class Pages:
    """The page in every language. ``refresh()`` reads everything and may take a second."""

    def __init__(self, options: Options, assets: Assets) -> None:
        self._options, self._assets = options, assets
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._pages: dict[str, Page] = {}
        self._seen: tuple[tuple[str, int], ...] = ()

    def get(self, language: str) -> Page:
        """The page in a language that is served."""
        return self._pages[language]

    def shortcuts(self, language: str) -> Mapping[str, tuple[str, str]]:
        """What the page offers to ask, by name: payload and title."""
        return self._pages[language].shortcuts

    def refresh(self) -> None:
        """Render the page anew. Raises what is wrong with the texts or the knowledge."""
        self._seen = _stamp()
        known = knowledge.load()
        self._pages = {language: self._render(known, language) for language in self._options.languages}

    async def refresh_if_changed(self) -> None:
        """Render the page anew if a file changed; a broken change leaves it as it was."""
        if await asyncio.to_thread(_stamp) == self._seen:
            return
        try:
            await asyncio.to_thread(self.refresh)
            log.info("gateway.page.refreshed")
        except BROKEN as error:
            log.error("gateway.page.broken", reason=str(error))

    def _render(self, known: Knowledge, language: str) -> Page:
        page = texts.read(texts.ROOT / language / "page.yml")
        sections = [_section(known, language, section, page) for section in page["sections"]]
        html = self._environment.get_template("page.html").render(
            page=page,
            language=language,
            sections=sections,
            free=_card(known, language, page["free"], page),
            controller=self._options.controller,
            limit=self._options.message_chars,
            chat_texts=json.dumps(page["chat"], ensure_ascii=False),
            asset=self._assets.url,
        )
        body = html.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        return Page(body, packed(body), etag, _shortcuts(page))


def _section(known: Knowledge, language: str, section: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, Any]:
    cards = [_card(known, language, card, page) for card in section["cards"]]
    chart = bool(section.get("chart"))
    return {**section, "chart": chart, "cards": [_bar(known, card) for card in cards] if chart else cards}


def _bar(known: Knowledge, card: dict[str, Any]) -> dict[str, Any]:
    """A card of a chart: its figures are numbers of days, the bar's full length stands for ``CHART_DAYS``."""
    figures = known.facts[card["fact"]].figures
    days, longest = figures[card["days"]], figures[card["longest"]]
    return {**card, "days": days, "longest": longest, "bar": days / CHART_DAYS, "rest": (longest - days) / CHART_DAYS}


def _card(known: Knowledge, language: str, card: Mapping[str, Any], page: Mapping[str, Any]) -> dict[str, Any]:
    fact = known.facts[card["fact"]]
    date = spoken(fact.as_of, language) or page["undated"]
    return {
        "before": "",
        "joined": False,
        **card,
        "figure": known.render(card["figure"], language, own=fact) if "figure" in card else "",
        "say": known.say(fact.id, language),
        "source": {
            "publisher": fact.source.publisher,
            "title": fact.source.title,
            "url": fact.source.url,
            "date": date,
        },
    }


def _shortcuts(page: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    asks = [ask for group in (page["hero"], page["free"], *page["sections"]) for ask in group["asks"]]
    topics = {f"ask:{ask['topic']}": (f"/ask_topic{json.dumps({'topic': ask['topic']})}", ask["title"]) for ask in asks}
    return {"contact": ("/contact", page["contact"]["button"]), **topics}


def _stamp() -> tuple[tuple[str, int], ...]:
    folders = (knowledge.store.ROOT, texts.ROOT)
    paths = [path for folder in folders for path in folder.rglob("*.yml")]
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in paths))
