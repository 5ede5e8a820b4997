"""The glossary of one language: ``words/<language>*.yml`` map a headword, or a phrase, to plain English.

The English that comes out need not be grammatical. It is read by the sentence encoder and by the classifier that was
trained on English, so a question in another language profits from every English training sentence
(docs/decisions/0011).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Optional

import Stemmer
import yaml

from engine.understanding.ngrams import folded
from knowledge.store import LOADER

WORDS = Path(__file__).parent / "words"
ALGORITHMS = {"fr": "french", "nl": "dutch"}
"""Snowball's stemmer for each language that has a glossary."""
LONGEST = 4
"""Most words of a phrase."""
SHORTEST_PART = 4
"""Fewest letters of a part of a compound."""
_TOKEN = re.compile(r"\d[\d.,]*|[^\W_](?:[\w.&+-]*[\w+])?|[?!]")
_LINKS = ("", "s", "en", "e")
"""Letters that Dutch puts between the parts of a compound."""


class Glossary:
    """Rewrites sentences of ``language``. ``words`` maps headwords and phrases to English, '' to leave them out."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self._stemmer = Stemmer.Stemmer(ALGORITHMS[language])
        self._compounds, self._plurals = language == "nl", language == "fr"
        self._exact: dict[str, str] = {}
        self._stemmed: dict[str, str] = {}
        for phrase, english in words.items():
            parts = list(tokens(phrase))
            self._exact.setdefault(" ".join(parts), sys.intern(english))
        for phrase, english in self._exact.items():
            self._stemmed.setdefault(self._stem(phrase.split(" ")), english)
        for stem in [stem for stem, english in self._stemmed.items() if self._exact.get(stem) == english]:
            del self._stemmed[stem]

    def __call__(self, text: str) -> str:
        """``text`` with every known word and phrase in English; what is unknown stays as it is."""
        parts = list(tokens(text))
        found: list[str] = []
        place = 0
        while place < len(parts):
            size, english = self._longest(parts[place : place + LONGEST])
            found.append(english)
            place += size
        return " ".join(word for word in found if word)

    def _longest(self, parts: list[str]) -> tuple[int, str]:
        for size in range(len(parts), 0, -1):
            english = self._entry(parts[:size])
            if english is not None:
                return size, english
        return 1, self._apart(parts[0]) or parts[0]

    def _entry(self, parts: list[str]) -> Optional[str]:
        found = self._exact.get(" ".join(parts))
        if found is None:
            stem = self._stem(parts)
            found = self._stemmed.get(stem, self._exact.get(stem))
        return found

    def _stem(self, parts: list[str]) -> str:
        if self._plurals:  # Snowball leaves the s of short words: « essais »
            parts = [part[:-1] if len(part) > SHORTEST_PART and part[-1] in "sx" else part for part in parts]
        return " ".join(self._stemmer.stemWords(parts))

    def _apart(self, word: str) -> Optional[str]:
        """The parts of a hyphenated word, or of a compound, in English; None where one of them is unknown."""
        if "-" in word:
            pieces = [self._entry([piece]) for piece in word.split("-")]
            if all(piece is None for piece in pieces):
                return None
            return " ".join(p if p is not None else w for p, w in zip(pieces, word.split("-"), strict=True))
        if not self._compounds:
            return None
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            tail = self._entry([word[cut:]])
            if tail is None:
                continue
            for link in _LINKS:
                if not word[:cut].endswith(link) or cut - len(link) < SHORTEST_PART:
                    continue
                head = word[: cut - len(link)]
                english = self._entry([head])
                if english is None:
                    english = self._apart(head)
                if english is not None:
                    return f"{english} {tail}"
        return None


def tokens(text: str) -> Iterator[str]:
    """The words of ``text`` in lower case, without accents; an apostrophe parts words."""
    yield from _TOKEN.findall(folded(text).replace("’", " ").replace("'", " "))


@cache
def glossary(language: str) -> Optional[Glossary]:
    """The glossary of ``language``, read once; None for English, which needs none."""
    if language not in ALGORITHMS:
        return None
    words: dict[str, str] = {}
    for path in sorted(WORDS.glob(f"{language}*.yml"), key=lambda path: path.stem):  # fr.yml, then what mends it
        words.update(yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER) or {})
    return Glossary(language, {str(key): str(value or "") for key, value in words.items()})
