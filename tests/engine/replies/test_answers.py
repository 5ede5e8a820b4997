"""An answer says what was asked first, with sources and dates, and nothing that is not known."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.replies.answers import MAX_RELATED, MAX_SOURCES, answer, founded, newest, sources
from engine.replies.texts import known, texts
from knowledge import Fact, Source

K = known()
DEDUCED = sorted(fact.id for fact in K.facts.values() if fact.derived_from)


def made(topic: str, facts: list[str], summary: bool = True) -> dict[str, Any]:
    return answer(K, texts("en"), "en", topic, facts, summary, 0.87654)


def right(reply: dict[str, Any], topic: str) -> None:
    """As design.md §3 says."""
    custom = reply["custom"]
    must = {"type", "topic", "language", "as_of", "facts", "confidence", "sources"}
    assert must <= set(custom) <= must | {"aliases", "body", "checked", "others"}
    assert (custom["type"], custom["topic"], custom["language"]) == ("answer", topic, "en")
    assert custom["confidence"] == 0.877
    assert custom["as_of"] is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", custom["as_of"])
    assert len(custom["facts"]) == len(set(custom["facts"])) and set(custom["facts"]) <= set(K.facts)
    assert custom["checked"] == K.areas[topic.split("/")[0]].compiled
    assert 1 <= len(custom["sources"]) <= MAX_SOURCES
    for source in custom["sources"]:
        assert set(source) == {"publisher", "title", "url", "as_of"} and source["publisher"] and source["title"]
    dates = [source["as_of"] for source in custom["sources"] if source["as_of"]]
    assert len(custom["sources"]) == MAX_SOURCES or custom["as_of"] == max(dates, default=None)
    assert reply["text"].startswith(custom["body"])
    assert "Source: " in reply["text"].removeprefix(custom["body"])
    assert not re.search(r"\{[a-z]", reply["text"])
    assert len(reply["buttons"]) <= MAX_RELATED
    assert len({button["title"] for button in reply["buttons"]}) == len(reply["buttons"])


@pytest.mark.parametrize("topic", sorted(K.topics))
def test_every_topic_is_answered_as_the_contract_says(topic: str) -> None:
    reply = made(topic, [])
    right(reply, topic)
    assert reply["custom"]["body"] == K.answer(topic, "en")
    assert reply["custom"]["facts"] == list(K.cited(topic, "en"))


@pytest.mark.parametrize("fact", sorted(K.facts))
def test_every_fact_can_be_said_first_and_alone(fact: str) -> None:
    topic = K.facts[fact].topic
    alone, first = made(topic, [fact], False), made(topic, [fact], True)
    right(alone, topic)
    right(first, topic)
    assert alone["custom"]["body"] == K.say(fact, "en") and alone["custom"]["facts"] == [fact]
    assert first["custom"]["body"] == f"{K.say(fact, 'en')}\n\n{K.answer(topic, 'en')}"
    assert first["custom"]["facts"][0] == fact
    assert alone["buttons"][0]["payload"] == f'/ask_topic{{"topic": "{topic}"}}'


def test_there_are_deduced_facts() -> None:
    assert DEDUCED


@pytest.mark.parametrize("fact", DEDUCED)
def test_a_deduced_fact_shows_the_sources_it_rests_on(fact: str) -> None:
    bases = [K.facts[base] for base in K.facts[fact].derived_from]
    shown = {
        (source["publisher"], source["title"])
        for source in made(K.facts[fact].topic, [fact], False)["custom"]["sources"]
    }
    wanted = {(base.source.publisher, base.source.title) for each in bases for base in founded(K, [each])}
    assert shown and shown <= wanted and len(shown) == min(len(wanted), MAX_SOURCES)
    assert all(base.source.url for base in founded(K, [K.facts[fact]]))


def test_the_answer_of_aliases_names_them() -> None:
    for topic in K.topics.values():
        assert made(topic.id, [])["custom"]["aliases"] == list(topic.aliases)


DATES = st.one_of(
    st.none(), st.dates().map(str), st.dates().map(lambda d: str(d)[:7]), st.dates().map(lambda d: str(d)[:4])
)
FACTS = st.builds(
    Fact,
    id=st.just("f"), topic=st.just("t"), claim=st.just("c"), as_of=DATES, confidence=st.just("high"),
    source=st.builds(Source, st.sampled_from("AB"), st.sampled_from("12"), st.sampled_from(["", "https://x"])),
)  # fmt: skip


@hypothesis_settings(max_examples=100)
@given(st.lists(FACTS, max_size=10))
def test_sources_are_distinct_and_the_newest_date_is_the_newest(facts: list[Fact]) -> None:
    found = sources(facts)
    names = [(source["publisher"], source["title"]) for source in found]
    assert len(names) == len(set(names)) == min(len({(f.source.publisher, f.source.title) for f in facts}), MAX_SOURCES)
    assert all(source["url"] is None or source["url"] for source in found)
    dates = [fact.as_of for fact in facts if fact.as_of]
    assert newest(facts) == (max(dates) if dates else None)
