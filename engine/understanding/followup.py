"""Sentences that only make sense after what was said before: "and the fees?", "how much is that?"."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from engine.understanding.decision import area
from engine.understanding.model import Reading
from engine.words import count, fold, vocabulary

MAX_WORDS = 9
SHORT = 4
"""A message of so few words is likely to go on from the one before."""
SAME_TOPIC, RELATED, SAME_AREA, OTHER_AREA, ELSEWHERE = 4.0, 5.0, 4.0, 1.0, 0.1
"""How much more likely a follow-up is to be about a topic, by its distance from the one before; chosen on the dialogues
in tests/dialogues."""
CONSIDERED = 12
_UNMOVED = ("out_of_scope", "smalltalk", "job_seeker", "inform")


def leans_on_context(text: str, language: str) -> bool:
    """Whether ``text`` reads like a follow-up: short, and opened or pointing as follow-ups do."""
    size = count(text)
    if not 0 < size <= MAX_WORDS:
        return False
    words, folded = vocabulary(language), fold(text)
    return size <= SHORT or words.openers.opens(folded) or words.pointers.within(words.set_aside.removed(folded))


def is_bare(text: str, language: str) -> bool:
    """Whether ``text`` names nothing of its own to talk about: "how long does it take?", "and how much is that?"."""
    words = re.findall(r"[a-z]+", fold(text))
    return bool(words) and count(text) <= MAX_WORDS and vocabulary(language).bare.issuperset(words)


def opens_like_followup(text: str, language: str) -> bool:
    """Whether ``text`` begins as a follow-up does: "and …", "what about …"."""
    return vocabulary(language).openers.opens(fold(text))


def mixed(one: Reading, other: Reading) -> Reading:
    """``one`` with the mean of both confidences of each intent; its facts stay."""
    mean: dict[str, float] = {}
    for reading in (one, other):
        for intent, value in reading.ranking:
            mean[intent] = mean.get(intent, 0.0) + value / 2
    return replace(one, ranking=tuple(sorted(mean.items(), key=lambda entry: -entry[1])))


def in_context(reading: Reading, topic: str, related: Collection[str]) -> Reading:
    """``reading`` as it is after ``topic`` was answered: topics near it gain, what is no topic loses."""

    def weight(intent: str) -> float:
        if intent == topic:
            return SAME_TOPIC
        if intent in related:
            return RELATED
        if intent.startswith("directory_"):
            return 0.0
        if area(intent) is None:
            return ELSEWHERE if intent in _UNMOVED or "/" in intent else OTHER_AREA
        return SAME_AREA if area(intent) == area(topic) else OTHER_AREA

    weighted = sorted(((intent, value * weight(intent)) for intent, value in reading.ranking), key=lambda e: -e[1])
    kept = weighted[:CONSIDERED]
    total = sum(value for _, value in kept) or 1.0
    return replace(reading, ranking=tuple((intent, value / total) for intent, value in kept))
