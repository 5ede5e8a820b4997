"""A model decides here as it does in the engine."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

import corpus.understanding
from corpus.sentences import training_sentences
from corpus.understanding import CANDIDATES, Understanding, installed, train, unpack
from engine.gazetteer import SpacyGazetteer
from engine.language import Guess
from engine.understanding import component
from engine.understanding.component import TopicClassifier
from engine.understanding.model import Model
from tests.corpus.learning.house import FEES, OFFICES, build

QUESTIONS = (
    ("what does the application cost", "en"),
    ("combien de temps pour une approbation", "fr"),
    ("bonjour !", "fr"),
    ("how big is EEBIC?", "en"),
    ("my address is a.b@example.com", "en"),
    ("Which incubators are in Anderlecht", "en"),
    ("who won the match", "en"),
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a model without encoder, and under ``nlu`` what it was trained on."""
    folder = tmp_path_factory.mktemp("trained")
    build(folder)
    train(training_sentences(folder / "nlu"), None, False, folder)
    yield folder


@pytest.fixture
def engine(trained: Path, tmp_path: Path) -> TopicClassifier:
    """The engine's component with the same model."""
    storage, resource = LocalModelStorage.create(tmp_path), Resource("topics")
    with storage.write_to(resource) as folder:
        for name in corpus.understanding.MODEL_FILES:
            (folder / name).write_bytes((trained / name).read_bytes())
    return TopicClassifier.load({"encoder": ""}, storage, resource, ExecutionContext(GraphSchema({})))


def test_it_decides_as_the_component(trained: Path, engine: TopicClassifier) -> None:
    understanding = Understanding(trained, None)
    gazetteer = SpacyGazetteer(SpacyGazetteer.get_default_config())
    for text, language in QUESTIONS:
        message = Message.build(text)
        message.set("metadata", {"language": language})
        engine.process(gazetteer.process([message]))
        decided = understanding.decide(text, language)
        told = message.get("understanding")
        assert (decided.intent.split("/")[0], list(decided.choices), list(decided.facts)) == (
            message.get("intent")["name"], told["choices"], told["facts"],
        ), text  # fmt: skip
        assert told["topic"] == (decided.intent if "/" in decided.intent else None)


def test_it_looks_at_as_many_intents_as_the_component() -> None:
    assert CANDIDATES == component.CANDIDATES


def test_it_is_trained_on_what_the_component_is_trained_on(trained: Path) -> None:
    sentences = training_sentences(trained / "nlu")
    assert {sentence.language for sentence in sentences} == {"en", "fr"}
    assert {sentence.intent for sentence in sentences if sentence.fact} == {
        FEES, OFFICES, "clinical-trials/approval-timelines",
    }  # fmt: skip
    assert {sentence.intent for sentence in sentences} >= {"greet", "out_of_scope"}


def test_the_language_of_a_message_is_guessed_without_its_names(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    def detector(text: str) -> Guess:
        heard.append(text)
        return Guess("fr", 1.0, 3)

    understanding = Understanding(trained, None)
    monkeypatch.setattr(understanding, "_detector", detector)
    assert understanding.read("how big is EEBIC?", "en").taken_for == "fr"
    assert " ".join(heard[0].split()) == "how big is ?"


def test_the_language_of_a_message_is_guessed(trained: Path) -> None:
    understanding = Understanding(trained, None)
    assert understanding.read("combien coûte un bureau", "en").taken_for == "fr"
    assert understanding.read("what does an office cost", "fr").taken_for == "en"
    assert understanding.read("wie viel kostet ein Büro für unsere Firma in dieser Stadt", "en").taken_for == "de"
    assert understanding.read("?", "fr").taken_for == "en"


def test_names_are_labelled(trained: Path) -> None:
    assert understanding_labels(trained, "how big is EEBIC?") == {"place"}
    assert understanding_labels(trained, "how big is it?") == frozenset()


def understanding_labels(trained: Path, text: str) -> frozenset[str]:
    return Understanding(trained, None).read(text, "en").labels


def test_facts_are_weighed_by_the_names_in_a_question(trained: Path) -> None:
    plain = Model.load(trained, None)
    with_name, without = "how long does approval take for phase I", "how long does approval take"
    understanding = Understanding(trained, None)
    assert understanding.read(with_name, "en").reading.facts != plain.read(with_name, "en").facts
    assert understanding.read(without, "en").reading.facts == plain.read(without, "en").facts


def test_a_model_is_taken_out_of_rasas_archive(trained: Path, tmp_path: Path) -> None:
    archive = tmp_path / "assistant.tar.gz"
    with tarfile.open(archive, "w:gz") as files:
        for name in (*corpus.understanding.MODEL_FILES, "nlu"):
            files.add(trained / name, f"components/train_TopicClassifier1/{name}")
    (tmp_path / "out").mkdir()
    unpack(archive, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(corpus.understanding.MODEL_FILES)
    assert (tmp_path / "out" / "model.npz").read_bytes() == (trained / "model.npz").read_bytes()


def test_an_archive_without_a_model(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz"):
        pass
    with pytest.raises(KeyError):
        unpack(tmp_path / "empty.tar.gz", tmp_path)


def test_without_an_encoder_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed(tmp_path) is None
    assert "no encoder" in capsys.readouterr().err
