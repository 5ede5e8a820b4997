"""What people say to the engine in each language, read from ``vocabulary/<language>.yml``.

The files hold phrases. A phrase is found as whole words, whatever its case, accents and apostrophes; a space in it
also stands for a hyphen or a comma. ``*`` stands for any letters of a word, ``…`` for one or two words, and a full
stop at its end for the end of the message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "vocabulary"
_GAP = "_"
_APART = r"[\s,-]+"
_APOSTROPHES = re.compile("['’‘ʼ`]")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o"})


class VocabularyError(ValueError):
    """A vocabulary file lacks a key, has an unknown one, or holds what is no phrase; the message says where."""


class Phrases:
    """Phrases to look for; the texts they are looked for in are folded."""

    def __init__(self, phrases: Iterable[str]) -> None:
        ordered = sorted(phrases, key=len, reverse=True)
        self.pattern = f"(?:{'|'.join(map(_pattern, ordered))})" if ordered else "(?!)"
        """The regular expression of any of them, without the limits of words."""
        self._anywhere = re.compile(rf"(?<!\w){self.pattern}(?!\w)")

    def within(self, text: str) -> bool:
        """Whether ``text`` holds one of the phrases."""
        return self._anywhere.search(text) is not None

    def opens(self, text: str) -> bool:
        """Whether ``text`` begins with one of the phrases."""
        return self._anywhere.match(text.lstrip()) is not None

    def past(self, text: str) -> str:
        """``text`` without the phrase that it begins with, if it does."""
        opening = self._anywhere.match(text.lstrip())
        return text.lstrip()[opening.end() :].lstrip(" ,") if opening else text

    def starts(self, text: str) -> list[int]:
        """Where in ``text`` the phrases begin."""
        return [match.start() for match in self._anywhere.finditer(text)]

    def removed(self, text: str) -> str:
        """``text`` without the phrases."""
        return self._anywhere.sub(" ", text)


@dataclass(frozen=True)
class Vocabulary:
    """One language's phrases by concept; what each is for stands in the files."""

    openers: Phrases
    pointers: Phrases
    bare: frozenset[str]
    set_aside: Phrases
    courtesies: Phrases
    listings: Phrases
    attributes: Mapping[str, Phrases]
    ordinals: Mapping[str, Phrases]
    two: Phrases
    three: Phrases
    several: Phrases
    of_shown: Phrases
    labs: Phrases
    without: Phrases
    audiences: Mapping[str, Phrases]
    closed: Phrases
    planned: Phrases
    open: Phrases
    square_metres: Phrases
    at_most: Phrases
    names: Mapping[str, str]
    colon: str


@cache
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of ``language``. Raises VocabularyError where there is none, or its file is not complete."""
    path = FOLDER / f"{language}.yml"
    if not path.exists():
        raise VocabularyError(f"{language}: no vocabulary")
    return read(path.read_text(encoding="utf-8"), path.name)


def read(text: str, origin: str) -> Vocabulary:
    """The vocabulary in a YAML ``text``; ``origin`` names it in errors. Raises VocabularyError."""
    data: dict[str, Any] = yaml.safe_load(text)
    kinds = {field.name: str(field.type) for field in fields(Vocabulary)}
    if set(data) != set(kinds):
        raise VocabularyError(f"{origin}: {', '.join(sorted(set(data) ^ set(kinds)))} missing or unknown")
    return Vocabulary(**{key: _value(kind, data[key], f"{origin}: {key}") for key, kind in kinds.items()})


def fold(text: str) -> str:
    """``text`` in small letters without accents and ligatures, m² as m2, with a space for every apostrophe."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _APOSTROPHES.sub(" ", letters)


def count(text: str) -> int:
    """How many words ``text`` has; a mark that stands alone, as in « et alors ? », is none."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def _value(kind: str, value: Any, where: str) -> Any:
    if kind == "str":
        return _strings([value], where)[0]
    if kind == "Mapping[str, str]":
        return dict(zip(_strings(value, where), _strings(value.values(), where), strict=True))
    if kind == "Mapping[str, Phrases]":
        return {key: Phrases(_strings(value[key], f"{where}: {key}")) for key in _strings(value, where)}
    if kind == "frozenset[str]":
        return frozenset(map(fold, _strings(value, where)))
    return Phrases(_strings(value, where))


def _strings(values: Iterable[Any], where: str) -> list[str]:
    found = list(values)
    for value in found:
        if not isinstance(value, str) or not value.strip():
            raise VocabularyError(f"{where}: {value!r} is no phrase")
    return found


def _pattern(phrase: str) -> str:
    ending = r"(?=[\s?!.]*$)" if phrase.endswith(".") else ""
    words = fold(phrase.rstrip(".").replace("…", f" {_GAP} ")).replace("-", " ").split()
    return _APART.join(map(_word, words)) + ending


def _word(word: str) -> str:
    return rf"\w+(?:{_APART}\w+)?" if word == _GAP else re.escape(word).replace(r"\*", r"\w*")
