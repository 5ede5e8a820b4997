"""Learning from corrections, with the real model on a small corpus: it learns, weighs the cost, and undoes nothing."""

from __future__ import annotations

import os
import re
import signal
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus import learn as learning
from corpus import trial
from corpus.files import nlu_examples
from corpus.learn import COSTS_TOO_MUCH, INTERRUPTED, LEARNED, UNUSABLE, House, learn
from corpus.sentences import training_sentences
from corpus.understanding import MODEL_FILES, train
from tests.corpus.learning.house import FEES, OFFICES, TIMELINES, build, corrections, state

GOOD = [
    ("zorblatt fee for a clinical trial application", "en", FEES),
    ("how high is the zorblatt fee of a clinical trial in Belgium", "en", FEES),
    ("fee for an application called zorblatt, who pays", "en", FEES),
    ("facture zorblatt", "fr", FEES),
    ("la facture zorblatt est de combien", "fr", FEES),
    ("qui envoie cette facture zorblatt aux sponsors", "fr", FEES),
    ("quibnar office in an incubator, what does it cost", "en", OFFICES),
    ("rent of quibnar offices and desks in Brussels incubators", "en", OFFICES),
    ("price of a quibnar office per square metre", "en", OFFICES),
]
"""New words, each often enough to be learned (an n-gram of one sentence is not kept), among words that are known."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rasa's archive with a model of the small corpus."""
    folder = tmp_path_factory.mktemp("model")
    build(folder)
    train(training_sentences(folder / "nlu"), None, False, folder)
    with tarfile.open(folder / "assistant.tar.gz", "w:gz") as files:
        for name in MODEL_FILES:
            files.add(folder / name, f"components/train_TopicClassifier1/{name}")
    return folder / "assistant.tar.gz"


@pytest.fixture
def house(tmp_path: Path, model: Path) -> House:
    build(tmp_path / "data")
    return House(tmp_path / "data" / "nlu", tmp_path / "data" / "validation", model)


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Corrections that cost nothing here, where one question of twenty-four is four points."""
    monkeypatch.setattr(trial, "ALLOWED", 0.25)
    return corrections(tmp_path / "good.yml", GOOD)


@pytest.fixture
def harmful(tmp_path: Path, house: House) -> Path:
    """Corrections that make questions about offices of the other French questions."""
    asked = yaml.safe_load((house.validation / "fr" / "all.yml").read_text(encoding="utf-8"))["questions"]
    texts = [entry["text"] for entry in asked if entry.get("topic") in (FEES, TIMELINES)]
    rows = [(f"{text} zut", "fr", OFFICES) for text in texts]
    return corrections(tmp_path / "harmful.yml", rows)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of sentences of each training from now on."""
    sizes: list[int] = []
    real = learning.train

    def counting(sentences: Any, *rest: Any) -> None:
        sizes.append(len(sentences))
        real(sentences, *rest)

    monkeypatch.setattr(learning, "train", counting)
    return sizes


def test_it_learns(
    house: House, good: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, before = counted(monkeypatch), state(house.nlu)
    assert learn(good, house) == LEARNED
    after, said = state(house.nlu), capsys.readouterr().out
    names = ("en/clinical-trials.yml", "en/incubators.yml", "fr/clinical-trials.yml")
    assert {path for path in after if after[path] != before[path]} == {house.nlu / name for name in names}
    assert set(after) == set(before)
    found = {
        (each.text, language, each.intent) for language in ("en", "fr") for each in nlu_examples(language, house.nlu)
    }
    assert set(GOOD) <= found
    assert sizes == [len(training_sentences(house.nlu))]
    for text, language, topic in GOOD:
        assert re.search(rf"^understood {language}: {text}\n    .* → {topic}$", said, re.MULTILINE)
    assert re.search(r"^en \(34 questions\): right at once \d", said, re.MULTILINE)
    assert said.endswith("".join(f"{house.nlu / name}\n" for name in names))


def test_what_costs_too_much_is_refused(house: House, harmful: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(house.nlu)
    assert learn(harmful, house) == COSTS_TOO_MUCH
    assert state(house.nlu) == before
    said = capsys.readouterr().out
    assert "Refused" in said and "fr: right at once falls by" in said and "en: right at once falls" not in said
    assert re.search(rf"^worse fr: .*\n    right: {FEES}\n    {FEES} → ", said, re.MULTILINE)


def test_it_can_be_kept_all_the_same(house: House, harmful: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(house.nlu)
    assert learn(harmful, house, keep=True) == LEARNED
    changed = {path for path, content in state(house.nlu).items() if content != before[path]}
    assert changed == {house.nlu / "fr" / "incubators.yml"}
    assert "Refused" not in capsys.readouterr().out


def test_without_a_model_that_is_up_to_date_the_one_before_is_trained_first(
    house: House, good: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(good, house)
    with_archive = capsys.readouterr().out
    for path, content in state(house.nlu).items():
        kept = [
            line for line in content.splitlines(keepends=True) if b"zorblatt" not in line and b"quibnar" not in line
        ]
        path.write_bytes(b"".join(kept))
    sizes = counted(monkeypatch)
    assert learn(good, House(house.nlu, house.validation)) == LEARNED
    assert sizes[1] - sizes[0] == len(GOOD)
    assert capsys.readouterr().out == with_archive


def test_a_bad_file_is_refused_before_anything_is_trained(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, before = counted(monkeypatch), state(house.nlu)
    asked = yaml.safe_load((house.validation / "fr" / "all.yml").read_text(encoding="utf-8"))["questions"][0]["text"]
    wrong = [("hello there", "nl", "greet"), ("zorblatt", "en", "nothing"), (asked, "fr", FEES)]
    bad = corrections(tmp_path / "bad.yml", [*GOOD, *wrong])
    assert learn(bad, house) == UNUSABLE
    assert learn(tmp_path / "missing.csv", house) == UNUSABLE
    said = capsys.readouterr().err
    wanted = ("language 'nl'", "topic 'nothing'", f"'{asked}' is a validation question")
    assert all(f"row {number}: {problem}" in said for number, problem in enumerate(wanted, len(GOOD) + 1))
    assert "missing.csv" in said and sizes == [] and state(house.nlu) == before


def test_a_file_that_is_edited_meanwhile_is_not_overwritten(
    house: House, good: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = house.nlu / "fr" / "clinical-trials.yml"
    real = learning.train

    def slow(*arguments: Any) -> None:
        real(*arguments)
        edited.write_bytes(edited.read_bytes() + b"    - de quelqu'un d'autre\n")

    monkeypatch.setattr(learning, "train", slow)
    before = state(house.nlu)
    assert learn(good, house) == UNUSABLE
    assert "was changed meanwhile" in capsys.readouterr().err
    before[edited] += b"    - de quelqu'un d'autre\n"
    assert state(house.nlu) == before


def stop_in_training(monkeypatch: pytest.MonkeyPatch, stop: Callable[..., Any]) -> None:
    monkeypatch.setattr(learning, "train", stop)


def stop_while_asking(monkeypatch: pytest.MonkeyPatch, stop: Callable[..., Any]) -> None:
    monkeypatch.setattr(learning.Understanding, "decide", stop)


def stop_in_writing(monkeypatch: pytest.MonkeyPatch, stop: Callable[..., Any]) -> None:
    replaced: list[Path] = []
    real = Path.replace

    def second(self: Path, target: Path) -> Path:
        replaced.append(target)
        if len(replaced) == 2:
            stop()
        return real(self, target)

    monkeypatch.setattr(Path, "replace", second)


@pytest.mark.parametrize(
    ("at", "how"),
    [
        (stop_in_training, signal.SIGINT),
        (stop_in_training, signal.SIGTERM),
        (stop_while_asking, signal.SIGINT),
        (stop_in_writing, signal.SIGINT),
    ],
)
def test_stopping_it_leaves_the_files_as_they_were(
    house: House,
    good: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    at: Callable[[pytest.MonkeyPatch, Callable[..., Any]], None],
    how: signal.Signals,
) -> None:
    def stop(*_: Any) -> None:
        os.kill(os.getpid(), how)

    monkeypatch.setattr(learning, "House", lambda **_: house)
    at(monkeypatch, stop)
    before, handler = state(house.nlu), signal.getsignal(signal.SIGTERM)
    try:
        assert learning.main([str(good)]) == INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert state(house.nlu) == before
    assert "nothing was changed" in capsys.readouterr().err


def test_a_crash_leaves_the_files_as_they_were(house: House, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(learning, "train", crash)
    before = state(house.nlu)
    with pytest.raises(MemoryError):
        learn(good, house)
    assert state(house.nlu) == before


@pytest.mark.parametrize("fresh", [True, False])
def test_the_command_compares_with_the_assistants_model_if_that_is_up_to_date(
    good: Path, monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    seen: list[tuple[Path, House, bool]] = []

    def learned(*arguments: Any) -> int:
        seen.append(arguments)
        return 7

    monkeypatch.setattr(learning, "learn", learned)
    monkeypatch.setattr(learning, "up_to_date", lambda: fresh)
    handler = signal.getsignal(signal.SIGTERM)
    assert learning.main([str(good), "--keep"]) == 7
    signal.signal(signal.SIGTERM, handler)
    assert [(seen[0][0], seen[0][1].model, seen[0][2])] == [(good, learning.MODEL if fresh else None, True)]
