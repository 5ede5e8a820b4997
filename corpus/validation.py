"""The validation questions: written apart from the training sentences, and never trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import yaml

from corpus.files import ROOT

VALIDATION = ROOT / "tests" / "validation"


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
        data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in data["questions"]:
            if "topic" in entry:
                right = (entry["topic"], *entry.get("also", ()))
            elif "uncovered" in entry:
                right = (f"uncovered/{entry['uncovered']}",)
            else:
                right = (entry["intent"], *entry.get("also", ()))
            yield Question(entry["text"], right, entry.get("fact"), language, path.stem)
