"""How places and their attributes are said in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal

from engine.replies.texts import Texts
from engine.words import vocabulary
from knowledge import Place

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
