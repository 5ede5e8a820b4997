"""The sentences a model is trained on, and how they are written alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional

from knowledge import Knowledge

BASE = "en"
"""The language whose training sentences every other one borrows, by way of its glossary."""


@dataclass(frozen=True)
class Sentence:
    """A training sentence: its intent (``area/topic`` for topics) and the fact it asks for or says, if any."""

    text: str
    intent: str
    fact: Optional[str] = None
    language: str = BASE


def knowledge_sentences(knowledge: Knowledge) -> Iterable[Sentence]:
    """The sentences that the knowledge itself gives, in every language it is written in."""
    for language, texts in knowledge.texts.items():
        for topic, text in texts.items():
            yield Sentence(text.title, topic, language=language)
            if language == BASE:
                yield Sentence(knowledge.topics[topic].question, topic)
            for fact, worded in text.facts.items():
                yield Sentence(knowledge.say(fact, language), topic, fact, language)
                for question in worded.asks:
                    yield Sentence(question, topic, fact, language)
    for entry in knowledge.uncovered.values():
        # What stands in brackets is what is known of it, and would draw questions for just that.
        yield Sentence(re.sub(r"\([^)]*\)", " ", entry.question), f"uncovered/{entry.id}")


def normal(text: str) -> str:
    """Typographic variants made alike; the case is left to the features."""
    return " ".join(text.replace("’", "'").replace("‘", "'").replace("–", "-").split())
