"""The trained model, apart from Rasa: it recognises what it was trained on, and is the same after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.replies.texts import known
from engine.understanding.cache import cached
from engine.understanding.decision import Thresholds, decide
from engine.understanding.model import Embed, Model, Reading
from engine.understanding.sentences import knowledge_sentences, normal
from tests.engine.understanding.samples import FACTS, INTENTS, encoder, other_sentences, sentences

SENTENCES = sentences()
MODELS: dict[str, tuple[Model, Embed | None]] = {}


@pytest.fixture(params=["with encoder", "without encoder"])
def trained(request: pytest.FixtureRequest) -> tuple[Model, Embed | None]:
    if request.param not in MODELS:
        embed = encoder() if request.param == "with encoder" else None
        MODELS[request.param] = Model.train(SENTENCES, embed), embed
    return MODELS[request.param]


def right(model: Model) -> float:
    return float(np.mean([model.read(each.text).ranking[0][0] == each.intent for each in SENTENCES]))


def test_the_sample_is_what_it_should_be() -> None:
    assert {each.intent for each in SENTENCES} == set(INTENTS)
    assert len(SENTENCES) > 100


def test_training_sentences_are_recognised(trained: tuple[Model, Embed | None]) -> None:
    assert right(trained[0]) > 0.97


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("helo there", "greet"),
        ("thank u very much", "thanks"),
        ("how much do we pay for a clinical trial application", "clinical-trials/fees"),
        ("how many days until our trial is aproved", "clinical-trials/approval-timelines"),
        ("what does an office in an incubator cost", "incubators/offices-and-cost"),
    ],
)
def test_unseen_sentences_are_recognised(trained: tuple[Model, Embed | None], text: str, intent: str) -> None:
    assert trained[0].read(text).ranking[0][0] == intent


def test_confidences_are_probabilities_and_ranked(trained: tuple[Model, Embed | None]) -> None:
    reading = trained[0].read("how long does it take", top=len(INTENTS))
    values = [value for _, value in reading.ranking]
    assert values == sorted(values, reverse=True) and sum(values) == pytest.approx(1, abs=1e-3)


def test_a_training_sentence_is_nearer_than_another_and_than_nonsense(trained: tuple[Model, Embed | None]) -> None:
    model, _ = trained
    own = np.mean([model.read(each.text).nearness for each in SENTENCES])
    far = model.read("the cat slept on a warm roof in Lisbon").nearness
    assert 0 <= far < own <= 1
    assert model.read("").nearness < own


@pytest.mark.parametrize(("text", "fact"), [(text, fact) for text, (fact, _) in FACTS.items()])
def test_the_question_for_a_fact_finds_it(trained: tuple[Model, Embed | None], text: str, fact: str) -> None:
    reading = trained[0].read(text)
    assert reading.facts[0][0] == fact
    assert reading.facts[0][2] == pytest.approx(1, abs=0.02)
    assert dict((name, topic) for name, topic, _ in reading.facts) == {name: topic for name, topic in FACTS.values()}


def test_after_a_restart_everything_is_read_the_same(trained: tuple[Model, Embed | None], tmp_path: Path) -> None:
    model, embed = trained
    model.save(tmp_path)
    again = Model.load(tmp_path, embed)
    for text in ("hello", "how long does a phase I trial take", "rent for a desk", "", "…", "xyzzy"):
        assert_alike(model.read(text), again.read(text))


def assert_alike(one: Reading, other: Reading) -> None:
    assert [intent for intent, _ in one.ranking[:1]] == [intent for intent, _ in other.ranking[:1]]
    assert dict(one.ranking) == pytest.approx(dict(other.ranking), abs=0.01)
    assert one.nearness == pytest.approx(other.nearness, abs=1e-4)
    assert [fact for fact, _, _ in one.facts] == [fact for fact, _, _ in other.facts]


def test_no_pickle_is_written(trained: tuple[Model, Embed | None], tmp_path: Path) -> None:
    trained[0].save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "model.npz"]
    for path in tmp_path.glob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)


def test_a_pickle_is_not_read(trained: tuple[Model, Embed | None], tmp_path: Path) -> None:
    trained[0].save(tmp_path)
    with np.load(tmp_path / "model.npz") as arrays:
        held = dict(arrays)
    np.savez(tmp_path / "model.npz", **{**held, "en.idf": held["en.idf"].astype(object)})
    with pytest.raises(ValueError, match="allow_pickle=False"):
        Model.load(tmp_path, trained[1])


def test_a_model_trained_with_the_encoder_still_answers_without_it(tmp_path: Path) -> None:
    Model.train(SENTENCES, encoder()).save(tmp_path)
    without = Model.load(tmp_path, None)
    assert right(without) > 0.9
    decided = [decide(without.read(each.text), Thresholds()).intent == each.intent for each in SENTENCES]
    assert np.mean(decided) > 0.5


def test_a_model_trained_without_the_encoder_does_not_use_it(tmp_path: Path) -> None:
    def embed(texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        raise AssertionError("not to be called")

    Model.train(SENTENCES, None).save(tmp_path)
    assert Model.load(tmp_path, embed).read("hello").ranking[0][0] == "greet"


@pytest.fixture(params=["with encoder", "without encoder"], scope="module")
def trilingual(request: pytest.FixtureRequest) -> Model:
    embed = encoder() if request.param == "with encoder" else None
    return Model.train([*SENTENCES, *other_sentences("fr"), *other_sentences("nl")], embed)


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("bonjour", "fr", "greet"),
        ("merci bcp", "fr", "thanks"),
        ("quels frais pour introduire un essai clinique", "fr", "clinical-trials/fees"),
        ("combien de jours avant que notre essai soit approuvé", "fr", "clinical-trials/approval-timelines"),
        ("hallo", "nl", "greet"),
        ("wat kost een aanvraag voor een klinische proef", "nl", "clinical-trials/fees"),
        ("hoeveel dagen tot onze studie wordt goedgekeurd", "nl", "clinical-trials/approval-timelines"),
        ("wat kost een kantoor in een incubator", "nl", "incubators/offices-and-cost"),
    ],
)
def test_the_other_languages_are_understood(trilingual: Model, text: str, language: str, intent: str) -> None:
    assert trilingual.read(text, language).ranking[0][0] == intent


def test_a_language_borrows_from_english_what_it_was_never_taught() -> None:
    """French sentences of two intents only; the others are understood by way of the glossary."""
    taught = [each for each in other_sentences("fr") if each.intent in ("greet", "thanks")]
    model = Model.train([*SENTENCES, *taught], encoder())
    found = model.read("combien coûte une demande d'essai clinique", "fr").ranking[0][0]
    assert found == "clinical-trials/fees"


def test_the_facts_of_english_sentences_are_found_in_french(trilingual: Model) -> None:
    reading = trilingual.read("quelle est la limite pour la phase III", "fr")
    assert reading.facts[0][0] == "ct-three"


def test_a_multilingual_encoder_is_given_the_sentence_as_it_is() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        asked.extend(texts)
        return np.ones((len(texts), 4), dtype=np.float32) / 2

    for multilingual, expected in ((True, "quels frais ?"), (False, "which")):
        model = Model.train([*SENTENCES, *other_sentences("fr")], embed, multilingual=multilingual)
        asked.clear()
        model.read("quels frais ?", "fr")
        assert len(asked) == 1 and asked[0].startswith(expected)


@given(st.text(max_size=100))
def test_any_text_can_be_read(text: str) -> None:
    if "without encoder" not in MODELS:
        MODELS["without encoder"] = Model.train(SENTENCES, None), None
    reading = MODELS["without encoder"][0].read(text)
    assert all(np.isfinite(value) for _, value in reading.ranking)
    assert 0 <= reading.nearness <= 1


def test_typographic_variants_are_alike() -> None:
    assert normal("  what’s  a ‘phase I–II’\ttrial ") == "what's a 'phase I-II' trial"


def test_the_knowledge_gives_sentences_for_every_topic_and_every_fact() -> None:
    given_ = list(knowledge_sentences(known()))
    assert {each.intent for each in given_} >= set(known().topics)
    assert {each.fact for each in given_} >= set(known().facts)
    assert {f"uncovered/{slug}" for slug in known().uncovered} <= {each.intent for each in given_}
    assert not [each for each in given_ if "{" in each.text]


def test_vectors_are_kept_and_only_new_sentences_are_embedded(tmp_path: Path) -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        asked.extend(texts)
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)

    assert cached(embed, "d" * 64, tmp_path)(["a", "bb", "a"]).tolist() == [[1, 1], [2, 1], [1, 1]]
    assert cached(embed, "d" * 64, tmp_path)(["ccc", "bb"]).tolist() == [[3, 1], [2, 1]]
    assert asked == ["a", "bb", "ccc"]
    cached(embed, "e" * 64, tmp_path)(["a"])
    assert asked[3:] == ["a"]
