"""The knowledge as it is: complete, sourced, and every figure of an answer held by a fact."""

from __future__ import annotations

import re

import pytest
import yaml

import knowledge
from knowledge.check import findings
from knowledge.store import PLACEHOLDER, ROOT, format_figure

K = knowledge.load()
TEXTS = sorted((language, topic) for language, texts in K.texts.items() for topic in texts)
# Parts of names and numbers that belong to a name or a date are not figures: phase 1, 536/2014, GS1, 7 May 2017.
_NUMBER = re.compile(r"(?<![\w/.-])\d+(?:[.,\u202f ]\d{3})*(?:[.,]\d+)?(?![\w/-])")


def test_the_check_finds_nothing() -> None:
    assert list(findings(K)) == []


def test_nothing_went_missing() -> None:
    assert len(K.areas) == 7
    assert len(K.topics) == 144
    assert (len(K.facts) > 500 and len(K.uncovered) > 50 and len(K.places) == 33) or len(K.places) > 30


def test_every_topic_is_worded_in_every_language() -> None:
    assert {language: set(texts) for language, texts in K.texts.items()} == {
        language: set(K.topics) for language in K.texts
    }


def test_every_id_is_written_once_and_belongs_to_its_area() -> None:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "facts").glob("*.yml"))]
    topics = [(data["area"], topic) for data in files for topic in data["topics"]]
    facts = [fact["id"] for _, topic in topics for fact in topic["facts"]]
    uncovered = [entry["id"] for data in files for entry in data["unanswered"]]
    for ids in (facts, uncovered, [topic["id"] for _, topic in topics]):
        assert len(ids) == len(set(ids))
    assert all(topic["id"].startswith(f"{area}/") for area, topic in topics)


@pytest.mark.parametrize("fact", sorted(K.facts))
def test_every_source_is_complete(fact: str) -> None:
    held = K.facts[fact]
    assert held.source.publisher.strip() and held.source.title.strip()
    assert re.match(r"https?://\S+$", held.source.url) or held.derived_from
    assert held.as_of is None or re.fullmatch(r"(19|20)\d\d(-(0\d|1[0-2])(-[0-3]\d)?)?", held.as_of)
    assert held.confidence in ("high", "medium", "low")
    assert held.id not in held.derived_from


def test_a_deduction_rests_on_facts_with_a_source_of_their_own() -> None:
    for fact in K.facts.values():
        for base in fact.derived_from:
            assert K.facts[base].source.url and not K.facts[base].derived_from


@pytest.mark.parametrize(("language", "topic"), TEXTS)
def test_every_figure_that_is_said_comes_from_a_fact(language: str, topic: str) -> None:
    """Counted apart from knowledge.check: in the rendered words, against figures, claims, notes and dates."""
    text = K.text(topic, language)
    sayings = [(text.answer, None), *((worded.say, fact) for fact, worded in text.facts.items())]
    for template, own in sayings:
        rendered = K.render(template, language, K.facts[own] if own else None)
        cited = {match[1] for match in PLACEHOLDER.finditer(template) if match[1]}
        facts = [K.facts[own]] if own else list(K.topics[topic].facts)
        facts += [K.facts[fact] for fact in cited]
        held = " ".join(f"{fact.claim} {fact.note or ''} {fact.as_of or ''}" for fact in facts)
        allowed = {_plain(number) for number in re.findall(r"\d[\d.,\u202f ]*", held)}
        allowed |= {_plain(part) for part in re.findall(r"\d+", held)}
        for fact in facts:
            for key, value in fact.figures.items():
                styles = (None, "year", "compact", "money") if "eur" in key else (None, "year", "compact")
                for style in styles:
                    allowed |= {_plain(n) for n in _NUMBER.findall(format_figure(value, language, style))}
        for number in _NUMBER.findall(rendered):
            as_written = re.search(rf"(?<!\d){re.escape(number)}(?!\d)", held)
            assert as_written or _plain(number) in allowed, f"{own or 'answer'}: {number} in {rendered!r}"


def _plain(number: str) -> str:
    grouped = re.sub(r"[.,\u202f ](?=\d{3}(?!\d))", "", number.strip(" .,\u202f"))
    return grouped.replace(",", ".")


@pytest.mark.parametrize(("language", "topic"), TEXTS)
def test_no_placeholder_is_left(language: str, topic: str) -> None:
    said = [K.answer(topic, language), *(K.say(fact.id, language) for fact in K.topics[topic].facts)]
    assert not [text for text in said if re.search(r"[{}]", text)]


def test_related_topics_and_nearest_topics_exist() -> None:
    for topic in K.topics.values():
        assert topic.related and set(topic.related) <= set(K.topics) - {topic.id}
    assert {entry.topic for entry in K.uncovered.values()} <= set(K.topics)


def test_aliases_are_no_topics() -> None:
    aliases = [alias for topic in K.topics.values() for alias in topic.aliases]
    assert len(aliases) == len(set(aliases)) and not set(aliases) & set(K.topics)


def test_no_saying_is_said_twice() -> None:
    said = [K.say(fact, "en") for fact in K.facts]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("place", sorted(K.places))
def test_every_place_says_where_it_was_read_and_when(place: str) -> None:
    held = K.places[place]
    assert held.source.startswith("http") and held.region in ("Brussels", "Flanders", "Wallonia", "Belgium")
    assert held.as_of is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", held.as_of)
    assert held.floor_area_m2 is None or held.floor_area_m2 > 0
    assert held.status in ("open", "programme", "project", "closed", "unknown")


@pytest.mark.parametrize(
    ("value", "language", "style", "written"),
    [
        (1400, "en", None, "1,400"), (1400, "nl", None, "1.400"), (1400, "fr", None, "1\u202f400"),
        (2026, "en", "year", "2026"), (50_000_000, "en", "compact", "50 million"), (1.5, "nl", None, "1,5"),
        (12.5, "en", "money", "12.50"), (12, "en", "money", "12"), (1234.5, "fr", "money", "1\u202f234,50"),
        (0.25, "en", None, "0.25"), (35, "en", None, "35"), (0, "en", "money", "0"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_write_them(value: float, language: str, style: str | None, written: str) -> None:
    assert format_figure(value, language, style) == written
