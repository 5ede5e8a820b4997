"""Our pages: words from ``texts/``, figures from ``knowledge/``; the landing page is rendered once a change."""

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
from gateway.addresses import Addresses, addresses, locale
from gateway.assets import Assets, packed
from gateway.cards import Cards
from gateway.options import Options
from knowledge import Knowledge
from settings import Settings

BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError, TemplateError)
"""What a text or a knowledge file that is just being edited can lead to."""

TEMPLATES = Path(__file__).parent / "templates"
FORM = "contact_form.yml"
NOBODY = Settings.model_fields["controller_name"].default

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Page:
    """A page as it is sent."""

    body: bytes
    packed: bytes
    etag: str


@dataclass(frozen=True)
class _Words:
    page: Mapping[str, Any]
    form: Mapping[str, Any]


class Pages:
    """The pages in every language. ``refresh()`` reads everything and may take a second."""

    def __init__(self, options: Options, assets: Assets) -> None:
        self._options, self._assets = options, assets
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._words: dict[str, _Words] = {}
        self._landing: dict[tuple[str, bool], Page] = {}
        self._seen: tuple[tuple[str, int], ...] = ()

    def get(self, language: str, fixed: bool = True) -> Page:
        """The landing page in a language that is served; not ``fixed`` for ``/``, which negotiates."""
        return self._landing[language, fixed]

    def shortcuts(self, language: str) -> Mapping[str, tuple[str, str]]:
        """What the page offers to ask, by name: payload and title."""
        return _shortcuts(self._words[language].page)

    def form(self, language: str) -> Mapping[str, Any]:
        """The words of the contact form."""
        return self._words[language].form

    def show(self, template: str, language: str, path: str, **values: Any) -> str:
        """Another page in the frame of the landing page, as HTML; ``path`` is one of ``addresses.PAGES``."""
        at = addresses(self._options.public_url, self._options.languages, language, path)
        return self._render(template, self._words[language].page, language, at, values)

    def refresh(self) -> None:
        """Read the words and render the landing page anew. Raises what is wrong with the texts or the knowledge."""
        self._seen = _stamp()
        known = knowledge.load()
        words = {language: _read(language) for language in self._options.languages}
        landing = {
            (language, fixed): self._render_landing(known, words[language].page, language, fixed)
            for language in self._options.languages
            for fixed in (True, False)
        }
        self._words, self._landing = words, landing

    async def refresh_if_changed(self) -> None:
        """Render the pages anew if a file changed; a broken change leaves them as they were."""
        if await asyncio.to_thread(_stamp) == self._seen:
            return
        try:
            await asyncio.to_thread(self.refresh)
            log.info("gateway.page.refreshed")
        except BROKEN as error:
            log.error("gateway.page.broken", reason=str(error))

    def _render_landing(self, known: Knowledge, page: Mapping[str, Any], language: str, fixed: bool) -> Page:
        cards = Cards(known, language, page["undated"])
        at = addresses(self._options.public_url, self._options.languages, language, "", fixed)
        values = {
            "sections": [cards.section(section) for section in page["sections"]],
            "claims": [cards.claim(claim) for claim in page["figures"]["claims"]],
            "free": cards.card(page["free"]),
            "limit": self._options.message_chars,
        }
        return as_page(self._render("page.html", page, language, at, values))

    def _render(
        self, template: str, page: Mapping[str, Any], language: str, at: Addresses, values: Mapping[str, Any]
    ) -> str:
        return self._environment.get_template(template).render(
            page=page,
            language=language,
            locale=locale,
            at=at,
            controller=self._controller(page),
            asset=self._assets.url,
            **values,
        )

    def _controller(self, page: Mapping[str, Any]) -> str:
        """Who runs this; nothing where nobody was named."""
        name = self._options.controller
        return "" if name == NOBODY else str(page["footer"]["controller"]).replace("{controller}", name)


def as_page(html: str) -> Page:
    """``html`` as it is sent, with its entity tag."""
    body = html.encode()
    return Page(body, packed(body), f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def _read(language: str) -> _Words:
    folder = texts.ROOT / language
    return _Words(texts.read(folder / "page.yml"), texts.read(folder / FORM))


def _shortcuts(page: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    asks = [ask for group in (page["hero"], page["free"], *page["sections"]) for ask in group["asks"]]
    topics = {f"ask:{ask['topic']}": (f"/ask_topic{json.dumps({'topic': ask['topic']})}", ask["title"]) for ask in asks}
    return {"contact": ("/contact", page["contact"]["button"]), **topics}


def _stamp() -> tuple[tuple[str, int], ...]:
    folders = (knowledge.store.ROOT, texts.ROOT)
    paths = [path for folder in folders for path in folder.rglob("*.yml")]
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in paths))
