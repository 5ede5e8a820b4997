"""Checks that the knowledge is complete and that no text says a figure which no fact holds.

``python -m knowledge.check [area …]`` prints every finding and exits 1 if there is one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from knowledge.model import Fact, Topic, TopicText
from knowledge.store import PLACEHOLDER, Knowledge, KnowledgeError, load

# French and Dutch need more words for the same sentence.
ANSWER_WORDS = {"en": 90, "fr": 110, "nl": 100}
SAY_WORDS = {"en": 65, "fr": 80, "nl": 75}
MIN_ASKS = 2
DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"(?<![\w/.-])\d+(?:[.,  ]\d{3})*(?:[.,]\d+)?(?![\w/-])")


def findings(knowledge: Knowledge, only: tuple[str, ...] = ()) -> Iterator[str]:
    """Every shortcoming, as a line of text; of everything, or of the areas (``area``, ``language/area``) named."""
    for area in knowledge.areas.values():
        languages = [lang for lang in knowledge.texts if not only or {area.id, f"{lang}/{area.id}"} & set(only)]
        if not languages:
            continue
        for topic in area.topics:
            yield from _topic_findings(knowledge, topic, languages)
        for entry in area.uncovered:
            if entry.topic not in knowledge.topics:
                yield f"unanswered {entry.id}: unknown topic {entry.topic}"
        if not DAY.fullmatch(area.compiled):
            yield f"{area.id}: compiled is {area.compiled}, not a day such as 2026-11-23"
        if not area.uncovered:
            yield f"{area.id}: unanswered questions have no id, question and topic"


def _topic_findings(knowledge: Knowledge, topic: Topic, languages: list[str]) -> Iterator[str]:
    if not 2 <= len(topic.related) <= 4:
        yield f"{topic.id}: has {len(topic.related)} related topics, 2 to 4 wanted"
    for other in topic.related:
        if other not in knowledge.topics or other == topic.id:
            yield f"{topic.id}: related topic {other} is unknown or itself"
    for fact in topic.facts:
        if not (fact.source.publisher and fact.source.title) or fact.confidence not in ("high", "medium", "low"):
            yield f"{fact.id}: source or confidence incomplete"
        if not fact.source.url and not fact.derived_from:
            yield f"{fact.id}: source has no address"
        for base in fact.derived_from:
            if base not in knowledge.facts:
                yield f"{fact.id}: is derived from {base}, which is unknown"
    for language in languages:
        texts = knowledge.texts[language]
        if topic.id not in texts:
            yield f"{language} {topic.id}: no text"
            continue
        for finding in _text_findings(knowledge, topic, texts[topic.id], language):
            yield f"{language} {topic.id}: {finding}"


def _text_findings(knowledge: Knowledge, topic: Topic, text: TopicText, language: str) -> Iterator[str]:
    if not 2 <= len(text.title.split()) <= 9:
        yield f"title '{text.title}' should have 2 to 9 words"
    missing = {fact.id for fact in topic.facts} ^ set(text.facts)
    if missing:
        yield f"facts missing or unknown: {', '.join(sorted(missing))}"
        return
    yield from _saying_findings(knowledge, text.answer, topic.facts, None, language, "answer", ANSWER_WORDS[language])
    for fact in topic.facts:
        worded = text.facts[fact.id]
        yield from _saying_findings(knowledge, worded.say, (fact,), fact, language, fact.id, SAY_WORDS[language])
        if len(worded.asks) < MIN_ASKS:
            yield f"{fact.id}: {len(worded.asks)} questions in asks, at least {MIN_ASKS} wanted"


def _saying_findings(
    knowledge: Knowledge, template: str, facts: tuple[Fact, ...], own: Fact | None, language: str, name: str, limit: int
) -> Iterator[str]:
    try:
        rendered = knowledge.render(template, language, own)
    except KnowledgeError as error:
        yield f"{name}: {error}"
        return
    if len(rendered.split()) > limit:
        yield f"{name}: {len(rendered.split())} words, at most {limit}"
    if "{" in rendered:
        yield f"{name}: an unreadable placeholder is left in '{rendered}'"
    cited = [knowledge.facts[match[1]] for match in PLACEHOLDER.finditer(template) if match[1]]
    known = (*facts, *cited)
    claims = {_value(number) for fact in known for number in _NUMBER.findall(f"{fact.claim} {fact.note or ''}")}
    claims |= {float(part) for fact in known for part in re.findall(r"\d+", fact.as_of or "")}
    figures = {float(value) for fact in known for value in fact.figures.values()}
    for literal in _NUMBER.findall(PLACEHOLDER.sub(" ", template)):
        value = _value(literal)
        if value in figures and not 1900 <= value <= 2100 and value > 31:
            yield f"{name}: {literal} is a figure of a fact: use its placeholder"
        elif value not in claims and value not in figures:
            yield f"{name}: {literal} is in no claim of its facts"


def _value(literal: str) -> float:
    """The number a literal stands for: a separator before exactly three digits groups thousands."""
    grouped = re.sub(r"[.,  ](?=\d{3}(?!\d))", "", literal)
    return float(grouped.replace(",", "."))


def main() -> int:
    """Print the findings; exit status 1 if there are any."""
    found = list(findings(load(), tuple(sys.argv[1:])))
    print("\n".join(found) or "knowledge: complete")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
