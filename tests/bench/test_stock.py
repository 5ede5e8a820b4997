"""The project that stock Rasa is given: our sentences in all languages, as a Rasa developer would write them down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bench import stock
from corpus.files import Example
from tests.bench.builders import FEES, OFFICES, TIMELINES

EXAMPLES = [
    Example(text, intent, language, Path("made-up.yml"))
    for text, intent, language in (
        ("hello", "greet", "en"),
        ("bonjour", "greet", "fr"),
        ("what are the fees [of the agency]", FEES, "en"),
        ("wat kost het {nu}", FEES, "nl"),
        ("how long", TIMELINES, "en"),
        ("offices", OFFICES, "en"),
        ("thanks", "thanks", "en"),
        ("bye", "goodbye", "en"),
        ("unanswerable", "uncovered/thing", "en"),
        ("start again", "restart", "en"),
    )
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    stock.write_project(tmp_path, stock.diet(7), 7, EXAMPLES)
    return tmp_path


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_all_languages_are_one_intent(project: Path) -> None:
    examples = {block["intent"]: block["examples"].splitlines() for block in read(project / "data" / "nlu.yml")["nlu"]}
    assert examples["greet"] == ["- hello", "- bonjour"]
    assert examples["clinical-trials__fees"] == ["- what are the fees (of the agency)", "- wat kost het (nu)"]
    assert set(examples) == set(read(project / "domain.yml")["intents"])


def test_every_intent_is_answered_but_rasas_own(project: Path) -> None:
    rules = read(project / "data" / "rules.yml")["rules"]
    answered = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}
    intents = set(read(project / "domain.yml")["intents"])
    assert set(answered) == intents - {"restart"}
    assert set(answered.values()) <= set(read(project / "domain.yml")["responses"])


def test_a_story_an_area(project: Path) -> None:
    stories = read(project / "data" / "stories.yml")["stories"]
    assert [story["story"] for story in stories] == ["a visit about clinical-trials", "a visit about incubators"]
    said = [step["intent"] for step in stories[0]["steps"] if "intent" in step]
    assert said == ["greet", "clinical-trials__fees", "clinical-trials__approval-timelines", "thanks", "goodbye"]


def test_epochs_reach_every_learner(project: Path) -> None:
    config = read(project / "config.yml")
    epochs = {part["name"]: part["epochs"] for part in config["pipeline"] + config["policies"] if "epochs" in part}
    assert set(epochs.values()) == {7}
    assert {"DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy"} == set(epochs)


def test_it_is_given_every_language() -> None:
    assert {example.language for example in stock.sentences()} == {"en", "fr", "nl"}
