"""A conversation as a file to keep: a page without scripts, or plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from gateway.dates import spoken
from gateway.event_log import Message
from gateway.texts import fill

TEMPLATES = Path(__file__).parent / "templates"
WIDTH = 78
INDENT = "    "


@dataclass(frozen=True)
class Source:
    """Where an answer comes from; ``url`` is empty where it is no web address."""

    name: str
    date: str
    url: str


@dataclass(frozen=True)
class Said:
    """One message as it is shown. ``day`` is set on the first of a day."""

    who: str
    side: str
    language: str
    day: str
    time: str
    text: str
    sources: tuple[Source, ...]
    checked: str


def as_html(messages: Sequence[Message], language: str, words: Mapping[str, str], today: date) -> str:
    """The page, in ``language``; whatever people wrote in it is text."""
    return _template().render(
        said=_said(messages, language, words), language=language, words=words, saved=_saved(language, words, today)
    )


def as_text(messages: Sequence[Message], language: str, words: Mapping[str, str], today: date) -> str:
    """The same in lines of at most 78 characters, but for addresses."""
    return "\n".join(_lines(_said(messages, language, words), words, _saved(language, words, today))) + "\n"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("transcript.html")


def _saved(language: str, words: Mapping[str, str], today: date) -> str:
    return fill(words["saved"], {"date": spoken(today.isoformat(), language)})


def _said(messages: Sequence[Message], language: str, words: Mapping[str, str]) -> list[Said]:
    shown: list[Said] = []
    last = ""
    for message in messages:
        at, custom = datetime.fromisoformat(message["at"]), message.get("custom") or {}
        side = message["from"] if message["from"] in ("visitor", "adviser") else "assistant"
        day = spoken(at.date().isoformat(), language)
        shown.append(
            Said(
                who=words[side],
                side=side,
                language=str(message.get("language") or custom.get("language") or language),
                day="" if day == last else day,
                time=f"{at:%H:%M}",
                text=_text(message, custom),
                sources=tuple(_sources(custom, language, words)),
                checked=_checked(custom, language, words),
            )
        )
        last = day
    return shown


def _text(message: Message, custom: Mapping[str, Any]) -> str:
    """What was said; of an answer without its lines about sources, which are shown on their own."""
    body = custom.get("body") if custom.get("sources") else None
    return str(body or message.get("text") or "")


def _sources(custom: Mapping[str, Any], language: str, words: Mapping[str, str]) -> Iterator[Source]:
    for source in custom.get("sources") or ():
        when = spoken(source.get("as_of"), language)
        name = ", ".join(part for part in (source.get("publisher"), source.get("title")) if part)
        url = str(source.get("url") or "")
        safe = urlsplit(url).scheme in ("http", "https") and not any(map(str.isspace, url))
        shown = fill(words["as_of"], {"date": when}) if when else words["undated"]
        yield Source(name, shown, url if safe else "")


def _checked(custom: Mapping[str, Any], language: str, words: Mapping[str, str]) -> str:
    when = custom.get("checked")
    return fill(words["checked"], {"date": spoken(str(when), language)}) if when else ""


def _lines(said: Sequence[Said], words: Mapping[str, str], saved: str) -> Iterator[str]:
    yield words["title"]
    yield "=" * len(words["title"])
    yield saved
    for message in said:
        if message.day:
            yield from ("", "", f"--- {message.day} ---")
        yield from ("", f"[{message.time}] {message.who}")
        for line in message.text.splitlines():
            yield from _wrapped(line, INDENT)
        if message.sources:
            yield f"{INDENT}{words['source' if len(message.sources) == 1 else 'sources']}"
        for source in message.sources:
            yield from _wrapped(f"- {source.name} ({source.date})", INDENT, INDENT + "  ")
            if source.url:
                yield f"{INDENT}  {source.url}"
        if message.checked:
            yield from _wrapped(message.checked, INDENT)
    yield from ("", "", *_wrapped(words["closing"], ""))


def _wrapped(line: str, first: str, rest: str | None = None) -> list[str]:
    rest = first if rest is None else rest
    return textwrap.wrap(
        line, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [""]
