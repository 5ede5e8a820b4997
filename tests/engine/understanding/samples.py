"""A small training set, and readings made by hand."""

from __future__ import annotations

from pathlib import Path

from corpus.files import nlu_examples
from engine.encoder import Encoder
from engine.understanding.model import Reading
from engine.understanding.sentences import Sentence

ENCODER = Path("var/encoder")
INTENTS = (
    "clinical-trials/fees",
    "clinical-trials/approval-timelines",
    "incubators/offices-and-cost",
    "greet",
    "thanks",
)
FACTS = {
    "what is the limit for phase I": ("ct-one", "clinical-trials/approval-timelines"),
    "what is the limit for phase III": ("ct-three", "clinical-trials/approval-timelines"),
    "is the assessment free of charge": ("ct-free", "clinical-trials/fees"),
}
MANY = 25


def sentences() -> list[Sentence]:
    """Sentences of our own training files, a few of each of a few intents, and those of three facts."""
    held: dict[str, list[Sentence]] = {}
    for example in nlu_examples("en"):
        group = held.setdefault(example.intent, [])
        if len(group) < MANY:
            group.append(Sentence(example.text, example.intent))
    wanted = [intent for intent in INTENTS if intent in held]
    facts = [Sentence(text, topic, fact) for text, (fact, topic) in FACTS.items()]
    return [sentence for intent in wanted for sentence in held[intent]] + facts


def other_sentences(language: str) -> list[Sentence]:
    """Sentences of the same intents in another language."""
    held: dict[str, list[Sentence]] = {}
    for example in nlu_examples(language):
        if example.intent in INTENTS and len(held.setdefault(example.intent, [])) < MANY:
            held[example.intent].append(Sentence(example.text, example.intent, language=language))
    return [sentence for group in held.values() for sentence in group]


def encoder() -> Encoder:
    """The encoder that is installed."""
    return Encoder(ENCODER)


def reading(*ranking: tuple[str, float], near: float = 0.5, facts: tuple[tuple[str, str, float], ...] = ()) -> Reading:
    """A reading with this ranking."""
    return Reading(tuple(ranking), near, facts)
