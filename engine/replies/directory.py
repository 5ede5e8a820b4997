"""The directory of places: list and filter, one place or one attribute of it, two or three side by side."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, Optional

from engine.replies import cards
from engine.replies.answers import Reply, fill, founded, sources
from engine.replies.asked import Question, asked_attribute, has_conditions, matching, named_places
from engine.replies.speech import Speech, shown
from engine.replies.texts import Texts
from knowledge import Knowledge, Place

MAX_LISTED = 8
MAX_COMPARED = 3
OVERVIEW = ("kind", "status", "municipality", "region", "floor_area_m2", "area_ha", "has_wet_labs", "audience")
COMPARED = (*OVERVIEW, "biosafety_level", "services", "cost")


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
        rows = _compared_by(speech, told)
        return _reply(_side_by_side(speech, told, rows), told, speech, table=cards.table(speech, told, rows))
    place = named[0]
    rows = attribute_rows(place, asked_attribute(question.text, language))
    lines = [place.name, *(speech.row(speech.label(row), shown(speech, place, row)) for row in rows)]
    return _reply("\n".join(lines), [place], speech, cards=[cards.card(speech, place, rows)])


def after_facts(knowledge: Knowledge, language: str, facts: Sequence[str], reply: Reply) -> Reply:
    """``reply`` about a place behind the ``facts`` that say what was asked of it, with their sources first."""
    told = "\n\n".join(knowledge.say(fact, language) for fact in facts)
    custom = reply["custom"]
    own = sources(founded(knowledge, (knowledge.facts[fact] for fact in facts)))
    more = {"topic": knowledge.facts[facts[0]].topic, "facts": list(facts), "intro": told}
    return {
        **reply,
        "text": f"{told}\n\n{reply['text']}",
        "custom": {**custom, **more, "sources": own + custom["sources"]},
    }


def attribute_rows(place: Place, attribute: Optional[str]) -> tuple[str, ...]:
    """The attributes shown for a question about ``attribute``: itself, and the one that completes it."""
    if attribute is None:
        return (*OVERVIEW, "services", "website")
    if attribute == "floor_area_m2" and place.floor_area_m2 is None and place.area_ha is not None:
        return ("area_ha",)
    if attribute == "municipality":
        return ("municipality", "region")
    return (attribute,)


def _listed(knowledge: Knowledge, speech: Speech, question: Question) -> Reply:
    found = matching(knowledge, question, speech.language)
    if not found:
        return _no_place(speech, "utter_places_none")
    listed = found[:MAX_LISTED]
    intro = fill(speech.texts.responses["utter_places_intro"]["text"], {"count": len(found)})
    others = ", ".join(place.name for place in found[MAX_LISTED:])
    lines = [intro, *(f"{number}. {_summary(speech, place)}" for number, place in enumerate(listed, 1))]
    text = "\n".join([*lines, others] if others else lines)
    return _reply(text, found, speech, intro=intro, cards=cards.listed(speech, listed), others=others)


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


def _compared_by(speech: Speech, places: Sequence[Place]) -> tuple[str, ...]:
    """The attributes of which at least one place's is known."""
    unknown = speech.texts.labels["not_known"]
    return tuple(name for name in COMPARED if any(shown(speech, place, name) != unknown for place in places))


def _side_by_side(speech: Speech, places: Sequence[Place], attributes: Sequence[str]) -> str:
    lines = [" / ".join(place.name for place in places)]
    for name in attributes:
        lines.append(speech.row(speech.label(name), " / ".join(shown(speech, place, name) for place in places)))
    return "\n".join(lines)


def _reply(text: str, places: Sequence[Place], speech: Speech, **layout: Any) -> Reply:
    """``text`` with its date and sources. ``layout`` is what shows the same as cards or as a table."""
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
            "sources": [cards.origin(place) for place in places[:MAX_COMPARED]],
            **layout,
            "closing": closing,
        },
    }


def _row(place: Place) -> dict[str, Any]:
    return {
        key: getattr(place, key)
        for key in ("id", "name", "kind", "status", "municipality", "floor_area_m2", "has_wet_labs")
    }
