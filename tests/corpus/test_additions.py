"""Sentences are added, and nothing else in the files changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpus import additions
from corpus.additions import Change, NotAdded, changes, with_sentences, write
from corpus.corrections import Correction
from corpus.files import NLU, nlu_examples

FILE = """\
# What this file is for.
version: "3.1"

nlu:
# before
- intent: greet   # polite
  examples: |
    - hello
    - good morning: how # are you

# between
- intent: "area/one"
  examples: |
      - uno
      - una
- intent: area/one-more
  examples: |
    - last"""


def added(content: str, *lines: tuple[str, str]) -> str:
    """``content`` with a line behind another, for each pair."""
    for behind, line in lines:
        assert content.count(behind) == 1
        content = content.replace(behind, f"{behind}\n{line}")
    return content


@pytest.mark.parametrize("end", ["", "\n", "\n\n# the end\n"])
def test_a_sentence_goes_behind_the_others_of_its_intent(end: str) -> None:
    content = FILE + end
    behind = "    - good morning: how # are you"
    assert with_sentences(content, "greet", ["hey: you # there"]) == added(content, (behind, "    - hey: you # there"))
    assert with_sentences(content, "area/one", ["a", "b"]) == added(content, ("      - una", "      - a\n      - b"))
    assert with_sentences(content, "area/one-more", ["- x"]) == added(content, ("    - last", "    - - x"))


def test_line_endings_stay() -> None:
    content = (FILE + "\n").replace("\n", "\r\n")
    changed = with_sentences(content, "greet", ["hey"])
    assert changed.replace("    - hey\r\n", "") == content and "\r\n    - hey\r\n" in changed


@pytest.mark.parametrize("intent", ["area", "one-more", "area.one", "area/one-"])
def test_another_intent_is_not_taken_for_it(intent: str) -> None:
    with pytest.raises(NotAdded, match="no block"):
        with_sentences(FILE, intent, ["x"])


@pytest.mark.parametrize("examples", ["    - one\n      goes on", "    -one\n    - two\n    three"])
def test_examples_of_another_form_are_not_touched(examples: str) -> None:
    content = f'version: "3.1"\nnlu:\n- intent: a\n  examples: >\n{examples}\n'
    with pytest.raises(NotAdded, match="another form"):
        with_sentences(content, "a", ["x"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the real files."""
    shutil.copytree(NLU, tmp_path / "nlu")
    return tmp_path / "nlu"


WANTED = [
    Correction(2, "purple zebras pay the fee", "en", "clinical-trials/fees"),
    Correction(3, "les zèbres mauves paient", "fr", "clinical-trials/fees"),
    Correction(4, "purple zebras say hello", "en", "greet"),
    Correction(5, "purple zebras audit kettles", "en", "out_of_scope"),
    Correction(6, "where do purple zebras work", "en", "directory_list"),
    Correction(7, "purple zebras come in", "en", "greet"),
]


def pairs(root: Path) -> list[tuple[str, str, str]]:
    return [(e.language, e.intent, e.text) for name in ("en", "fr", "nl") for e in nlu_examples(name, root)]


def test_the_real_files(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*.yml")}
    old = pairs(root)
    planned = changes(WANTED, root)
    assert {path: path.read_bytes() for path in before} == before
    write(planned)
    names = ("en/clinical-trials", "en/dialogue", "en/limits", "en/directory", "fr/clinical-trials")
    assert {change.path for change in planned} == {root / f"{name}.yml" for name in names}
    new = pairs(root)
    assert sorted(new) == sorted([*old, *((each.language, each.topic, each.text) for each in WANTED)])
    for path, content in before.items():
        texts = [f"    - {each.text}\n".encode() for each in WANTED]
        kept = [line for line in path.read_bytes().splitlines(keepends=True) if line not in texts]
        assert b"".join(kept) == content
    assert len(list(root.rglob("*"))) == len(before) + 3


def test_a_sentence_of_an_intent_stays_with_its_kind(root: Path) -> None:
    write(changes(WANTED, root))
    greetings = [text for language, intent, text in pairs(root) if (language, intent) == ("en", "greet")]
    assert greetings[-2:] == ["purple zebras say hello", "purple zebras come in"]


@pytest.fixture
def planned(tmp_path: Path) -> list[Change]:
    found = [Change(tmp_path / name, b"old " + name.encode(), b"new") for name in ("a.yml", "b.yml", "c.yml")]
    for change in found:
        change.path.write_bytes(change.before)
        change.path.chmod(0o640)
    return found


def contents(planned: list[Change]) -> list[bytes]:
    return [change.path.read_bytes() for change in planned]


def test_writing_keeps_the_rights(planned: list[Change]) -> None:
    write(planned)
    assert contents(planned) == [b"new"] * 3
    assert {change.path.stat().st_mode & 0o777 for change in planned} == {0o640}
    assert len(list(planned[0].path.parent.iterdir())) == 3


def test_a_file_that_somebody_else_changed_meanwhile_stops_everything(planned: list[Change]) -> None:
    planned[2].path.write_bytes(b"by somebody else")
    with pytest.raises(NotAdded, match=r"c\.yml was changed meanwhile"):
        write(planned)
    assert contents(planned) == [planned[0].before, planned[1].before, b"by somebody else"]


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_stops_the_writing_leaves_the_files_as_they_were(
    planned: list[Change], monkeypatch: pytest.MonkeyPatch, error: BaseException, at: int, when: str
) -> None:
    replace = additions._replace

    def stops(path: Path, content: bytes) -> None:
        fatal = path == planned[at].path and content == b"new"
        if fatal and when == "before":
            raise error
        replace(path, content)
        if fatal:
            raise error

    monkeypatch.setattr(additions, "_replace", stops)
    with pytest.raises(type(error)):
        write(planned)
    assert contents(planned) == [change.before for change in planned]
