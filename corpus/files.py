"""Reads Rasa NLU files and validation files as (text, intent) pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.store import LOADER

ROOT = Path(__file__).parent.parent
NLU = ROOT / "data" / "nlu"


@dataclass(frozen=True)
class Example:
    """A sentence and its intent; ``intent`` is written as in the file, ``area/topic`` for topics."""

    text: str
    intent: str
    language: str
    path: Path


def nlu_examples(language: str, root: Path = NLU) -> Iterator[Example]:
    """The training sentences of ``language``, in file order. Raises ValueError for a file of another form."""
    for path in sorted((root / language).glob("*.yml")):
        with path.open(encoding="utf-8") as stream:
            data: dict[str, Any] = yaml.load(stream, Loader=LOADER)
        for block in data["nlu"]:
            for line in block["examples"].splitlines():
                if not line.startswith("- "):
                    raise ValueError(f"{path}: '{line}' does not start with '- '")
                yield Example(line[2:].strip(), block["intent"], language, path)
