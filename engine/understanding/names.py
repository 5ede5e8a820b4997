"""Which named things a question and a fact share: "phase I" must not be answered with the fact on phase III."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from engine.understanding.model import Reading
from knowledge import Knowledge

SHARED = 0.08
"""What a shared name adds to the similarity of a fact, and a different name of the same kind takes away."""

Name = tuple[str, str]
"""Entity label and canonical value."""


def names_of_facts(knowledge: Knowledge, names: Callable[[str], Iterable[Name]]) -> dict[str, frozenset[Name]]:
    """The names in each fact's claim, saying and questions, in every language."""
    found: dict[str, set[Name]] = {fact.id: set(names(fact.claim)) for fact in knowledge.facts.values()}
    for language, texts in knowledge.texts.items():
        for text in texts.values():
            for fact, worded in text.facts.items():
                for sentence in (knowledge.say(fact, language), *worded.asks):
                    found[fact].update(names(sentence))
    return {fact: frozenset(values) for fact, values in found.items()}


def weighed(reading: Reading, asked: frozenset[Name], known: Mapping[str, frozenset[Name]]) -> Reading:
    """``reading`` with its facts ranked by the names they share with the question, too."""
    if not asked or not reading.facts:
        return reading
    labels = {label for label, _ in asked}

    def weight(fact: str) -> float:
        names = known.get(fact, frozenset())
        others = {label for label, _ in names - asked if label in labels}
        shared = {label for label, _ in names & asked}
        return SHARED * (len(shared) - len(others - shared))

    facts = ((fact, topic, similarity + weight(fact)) for fact, topic, similarity in reading.facts)
    return replace(reading, facts=tuple(sorted(facts, key=lambda entry: -entry[2])))
