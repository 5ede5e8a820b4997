"""The directory of places: list and filter, one place or one attribute of it, two or three side by side."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from babel.numbers import format_decimal

from engine.replies.answers import Reply, fill
from engine.replies.texts import Texts
from knowledge import Knowledge, Place

MAX_LISTED = 8
MAX_COMPARED = 3
MAX_ATTRIBUTE_WORDS = 9
LOOKED_UP = ("floor_area_m2", "municipality", "biosafety_level", "has_wet_labs", "website")
OVERVIEW = ("kind", "status", "municipality", "region", "floor_area_m2", "area_ha", "has_wet_labs", "audience")
COMPARED = (*OVERVIEW, "biosafety_level", "services", "cost")
_ATTRIBUTES: tuple[tuple[str, str], ...] = (
    (r"\b(big|large|size|area|m2|m²|square|hectares?|ha|small|surface|space)\b", "floor_area_m2"),
    (r"\b(where|address|located|location|municipality|town|city|street|postcode)\b", "municipality"),
    (r"\b(bsl|biosafety|containment)\b", "biosafety_level"),
    (r"\b(wet|labs?|laborator(y|ies)|bench(es)?)\b", "has_wet_labs"),
    (r"\b(cost|price|rent|expensive|cheap|fees?|pay|euros?)\b", "cost"),
    (r"\b(web ?site|site web|url|link|homepage|online)\b", "website"),
    (r"\b(apply|application|admission|get in|join)\b", "how_to_apply"),
    (r"\b(services?|offers?|facilities|provides?|amenities|include[sd]?)\b", "services"),
    (r"\b(who|whom|audience|suited|target|companies)\b", "audience"),
    (r"\b(languages?|speak|english|french|dutch)\b", "languages"),
    (r"\b(open|closed|still|running|active|exists?|status)\b", "status"),
    (r"\b(region|flanders|wallonia)\b", "region"),
)
_LISTING = re.compile(
    r"^(please )?(list|show|give me|name|closed|all|any)\b|^which \w+( \w+)? (do you (know|have)|can you show)\b",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "last": -1,
}
_OF_SHOWN = re.compile(r"\bof (them|these|those)\b", re.IGNORECASE)
_ALL = {"both": 2, "them": 3, "these": 3, "those": 3, "two": 2, "three": 3}
_AUDIENCE = {
    "biotech": "biotech", "medtech": "medical-devices", "device": "medical-devices", "devices": "medical-devices",
    "digital": "digital-health", "ehealth": "digital-health", "e-health": "digital-health",
    "software": "digital-health",
    "spin-off": "spin-off", "spin-offs": "spin-off", "spinoff": "spin-off", "startup": "start-up",
    "startups": "start-up", "start-up": "start-up", "start-ups": "start-up",
    "scale-up": "scale-up", "sme": "sme", "smes": "sme", "ict": "ict",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A directory question: its intent, text and entities (label, value), and the places that were shown last."""

    intent: str
    text: str
    entities: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]


def reply(knowledge: Knowledge, texts: Texts, language: str, question: Question) -> Reply:
    """The reply to a directory question."""
    named = named_places(knowledge, question)
    if question.intent == "directory_compare" and len(named) > 1:
        return _reply(_compared(texts, language, named[:MAX_COMPARED]), named[:MAX_COMPARED], language, texts)
    if question.intent == "directory_list" or (not named and _conditions(question)):
        return _listed(knowledge, texts, language, question)
    if not named:
        return _no_place(texts, language, "utter_place_which")
    if len(named) > 1:
        return _reply(_compared(texts, language, named[:MAX_COMPARED]), named[:MAX_COMPARED], language, texts)
    place = named[0]
    attribute = asked_attribute(question.text)
    rows = attribute_rows(place, attribute)
    lines = [place.name, *(f"{label(texts, row)}: {shown(texts, language, place, row)}" for row in rows)]
    return _reply("\n".join(lines), [place], language, texts)


def named_places(knowledge: Knowledge, question: Question) -> list[Place]:
    """The places a question means: by name, by position in what was shown, or by a pronoun."""
    ids = [value for entity, value in question.entities if entity == "place"]
    words = re.findall(r"[\w-]+", question.text.lower())
    if question.shown:
        positions = [_ORDINALS[word] for word in words if word in _ORDINALS]
        ids += [question.shown[i] for i in positions if -len(question.shown) <= i < len(question.shown)]
        if not ids and not positions and question.intent != "directory_list":
            count = max((_ALL[word] for word in words if word in _ALL), default=0)
            if question.intent == "directory_compare":
                count = count or 2
            ids = list(question.shown[: count or 1])
        elif len(ids) == 1 and question.intent == "directory_compare":
            count = max((_ALL[word] for word in words if word in _ALL), default=1)
            ids = [place for place in question.shown if place not in ids][:count] + ids
    return [knowledge.places[place] for place in dict.fromkeys(ids) if place in knowledge.places]


def asked_attribute(text: str) -> Optional[str]:
    """The attribute a question asks for; None for a general one."""
    return next((name for pattern, name in _ATTRIBUTES if re.search(pattern, text, re.IGNORECASE)), None)


def asks_for_list(text: str, labels: Collection[str]) -> bool:
    """Whether ``text``, with entities of ``labels`` in it, asks to be shown places rather than told about them."""
    return "kind" in labels and "place" not in labels and bool(_LISTING.search(text))


def asks_one_attribute(text: str) -> bool:
    """Whether ``text`` is a short question for the size, address, laboratories or website of something."""
    return len(text.split()) <= MAX_ATTRIBUTE_WORDS and asked_attribute(text) in LOOKED_UP


def attribute_rows(place: Place, attribute: Optional[str]) -> tuple[str, ...]:
    """The attributes shown for a question about ``attribute``: itself, and the one that completes it."""
    if attribute is None:
        return (*OVERVIEW, "services", "website")
    if attribute == "floor_area_m2" and place.floor_area_m2 is None and place.area_ha is not None:
        return ("area_ha",)
    if attribute == "municipality":
        return ("municipality", "region")
    return (attribute,)


def matching(knowledge: Knowledge, question: Question) -> list[Place]:
    """The places that fulfil every condition of a question. Unknown fulfils no condition but a region's."""
    found = list(knowledge.places.values())
    if _OF_SHOWN.search(question.text):
        found = [place for place in found if place.id in question.shown]
    for entity, value in question.entities:
        if entity == "kind":
            found = [place for place in found if place.kind == value]
        elif entity == "municipality":
            found = [place for place in found if place.municipality and value.split(" (")[0] in place.municipality]
        elif entity == "region":
            found = [place for place in found if place.region == value]
    text = question.text.lower()
    if re.search(r"\bwet\b|\blabs?\b|\blaborator", text):
        wanted = not re.search(r"\b(no|without)\b[^.]*\blab", text)
        found = [place for place in found if place.has_wet_labs is wanted]
    for word in re.findall(r"[\w-]+", text):
        if word in _AUDIENCE:
            found = [place for place in found if _AUDIENCE[word] in place.audience]
    for wanted, statuses in _wanted_statuses(text):
        found = [place for place in found if (place.status in statuses) is wanted]
    return [place for place in found if _size_fits(place, text)]


def _wanted_statuses(text: str) -> list[tuple[bool, tuple[str, ...]]]:
    if re.search(r"\b(closed|shut)\b", text):
        return [(True, ("closed",))]
    if re.search(r"\b(planned|project|projects|construction|future|coming)\b", text):
        return [(True, ("project",))]
    if re.search(r"\b(open|active|running|operating|available)\b", text):
        return [(True, ("open", "programme"))]
    return [(False, ("closed",))]


def _size_fits(place: Place, text: str) -> bool:
    limit = re.search(r"(\d[\d.,  ]*)\s*(?:m2|m²|sqm|square)", text)
    if not limit:
        return True
    metres = int(re.sub(r"\D", "", limit[1]))
    if place.floor_area_m2 is None:
        return False
    if re.search(r"\b(under|less|smaller|below|at most|max)\b", text):
        return place.floor_area_m2 <= metres
    return place.floor_area_m2 >= metres


def _conditions(question: Question) -> bool:
    return any(entity in ("kind", "municipality") for entity, _ in question.entities)


def _listed(knowledge: Knowledge, texts: Texts, language: str, question: Question) -> Reply:
    found = matching(knowledge, question)
    if not found:
        return _no_place(texts, language, "utter_places_none")
    listed = found[:MAX_LISTED]
    lines = [fill(texts.responses["utter_places_intro"]["text"], {"count": len(found)})]
    lines += [f"{number}. {_summary(texts, language, place)}" for number, place in enumerate(listed, 1)]
    if len(found) > len(listed):
        lines.append(", ".join(place.name for place in found[MAX_LISTED:]))
    return _reply("\n".join(lines), found, language, texts)


def _no_place(texts: Texts, language: str, response: str) -> Reply:
    reply: Reply = copy.deepcopy(dict(texts.responses[response]))
    reply["custom"]["language"] = language
    return reply


def _summary(texts: Texts, language: str, place: Place) -> str:
    parts = [texts.labels["kinds"][place.kind]]
    parts += [value for value in (place.municipality, place.region) if value]
    size = place.floor_area_m2
    if size is not None:
        parts.append(f"{format_decimal(size, locale=language)} m²")
    if place.has_wet_labs:
        parts.append(label(texts, "has_wet_labs").lower())
    parts.append(texts.labels["statuses"][place.status])
    return f"{place.name}: {', '.join(dict.fromkeys(parts))}"


def _compared(texts: Texts, language: str, places: Sequence[Place]) -> str:
    lines = [" / ".join(place.name for place in places)]
    for attribute in COMPARED:
        values = [shown(texts, language, place, attribute) for place in places]
        if any(value != texts.labels["not_known"] for value in values):
            lines.append(f"{label(texts, attribute)}: {' / '.join(values)}")
    return "\n".join(lines)


def label(texts: Texts, attribute: str) -> str:
    """The attribute's name for people."""
    return str(texts.labels["attributes"][attribute])


def shown(texts: Texts, language: str, place: Place, attribute: str) -> str:
    """One attribute for people; what is unknown is said to be unknown."""
    value: Any = getattr(place, attribute)
    if attribute == "website":
        value = place.website or place.website_unverified
    if value is None or value == ():
        return str(texts.labels["not_known"])
    if attribute == "kind":
        return str(texts.labels["kinds"][value])
    if attribute == "status":
        return str(texts.labels["statuses"][value])
    if isinstance(value, bool):
        return str(texts.labels["yes" if value else "no"])
    if isinstance(value, (int, float)):
        return str(format_decimal(value, locale=language))
    if isinstance(value, tuple):
        return ", ".join(item.replace("-", " ") if item.islower() else item for item in value)
    return str(value)


def _reply(text: str, places: Sequence[Place], language: str, texts: Texts) -> Reply:
    dates = [place.as_of for place in places if place.as_of]
    closing = (
        fill(texts.responses["utter_place_second_opinion"]["text"], {"as_of": min(dates)})
        if dates
        else (texts.responses["utter_place_undated"]["text"])
    )
    return {
        "text": f"{text}\n\n{closing}",
        "custom": {
            "type": "places",
            "places": [place.id for place in places],
            "language": language,
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
