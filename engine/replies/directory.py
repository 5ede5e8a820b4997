"""The directory of places: list and filter, one place or one attribute of it, two or three side by side."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from babel.numbers import format_decimal

from engine.replies.answers import Reply, fill
from engine.replies.asked import Question, asked_attribute, has_conditions, matching, named_places
from engine.replies.texts import Texts
from engine.words import vocabulary
from knowledge import Knowledge, Place

MAX_LISTED = 8
MAX_COMPARED = 3
OVERVIEW = ("kind", "status", "municipality", "region", "floor_area_m2", "area_ha", "has_wet_labs", "audience")
COMPARED = (*OVERVIEW, "biosafety_level", "services", "cost")
NAMES = ("municipality", "region")


@dataclass(frozen=True)
class Speech:
    """What a reply is said with: a language, its texts, and what it says for the English ``phrases`` of places."""

    language: str
    texts: Texts
    phrases: Mapping[str, str]

    def row(self, name: str, value: str) -> str:
        """``name: value``, with the space before the colon where the language has one."""
        return f"{name}{vocabulary(self.language).colon}{value}"

    def label(self, attribute: str) -> str:
        """The attribute's name for people."""
        return str(self.texts.labels["attributes"][attribute])

    def name(self, of: str) -> str:
        """The name of a municipality or region."""
        return vocabulary(self.language).names.get(of, of)

    def number(self, value: float) -> str:
        """``value`` as people write it."""
        return str(format_decimal(value, locale=self.language))

    def phrase(self, item: str) -> str:
        """One thing of a list, such as ``medical-devices``."""
        return self.phrases.get(item) or (item.replace("-", " ") if item.islower() else item)


def reply(knowledge: Knowledge, texts: Texts, language: str, question: Question) -> Reply:
    """The reply to a directory question."""
    speech = Speech(language, texts, knowledge.phrases.get(language, {}))
    named = named_places(knowledge, question, language)
    if question.intent == "directory_list" or (not named and has_conditions(question)):
        return _listed(knowledge, speech, question)
    if not named:
        return _no_place(speech, "utter_place_which")
    if len(named) > 1:
        told = named[:MAX_COMPARED]
        return _reply(_compared(speech, told), told, speech)
    place = named[0]
    rows = attribute_rows(place, asked_attribute(question.text, language))
    lines = [place.name, *(speech.row(speech.label(row), shown(speech, place, row)) for row in rows)]
    return _reply("\n".join(lines), [place], speech)


def attribute_rows(place: Place, attribute: Optional[str]) -> tuple[str, ...]:
    """The attributes shown for a question about ``attribute``: itself, and the one that completes it."""
    if attribute is None:
        return (*OVERVIEW, "services", "website")
    if attribute == "floor_area_m2" and place.floor_area_m2 is None and place.area_ha is not None:
        return ("area_ha",)
    if attribute == "municipality":
        return ("municipality", "region")
    return (attribute,)


def shown(speech: Speech, place: Place, attribute: str) -> str:
    """One attribute for people; what is unknown is said to be unknown."""
    labels = speech.texts.labels
    value: Any = getattr(place, attribute)
    if attribute == "website":
        value = place.website or place.website_unverified
    if value is None or value == ():
        return str(labels["not_known"])
    if attribute == "kind":
        return str(labels["kinds"][value])
    if attribute == "status":
        return str(labels["statuses"][value])
    if attribute in NAMES:
        return speech.name(value)
    if isinstance(value, bool):
        return str(labels["yes" if value else "no"])
    if isinstance(value, (int, float)):
        return speech.number(value)
    if isinstance(value, tuple):
        return ", ".join(map(speech.phrase, value))
    return str(speech.phrases.get(value, value))


def _listed(knowledge: Knowledge, speech: Speech, question: Question) -> Reply:
    found = matching(knowledge, question, speech.language)
    if not found:
        return _no_place(speech, "utter_places_none")
    listed = found[:MAX_LISTED]
    lines = [fill(speech.texts.responses["utter_places_intro"]["text"], {"count": len(found)})]
    lines += [f"{number}. {_summary(speech, place)}" for number, place in enumerate(listed, 1)]
    if len(found) > len(listed):
        lines.append(", ".join(place.name for place in found[MAX_LISTED:]))
    return _reply("\n".join(lines), found, speech)


def _no_place(speech: Speech, response: str) -> Reply:
    reply: Reply = copy.deepcopy(dict(speech.texts.responses[response]))
    reply["custom"]["language"] = speech.language
    return reply


def _summary(speech: Speech, place: Place) -> str:
    parts = [speech.texts.labels["kinds"][place.kind]]
    parts += [speech.name(value) for value in (place.municipality, place.region) if value]
    if place.floor_area_m2 is not None:
        parts.append(f"{speech.number(place.floor_area_m2)} m²")
    if place.has_wet_labs:
        parts.append(speech.label("has_wet_labs").lower())
    parts.append(speech.texts.labels["statuses"][place.status])
    return speech.row(place.name, ", ".join(dict.fromkeys(parts)))


def _compared(speech: Speech, places: Sequence[Place]) -> str:
    lines = [" / ".join(place.name for place in places)]
    for attribute in COMPARED:
        values = [shown(speech, place, attribute) for place in places]
        if any(value != speech.texts.labels["not_known"] for value in values):
            lines.append(speech.row(speech.label(attribute), " / ".join(values)))
    return "\n".join(lines)


def _reply(text: str, places: Sequence[Place], speech: Speech) -> Reply:
    dates = [place.as_of for place in places if place.as_of]
    closing = (
        fill(speech.texts.responses["utter_place_second_opinion"]["text"], {"as_of": min(dates)})
        if dates
        else speech.texts.responses["utter_place_undated"]["text"]
    )
    return {
        "text": f"{text}\n\n{closing}",
        "custom": {
            "type": "places",
            "places": [place.id for place in places],
            "language": speech.language,
            "as_of": max(dates, default=None),
            "rows": [_row(place) for place in places[:MAX_LISTED]],
            "sources": [
                {"publisher": None, "title": None, "url": place.source, "as_of": place.as_of}
                for place in places[:MAX_COMPARED]
            ],
        },
    }


def _row(place: Place) -> dict[str, Any]:
    return {
        key: getattr(place, key)
        for key in ("id", "name", "kind", "status", "municipality", "floor_area_m2", "has_wet_labs")
    }
