"""A file of corrections is refused for everything that is wrong with it, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.corrections import LONGEST, Correction, Refused, check, read
from corpus.files import Example
from corpus.validation import Question

FEES, TIMELINES = "clinical-trials/fees", "clinical-trials/approval-timelines"
TRAINED = {
    "en": [
        Example("what does an application cost the sponsor", FEES, "en", Path()),
        Example("how many days does approval take", TIMELINES, "en", Path()),
        Example("hello", "greet", "en", Path()),
    ],
    "fr": [Example("combien coûte une demande", FEES, "fr", Path())],
}
ASKED = [Question("price of a dossier?", (FEES,), None, "en", "clinical-trials")]
GOOD = Correction(2, "who pays for the ethics committee", "en", FEES)


def written(folder: Path, content: str | bytes, name: str = "corrections.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def problems(*corrections: Correction) -> list[str]:
    try:
        check(corrections, TRAINED, ASKED)
    except Refused as refused:
        return refused.problems
    return []


def test_csv(tmp_path: Path) -> None:
    content = 'text,language,topic\n"who pays, and  when\u00a0?",en,clinical-trials/fees\n\nsalut,fr,greet\n'
    assert read(written(tmp_path, content)) == [
        Correction(2, "who pays, and when ?", "en", FEES),
        Correction(4, "salut", "fr", "greet"),
    ]


def test_csv_as_spreadsheets_write_it(tmp_path: Path) -> None:
    content = "\ufefftopic;text;language\r\ngreet;salut, toi;fr\r\n;;\r\n".encode()
    assert read(written(tmp_path, content)) == [Correction(2, "salut, toi", "fr", "greet")]


@pytest.mark.parametrize("name", ["corrections.yml", "corrections.yaml"])
def test_yaml(tmp_path: Path, name: str) -> None:
    content = "- {text: hi there, language: en, topic: greet}\n- {text: salut, language: fr, topic: greet}\n"
    found = read(written(tmp_path, content, name))
    assert found == [Correction(1, "hi there", "en", "greet"), Correction(2, "salut", "fr", "greet")]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", "", "the first row must be text,language,topic"),
        ("a.csv", "text,topic\nx,y\n", "the first row must be text,language,topic"),
        ("a.csv", "text,language,topic\n", "the file holds no correction"),
        ("a.csv", "text,language,topic\nhi,en,greet\nhi,en\n", "row 3: must have exactly text, language, topic"),
        ("a.csv", b"text,language,topic\ncaf\xe9,fr,greet\n", "the file is not in UTF-8"),
        ("a.yml", "text: hi\n", "the file must hold a list"),
        ("a.yml", "[]\n", "the file holds no correction"),
        ("a.yml", "- {text: hi, language: no, topic: greet}\n", "row 1: language must be text"),
        ("a.yml", "- {text: hi, language: en, topic: greet, more: x}\n", "row 1: must have exactly"),
        ("a.yml", "- hi\n", "row 1: must have exactly text, language, topic"),
        ("a.yml", "- [\n", "the file cannot be read"),
    ],
)
def test_files_of_another_form(tmp_path: Path, name: str, content: str | bytes, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        read(written(tmp_path, content, name))
    assert len(refused.value.problems) == 1 and refused.value.problems[0].startswith(problem)


def test_every_row_of_another_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(written(tmp_path, "text,language,topic\nhi\nhi,en,greet\nhi,en,greet,more\n"))
    assert [problem[:6] for problem in refused.value.problems] == ["row 2:", "row 4:"]


def test_a_good_correction_has_no_problem() -> None:
    assert problems(GOOD, Correction(3, "frais du dossier", "fr", FEES)) == []


@pytest.mark.parametrize(
    ("text", "language", "topic", "problem"),
    [
        ("wat kost het", "nl", FEES, "language 'nl' is not one of en, fr"),
        ("who pays", "en", "clinical-trials/fee", f"topic 'clinical-trials/fee' is unknown; is '{FEES}' meant?"),
        ("who pays", "en", "zzz", "topic 'zzz' is unknown"),
        ("délai d'approbation", "fr", TIMELINES, f"topic '{TIMELINES}' has no sentences in 'fr' yet"),
        ("", "en", FEES, f"the text has 0 characters; 1 to {LONGEST} are allowed"),
        ("x" * (LONGEST + 1), "en", FEES, f"the text has {LONGEST + 1} characters; 1 to {LONGEST} are allowed"),
        ("who \x07 pays", "en", FEES, "the text has a control character in it"),
        ("fees of [famhp](agency)", "en", FEES, "the text has [brackets](like these) in it"),
        ("Price of a dossier", "en", FEES, "'Price of a dossier' is a validation question"),
        ("HELLO!", "en", "greet", "'HELLO!' is already a sentence of greet"),
        ("How many days does approval take?", "en", FEES, f"is already a sentence of {TIMELINES}"),
        ("what does the application cost a sponsor", "en", FEES, "are near-duplicates"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, language: str, topic: str, problem: str) -> None:
    found = problems(Correction(7, text, language, topic))
    assert len(found) == 1, found
    assert found[0].startswith("row 7: ") and problem in found[0]


def test_the_longest_text_is_allowed_and_brackets_alone_are() -> None:
    assert problems(Correction(2, "x" * LONGEST, "en", FEES), Correction(3, "fees [2026] (VAT)", "en", FEES)) == []


def test_all_problems_are_named_at_once() -> None:
    found = problems(Correction(2, "hello", "en", "nothing"), GOOD, Correction(5, "[a](b)", "xx", FEES))
    assert [line[:6] for line in found] == ["row 2:"] * 2 + ["row 5:"] * 2


def test_corrections_are_compared_with_each_other() -> None:
    again = Correction(3, "Who pays for the ethics committee?", "en", TIMELINES)
    assert problems(GOOD, again) == [f"row 3: '{again.text}' is already a sentence of {FEES}"]
    close = Correction(3, "who pays for our ethics committee", "en", FEES)
    assert len(problems(GOOD, close)) == 1 and "near-duplicates" in problems(GOOD, close)[0]


def test_the_same_words_in_two_languages_are_two_sentences() -> None:
    assert problems(Correction(2, "combien coûte une demande", "en", FEES)) == []
