"""Whatever exists in English exists in French and in Dutch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import knowledge
from corpus.files import NLU, ROOT, nlu_examples
from corpus.validation import VALIDATION, questions

MODEL = "en"
OTHERS = ("fr", "nl")
PLACEHOLDER = re.compile(r"\{\w+\}")
FOLDERS = ("texts", "data/nlu", "tests/dialogues", "tests/validation")
WORDS = ("actions/contact/words", "actions/consent/words", "engine/vocabulary")
PLACE_FIELDS = ("audience", "services", "how_to_apply", "cost")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def named(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.yml")}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_there(folder: str, language: str) -> None:
    assert named(ROOT / folder / MODEL) <= named(ROOT / folder / language)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in ``value`` with where it is."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{path}/{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from leaves(part, f"{path}/{index}")
    elif isinstance(value, str):
        yield path, value


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", sorted(named(ROOT / "texts" / MODEL)))
def test_every_text_is_there_with_its_variables_and_buttons(name: str, language: str) -> None:
    model = dict(leaves(read(ROOT / "texts" / MODEL / name)))
    other = dict(leaves(read(ROOT / "texts" / language / name)))
    assert not {path for path in model if path not in other}
    for path, text in model.items():
        if path.endswith("/payload") and "/change_language" not in text:
            assert other[path] == text
        elif name != "page.yml":  # a figure may stand elsewhere in the sentence there
            assert set(PLACEHOLDER.findall(other[path])) == set(PLACEHOLDER.findall(text)), path


@pytest.mark.parametrize("language", OTHERS)
def test_every_intent_has_examples(language: str) -> None:
    model = {example.intent for example in nlu_examples(MODEL)}
    assert model == {example.intent for example in nlu_examples(language)}


@pytest.mark.parametrize("language", OTHERS)
def test_every_topic_is_measured(language: str) -> None:
    topics = set(knowledge.load().topics)
    asked = {topic for question in questions(language) for topic in question.right if topic in topics}
    assert asked >= topics


@pytest.mark.parametrize("language", OTHERS)
def test_no_validation_question_is_a_training_sentence(language: str) -> None:
    trained = {example.text.casefold().strip(" ?!.") for example in nlu_examples(language)}
    assert not [q.text for q in questions(language) if q.text.casefold().strip(" ?!.") in trained]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("folder", WORDS)
def test_the_word_lists_have_the_same_keys(folder: str, language: str) -> None:
    assert set(read(ROOT / folder / f"{MODEL}.yml")) == set(read(ROOT / folder / f"{language}.yml"))


@pytest.mark.parametrize("language", OTHERS)
def test_everything_said_about_places_is_translated(language: str) -> None:
    known = knowledge.load()
    said: set[str] = set()
    for place in known.places.values():
        for field in PLACE_FIELDS:
            value = getattr(place, field)
            said |= set(value) if isinstance(value, tuple) else {value} if value else set()
    assert said <= set(known.phrases[language])


def test_the_roots_are_ours() -> None:
    assert NLU.is_dir() and VALIDATION.is_dir()
