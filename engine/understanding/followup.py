"""Sentences that only make sense after what was said before: "and the fees?", "how much is that?"."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from engine.understanding.decision import area
from engine.understanding.model import Reading

MAX_WORDS = 9
SAME_TOPIC, RELATED, SAME_AREA, OTHER_AREA, ELSEWHERE = 4.0, 5.0, 4.0, 1.0, 0.1
"""How much more likely a follow-up is to be about a topic, by its distance from the one before; chosen on the dialogues
in tests/dialogues."""
CONSIDERED = 12
_OPENERS = re.compile(
    r"^(and|or|but|also|then|what about|how about|what if|same for|ok and|okay and|in that case)\b", re.IGNORECASE
)
_POINTERS = re.compile(r"\b(it|its|that|this|those|these|they|them|their|there|one|ones|then|same)\b", re.IGNORECASE)
_BARE_WORDS = """
a about amount and any are big days do does euros exactly fast for get go how i in is it its last lasts long
many months much money need of ok okay one or pay please quick so take takes that the then there these they
this those time to us we weeks what when why will would you years
"""
_BARE = frozenset(_BARE_WORDS.split())
_UNMOVED = ("out_of_scope", "smalltalk", "job_seeker", "inform")


def leans_on_context(text: str) -> bool:
    """Whether ``text`` reads like a follow-up: short, and opened or pointing as follow-ups do."""
    words = text.split()
    if not words or len(words) > MAX_WORDS:
        return False
    return bool(_OPENERS.search(text) or _POINTERS.search(text) or len(words) <= 4)


def is_bare(text: str) -> bool:
    """Whether ``text`` names nothing of its own to talk about: "how long does it take?", "and how much is that?"."""
    words = re.findall(r"[a-z]+", text.lower())
    return 0 < len(words) <= MAX_WORDS and all(word in _BARE for word in words)


def opens_like_followup(text: str) -> bool:
    """Whether ``text`` begins as a follow-up does: "and …", "what about …"."""
    return bool(_OPENERS.search(text))


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
