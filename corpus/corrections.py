"""Corrections: sentences that were misunderstood, with what they should be understood as. Reading and checking them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from unicodedata import category

import yaml

from corpus.files import Example
from corpus.lint import findings, words
from corpus.validation import Question

COLUMNS = ("text", "language", "topic")
LONGEST = 500
"""Characters of a sentence."""
NEAR = "near-duplicates"
_UNWRITABLE = ("Cc", "Cs", "Cn")
"""Kinds of characters that YAML has no place for."""
_MARKUP = re.compile(r"\[[^\]]+\][({]")
"""Rasa would read an entity into this."""


@dataclass(frozen=True)
class Correction:
    """``topic``: any intent as written in the training files; ``row`` counts from 1, in a CSV file with its header."""

    row: int
    text: str
    language: str
    topic: str


class Refused(ValueError):
    """The file cannot be learned from; ``problems`` holds a line of text for each reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def read(path: Path) -> list[Correction]:
    """The corrections in ``path``: CSV with the header text,language,topic, or a YAML list of such objects.

    Runs of white space become one space. Raises Refused where the file or a row has another form, OSError where it
    cannot be read.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
        rows = list(_from_yaml(content) if path.suffix in (".yml", ".yaml") else _from_csv(content))
    except UnicodeDecodeError as error:
        raise Refused(["the file is not in UTF-8"]) from error
    except (yaml.YAMLError, csv.Error) as error:
        raise Refused([f"the file cannot be read: {error}"]) from error
    wrong = [f"row {number}: {_shape(row)}" for number, row in rows if _shape(row)]
    if wrong or not rows:
        raise Refused(wrong or ["the file holds no correction"])
    return [Correction(number, *(" ".join(row[column].split()) for column in COLUMNS)) for number, row in rows]


def _from_csv(content: str) -> Iterator[tuple[int, Any]]:
    # A spreadsheet in French or Dutch separates by semicolons.
    separator = ";" if ";" in content.partition("\n")[0] else ","
    header, *rows = csv.reader(io.StringIO(content, newline=""), delimiter=separator) if content else ([],)
    if sorted(name.strip() for name in header) != sorted(COLUMNS):
        raise Refused([f"the first row must be {','.join(COLUMNS)}"])
    names = [name.strip() for name in header]
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            yield number, dict(zip(names, row, strict=True)) if len(row) == len(names) else row


def _from_yaml(content: str) -> Iterator[tuple[int, Any]]:
    found = yaml.safe_load(content)
    if not isinstance(found, list):
        raise Refused(["the file must hold a list"])
    yield from enumerate(found, 1)


def _shape(row: Any) -> str:
    """What is wrong with the form of ``row``; empty if nothing is."""
    if not isinstance(row, Mapping) or set(row) != set(COLUMNS):
        return f"must have exactly {', '.join(COLUMNS)}"
    return ", ".join(f"{column} must be text" for column in COLUMNS if not isinstance(row[column], str))


def check(
    corrections: Iterable[Correction], trained: Mapping[str, Sequence[Example]], asked: Iterable[Question]
) -> None:
    """Raise Refused, naming every row that cannot be learned.

    ``trained`` holds the training sentences of each language served, ``asked`` all validation questions.
    """
    ledger = _Ledger(trained, asked)
    problems = [f"row {each.row}: {problem}" for each in corrections for problem in ledger.problems(each)]
    if problems:
        raise Refused(problems)


def _key(text: str) -> tuple[str, ...]:
    """The words of a text, or its signs where it has no word."""
    return words(text) or (text.strip(),)


class _Ledger:
    """The sentences there are, and those of the corrections that were looked at before."""

    def __init__(self, trained: Mapping[str, Sequence[Example]], asked: Iterable[Question]) -> None:
        self._groups: dict[tuple[str, str], list[Example]] = {}
        self._seen: dict[tuple[str, tuple[str, ...]], str] = {}
        self._asked = {(question.language, _key(question.text)) for question in asked}
        self._languages = list(trained)
        for examples in trained.values():
            for example in examples:
                self._add(example)
        self._topics = {topic for _, topic in self._groups}

    def _add(self, example: Example) -> None:
        self._groups.setdefault((example.language, example.intent), []).append(example)
        self._seen.setdefault((example.language, _key(example.text)), example.intent)

    def problems(self, correction: Correction) -> Iterator[str]:
        """What is wrong with ``correction``, which then counts as a sentence for those after it."""
        yield from _of_text(correction.text)
        if correction.language not in self._languages:
            yield f"language '{correction.language}' is not one of {', '.join(self._languages)}"
            return
        group = self._groups.get((correction.language, correction.topic))
        if group is None:
            yield self._unknown(correction)
        place = (correction.language, _key(correction.text))
        if place in self._asked:
            yield f"'{correction.text}' is a validation question, and those are never trained on"
        if place in self._seen:
            yield f"'{correction.text}' is already a sentence of {self._seen[place]}"
        elif group is not None:
            example = Example(correction.text, correction.topic, correction.language, Path())
            known = set(findings(group))
            new = (finding for finding in findings([*group, example]) if finding not in known)
            # That there are few examples is no fault of this one.
            yield from (finding for finding in new if finding.endswith(NEAR))
            self._add(example)

    def _unknown(self, correction: Correction) -> str:
        if correction.topic in self._topics:
            return f"topic '{correction.topic}' has no sentences in '{correction.language}' yet"
        close = get_close_matches(correction.topic, sorted(self._topics), n=1)
        return f"topic '{correction.topic}' is unknown" + (f"; is '{close[0]}' meant?" if close else "")


def _of_text(text: str) -> Iterator[str]:
    if not 1 <= len(text) <= LONGEST:
        yield f"the text has {len(text)} characters; 1 to {LONGEST} are allowed"
    if any(category(letter) in _UNWRITABLE for letter in text):
        yield "the text has a control character in it"
    if _MARKUP.search(text):
        yield "the text has [brackets](like these) in it, which Rasa reads as an entity"
