"""The words of one language the form listens for, read from ``words/<language>.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Words:
    """Lower-case words and phrases; phrases of a list are tried longest first."""

    labels: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]
    at_dot: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, str]

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self.phrases[name]

    def matches(self, name: str, text: str) -> bool:
        """Whether all of ``text`` (normalised) is one of the phrases called ``name``."""
        return text in self.phrases[name]


@cache
def words(language: str) -> Words:
    """The words of ``language``. Raises FileNotFoundError for a language without a file."""
    with (FOLDER / f"{language}.yml").open(encoding="utf-8") as stream:
        data: dict[str, Any] = yaml.safe_load(stream)
    return Words(
        labels={field: _longest_first(found) for field, found in data.pop("labels").items()},
        at_dot={key: _longest_first(found) for key, found in data.pop("at_dot").items()},
        countries=data.pop("countries"),
        phrases={name: _longest_first(found) for name, found in data.items()},
    )


def starting(phrases: Iterable[str]) -> str:
    """A regular expression of any of ``phrases`` and the blank after it, which an apostrophe ("l'") goes without."""
    ordered = sorted(set(phrases), key=len, reverse=True)
    return "|".join(re.escape(phrase) + ("" if phrase.endswith("'") else " ") for phrase in ordered)


def _longest_first(found: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted(map(str, found), key=lambda phrase: (-len(phrase), phrase)))
