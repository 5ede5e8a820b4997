"""The validation questions: written apart from the training sentences, and never trained on.

Beside those of each language and area there are two smaller sets, ``public`` and ``followups``, one file a language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import yaml

from corpus.files import ROOT

VALIDATION = ROOT / "tests" / "validation"
PUBLIC, FOLLOW_UPS = "public", "followups"


@dataclass(frozen=True)
class Question:
    """A question and the intents that are right for it, written as in the training data; the first is the best."""

    text: str
    right: tuple[str, ...]
    fact: Optional[str]
    language: str
    area: str

    @property
    def kind(self) -> str:
        """``topic``, ``uncovered``, or the intent's name."""
        head, _, key = self.right[0].partition("/")
        return "uncovered" if head == "uncovered" else "topic" if key else head


def questions(language: str, root: Path = VALIDATION) -> Iterator[Question]:
    """All validation questions of a language."""
    for path in sorted((root / language).glob("*.yml")):
        for entry in _read(path)["questions"]:
            if "topic" in entry:
                right = (entry["topic"], *entry.get("also", ()))
            elif "uncovered" in entry:
                right = (f"uncovered/{entry['uncovered']}",)
            else:
                right = (entry["intent"], *entry.get("also", ()))
            yield Question(entry["text"], right, entry.get("fact"), language, path.stem)


def public_questions(language: str, root: Path = VALIDATION) -> Iterator[Question]:
    """Questions that public FAQs answer, in our words; what no topic answers has none as ``right``."""
    for entry in _read(root / PUBLIC / f"{language}.yml")["questions"]:
        right = (entry["topic"], *entry.get("also", ())) if "topic" in entry else (entry["out"],)
        yield Question(entry["text"], right, None, language, PUBLIC)


@dataclass(frozen=True)
class FollowUp:
    """Two turns, and what is right for the second: a topic, or entries of the directory."""

    first: str
    then: str
    topics: tuple[str, ...]
    places: tuple[str, ...]
    region: Optional[str]
    """Some places of this region, and no others."""
    nth: Optional[int]
    """The place that stood there in the first reply, counted from one."""
    language: str


def follow_ups(language: str, root: Path = VALIDATION) -> Iterator[FollowUp]:
    """All two-turn questions of a language."""
    for entry in _read(root / FOLLOW_UPS / f"{language}.yml")["followups"]:
        topics = (*([entry["topic"]] if "topic" in entry else []), *entry.get("also", ()))
        places = tuple(entry.get("places", ()))
        yield FollowUp(entry["first"], entry["then"], topics, places, entry.get("region"), entry.get("nth"), language)


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data
