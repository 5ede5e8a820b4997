"""What a directory question asks: which places, which attribute of them, and under which conditions."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Optional

from engine.words import Vocabulary, count, fold, vocabulary
from knowledge import Knowledge, Place

MAX_ATTRIBUTE_WORDS = 9
MAX_LIST_WORDS = 6
"""A message of so few words that names a kind of place and a municipality asks which there are."""
SEVERAL = 3
"""As many places "them" stands for."""
LOOKED_UP = ("floor_area_m2", "municipality", "biosafety_level", "has_wet_labs", "website")
_POSITIONS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}


@dataclass(frozen=True)
class Question:
    """A directory question: its intent, text and entities (label, value), and the places that were shown last."""

    intent: str
    text: str
    entities: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]


def named_places(knowledge: Knowledge, question: Question, language: str) -> list[Place]:
    """The places a question means: by name, by position in what was shown, or by a pronoun."""
    ids = [value for entity, value in question.entities if entity == "place"]
    if question.shown:
        words, text = vocabulary(language), fold(question.text)
        comparing = question.intent == "directory_compare"
        positions = _positions(words, text)
        ids += [question.shown[i] for i in positions if -len(question.shown) <= i < len(question.shown)]
        if not ids and not positions and question.intent != "directory_list":
            ids = list(question.shown[: _number(words, text) or (2 if comparing else 1)])
        elif len(ids) == 1 and comparing:
            ids = [place for place in question.shown if place not in ids][: _number(words, text) or 1] + ids
    return [knowledge.places[place] for place in dict.fromkeys(ids) if place in knowledge.places]


def asked_attribute(text: str, language: str) -> Optional[str]:
    """The attribute a question asks for; None for a general one."""
    words = vocabulary(language)
    text = words.set_aside.removed(fold(text))
    return next((name for name, phrases in words.attributes.items() if phrases.within(text)), None)


def asks_for_list(text: str, labels: Collection[str], language: str) -> bool:
    """Whether ``text``, with entities of ``labels`` in it, asks to be shown places rather than told about them."""
    if "kind" not in labels or "place" in labels:
        return False
    if "municipality" in labels and count(text) <= MAX_LIST_WORDS:
        return True  # "quels incubateurs à Anderlecht ?"
    words = vocabulary(language)
    return words.listings.opens(words.courtesies.past(fold(text)))


def asks_one_attribute(text: str, language: str) -> bool:
    """Whether ``text`` is a short question for the size, address, laboratories or website of something."""
    return count(text) <= MAX_ATTRIBUTE_WORDS and asked_attribute(text, language) in LOOKED_UP


def asks_of_shown(text: str, language: str) -> bool:
    """Whether ``text`` asks which of the places that were shown: "which of them still run?"."""
    return vocabulary(language).of_shown.within(fold(text))


def has_conditions(question: Question) -> bool:
    """Whether a question names a kind of place or a municipality, so that places can be listed for it."""
    return any(entity in ("kind", "municipality") for entity, _ in question.entities)


def matching(knowledge: Knowledge, question: Question, language: str) -> list[Place]:
    """The places that fulfil every condition of a question. Unknown fulfils no condition but a region's."""
    words, text = vocabulary(language), fold(question.text)
    found = list(knowledge.places.values())
    if words.of_shown.within(text):
        found = [place for place in found if place.id in question.shown]
    for entity, value in question.entities:
        if entity == "kind":
            found = [place for place in found if place.kind == value]
        elif entity == "municipality":
            found = [place for place in found if place.municipality and value.split(" (")[0] in place.municipality]
        elif entity == "region":
            found = [place for place in found if place.region == value]
    if words.labs.within(text):
        wanted = not re.search(rf"(?<!\w){words.without.pattern}(?!\w)[^.]*(?<!\w){words.labs.pattern}(?!\w)", text)
        found = [place for place in found if place.has_wet_labs is wanted]
    for audience, phrases in words.audiences.items():
        if phrases.within(text):
            found = [place for place in found if audience in place.audience]
    wanted, statuses = _wanted_statuses(words, text)
    return [place for place in found if (place.status in statuses) is wanted and _size_fits(words, place, text)]


def _positions(words: Vocabulary, text: str) -> list[int]:
    """The positions that ``text`` names, in its order; "the first two" is a number, no position."""
    text = words.three.removed(words.two.removed(text))
    starts = [(start, _POSITIONS[name]) for name, phrases in words.ordinals.items() for start in phrases.starts(text)]
    return [position for _, position in sorted(starts)]


def _number(words: Vocabulary, text: str) -> int:
    """How many of the places that were shown ``text`` is about; 0 where it does not say so."""
    if words.two.within(text):
        return 2
    return SEVERAL if words.three.within(text) or words.several.within(text) else 0


def _wanted_statuses(words: Vocabulary, text: str) -> tuple[bool, tuple[str, ...]]:
    if words.closed.within(text):
        return True, ("closed",)
    if words.planned.within(text):
        return True, ("project",)
    if words.open.within(text):
        return True, ("open", "programme")
    return False, ("closed",)


def _size_fits(words: Vocabulary, place: Place, text: str) -> bool:
    limit = re.search(rf"(\d[\d.,\s]{{0,20}}){words.square_metres.pattern}(?!\w)", text)
    if not limit:
        return True
    metres = int(re.sub(r"\D", "", re.sub(r"[.,]\d{1,2}\s*$", "", limit[1])))
    if place.floor_area_m2 is None:
        return False
    return place.floor_area_m2 <= metres if words.at_most.within(text) else place.floor_area_m2 >= metres
