"""The validation questions measure something: unseen, of every topic, and right about real ids."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

import knowledge
from corpus.files import ROOT, nlu_examples
from corpus.lint import words
from corpus.validation import questions

K = knowledge.load()
QUESTIONS = list(questions("en"))


def plain(text: str) -> tuple[str, ...]:
    """The words of a text, or its signs where it has no word."""
    return words(text) or (text.strip(),)


TRAINED = {plain(example.text) for example in nlu_examples("en")}
INTENTS = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])


def test_no_question_is_trained_on() -> None:
    seen = [question.text for question in QUESTIONS if plain(question.text) in TRAINED]
    assert seen == []


def test_no_question_is_an_asks_line_of_the_knowledge() -> None:
    asks = {
        plain(line)
        for texts in K.texts.values()
        for text in texts.values()
        for worded in text.facts.values()
        for line in (worded.say, *worded.asks)
    }
    assert [question.text for question in QUESTIONS if plain(question.text) in asks] == []


def test_no_question_is_asked_twice() -> None:
    counted = Counter(plain(question.text) for question in QUESTIONS)
    assert {" ".join(text): count for text, count in counted.items() if count > 1} == {}


@pytest.mark.parametrize("topic", sorted(K.topics))
def test_every_topic_is_asked_for_five_times(topic: str) -> None:
    assert sum(1 for question in QUESTIONS if question.right[0] == topic) >= 5


def test_two_hundred_are_out_of_scope() -> None:
    assert sum(1 for question in QUESTIONS if question.kind == "out_of_scope") >= 200


def test_every_id_exists() -> None:
    known = set(K.topics) | {f"uncovered/{slug}" for slug in K.uncovered} | INTENTS
    assert [q for q in QUESTIONS if not set(q.right) <= known] == []
    assert [q for q in QUESTIONS if q.fact is not None and q.fact not in K.facts] == []


def test_the_fact_of_a_question_belongs_to_a_topic_that_is_right_for_it() -> None:
    assert [q for q in QUESTIONS if q.fact is not None and K.facts[q.fact].topic not in q.right] == []


def test_kinds() -> None:
    kinds = Counter(question.kind for question in QUESTIONS)
    assert kinds["topic"] > 700 and kinds["uncovered"] > 50


def test_every_intent_that_is_trained_exists() -> None:
    for example in nlu_examples("en"):
        head, _, key = example.intent.partition("/")
        assert head in INTENTS
        if head == "uncovered":
            assert key in K.uncovered, example.intent
        elif key:
            assert example.intent in K.topics, example.intent


def test_every_topic_and_every_uncovered_question_is_trained() -> None:
    trained = {example.intent for example in nlu_examples("en")}
    assert set(K.topics) <= trained
    assert {f"uncovered/{slug}" for slug in K.uncovered} <= trained
