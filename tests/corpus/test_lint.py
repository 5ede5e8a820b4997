"""The linter finds what is planted, and finds nothing in the real files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corpus import lint
from corpus.files import Example, nlu_examples
from corpus.lint import MIN_TOPIC, MIN_UNCOVERED, findings, words

REAL = list(nlu_examples("en"))
TOPIC, OTHER = "clinical-trials/fees", "clinical-trials/how-to-submit"


def planted(*pairs: tuple[str, str]) -> list[str]:
    """Findings that the real files have not, when ``pairs`` of text and intent are added."""
    return list(findings([*REAL, *(Example(text, intent, "en", Path("planted.yml")) for text, intent in pairs)]))


def test_the_real_files_are_clean() -> None:
    assert list(findings(REAL)) == []


def test_the_real_files_are_many() -> None:
    assert len(REAL) > 5000 and len({example.intent for example in REAL}) > 200


def test_a_sentence_in_two_intents() -> None:
    first = next(example for example in REAL if example.intent == TOPIC)
    found = planted((f"{first.text.upper()} ?!", OTHER))
    assert len(found) == 1 and f"is in {TOPIC} and in {OTHER}" in found[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("purple zebras audit seven kettles", "Purple zebras audit seven kettles!"),
        ("purple zebras audit seven kettles", "do the purple zebras audit our seven kettles"),
        ("purple zebras audit seven kettles daily", "seven purple zebras audit kettles"),
        ("alpha bravo charlie delta echo", "alpha bravo charlie delta echo foxtrot"),
    ],
)
def test_near_duplicates(one: str, other: str) -> None:
    found = planted((one, TOPIC), (other, TOPIC))
    assert len(found) == 1 and "near-duplicates" in found[0] and found[0].startswith(TOPIC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("purple zebras audit seven kettles", "purple zebras paint nine kettles"),
        ("alpha bravo charlie delta", "alpha bravo charlie delta echo foxtrot golf"),
        ("quux", "is the quuux"),
    ],
)
def test_what_only_resembles_is_left_alone(one: str, other: str) -> None:
    assert planted((one, TOPIC), (other, TOPIC)) == []


def test_near_duplicates_in_different_intents_are_left_alone() -> None:
    assert planted(("alpha bravo charlie delta echo", TOPIC), ("alpha bravo charlie delta echo foxtrot", OTHER)) == []


@pytest.mark.parametrize(("intent", "least"), [("area/topic", MIN_TOPIC), ("uncovered/thing", MIN_UNCOVERED)])
def test_too_few(intent: str, least: int) -> None:
    few = [Example(f"w{n}a w{n}b w{n}c w{n}d", intent, "en", Path("planted.yml")) for n in range(least)]
    assert list(findings(few)) == []
    assert list(findings(few[1:])) == [f"{intent}: {least - 1} examples, at least {least} wanted"]


def test_words() -> None:
    assert words("What's GS1's e-mail, v2+?") == ("what's", "gs1's", "e-mail", "v2+")


def test_the_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["lint"])
    assert lint.main() == 0
    count = sum(1 for language in lint.FUNCTION_WORDS for _ in nlu_examples(language))
    assert count > len(REAL) > 0
    assert f"{count} examples, no finding" in capsys.readouterr().out


def test_the_command_fails_where_there_is_a_finding(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lonely = Example("alone", "area/topic", "en", Path("planted.yml"))
    monkeypatch.setattr(lint, "nlu_examples", lambda language: iter([lonely]))
    monkeypatch.setattr(sys, "argv", ["lint"])
    assert lint.main() == 1
    assert "area/topic: 1 examples" in capsys.readouterr().out


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.yml").write_text("nlu:\n- intent: x\n  examples: |\n    - one\n    two\n", encoding="utf-8")
    with pytest.raises(ValueError, match="'two' does not start"):
        list(nlu_examples("en", tmp_path))
