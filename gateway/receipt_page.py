"""The page of a receipt, in words for people. No script: it works, and withdraws, without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway import texts
from gateway.consent.refusals import words
from records import notice
from records.clock import parse
from settings import Settings

TEMPLATES = Path(__file__).parent / "templates"
LOCALES = {"en": "en_GB", "fr": "fr_BE", "nl": "nl_BE"}
IN_WORDS, BY_NUMBERS = "EEEE d MMMM y, HH:mm:ss", "y-MM-dd HH:mm:ss"


@dataclass(frozen=True)
class View:
    """What a receipt's page shows: the receipt in its JSON form, its ``record`` and the newest one of its person.

    ``form`` is the sealed form that withdraws; ``done`` is whether this receipt is that of a withdrawal just made.
    """

    receipt: Mapping[str, Any]
    record: Mapping[str, Any]
    newest: Mapping[str, Any]
    form: str
    done: bool


def page(settings: Settings, view: View, language: str, css: str) -> str:
    """The page as HTML, its own words in ``language``; the notice stays in that of the record."""
    own = words(language)
    record, shown = view.record, notice.load(settings, view.record["notice_language"], view.record["notice_version"])
    labels = notice.load(settings, language, record["notice_version"])
    return _render(
        "receipt.html",
        page=own["page"],
        language=language,
        languages=_languages(settings, language),
        css=css,
        receipt=view.receipt,
        record=record,
        newest=view.newest,
        form=view.form,
        done=view.done,
        standing=_standing(settings, own, view),
        purposes=labels.purposes.values(),
        controller=notice.load(settings, language).controller_name,
        made=_moments(record["created_at"], own["page"], language),
        until=_moments(view.receipt["event"]["valid_until"], own["page"], language),
        anchored=_anchored(view.receipt["integrity"]["anchor"], own["page"]),
        method=_methods(language).get(record["method"], record["method"]),
        notice_title=shown.title,
        notice_language=Locale.parse(record["notice_language"]).get_language_name(language),
        paragraphs=view.receipt["privacy_notice"]["text"].split("\n\n"),
        withdrawable=any(view.newest["choices"].values()),
        fill=texts.fill,
    )


def note(settings: Settings, language: str, css: str, name: str, again: str = "", message: str = "") -> str:
    """A page that says why there is nothing else: ``notes`` of the texts. ``again`` is the address of the receipt."""
    own = words(language)
    values = {"contact": settings.controller_contact, "message": message}
    return _render(
        "receipt_note.html",
        page=own["page"],
        language=language,
        languages=_languages(settings, language),
        css=css,
        title=own["notes"][name]["title"],
        text=texts.fill(own["notes"][name]["text"], values),
        again=again,
        again_words=own["notes"]["again"],
    )


def _standing(settings: Settings, own: Mapping[str, Any], view: View) -> str:
    state = view.receipt["standing"]["state"]
    if state == "in_force" and not any(view.record["choices"].values()):
        state = "nothing_allowed"
    return texts.fill(own["page"]["standing"][state], {"days": settings.consent_days})


def _moments(stamped: str, page: Mapping[str, str], language: str) -> dict[str, str]:
    moment = parse(stamped)
    return {
        "stamp": stamped,
        "words": texts.fill(page["brussels"], {"moment": _brussels(moment, language)}),
        "utc": texts.fill(page["utc"], {"moment": _utc(moment)}),
    }


def _anchored(anchor: Mapping[str, Any] | None, page: Mapping[str, str]) -> str:
    if anchor is None:
        return page["not_anchored"]
    return texts.fill(page["anchored"], {"moment": _utc(parse(anchor["time"])), "seq": anchor["sequence"]})


def _brussels(moment: datetime, language: str) -> str:
    return format_datetime(moment, IN_WORDS, tzinfo=ZoneInfo("Europe/Brussels"), locale=LOCALES.get(language, language))


def _utc(moment: datetime) -> str:
    return format_datetime(moment, BY_NUMBERS, locale="en_GB")


def _languages(settings: Settings, language: str) -> list[dict[str, Any]]:
    names = {code: str(Locale.parse(code).get_language_name(code)).capitalize() for code in settings.languages}
    return [{"code": code, "name": name, "current": code == language} for code, name in names.items()]


@cache
def _methods(language: str) -> Mapping[str, str]:
    methods: Mapping[str, str] = texts.read(texts.ROOT / language / "consent.yml")["methods"]
    return methods


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
