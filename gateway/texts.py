"""The gateway's own words, one file a language: ``texts/<lang>/gateway.yml`` and ``page.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1] / "texts"


class Texts:
    """The texts of all languages served."""

    def __init__(self, languages: tuple[str, ...], root: Path = ROOT) -> None:
        """Reads the files. Raises OSError where a language has none."""
        self._own = {language: read(root / language / "gateway.yml") for language in languages}

    def error(self, language: str, code: str, values: Mapping[str, object] | None = None) -> str:
        """The text of the refusal ``code``."""
        return fill(self._own[language]["errors"][code], values or {})

    def name(self, language: str) -> str:
        """What ``language`` is called in itself."""
        return str(self._own[language]["name"])

    def shortcuts(self, language: str) -> dict[str, str]:
        """Titles of the shortcuts that every page has, by name."""
        return dict(self._own[language]["shortcuts"])

    def transcript(self, language: str) -> dict[str, str]:
        """The words of a transcript."""
        return dict(self._own[language]["transcript"])

    def apology(self, language: str, reference: str) -> str:
        """What is said instead of a reply that did not come."""
        return fill(self._own[language]["replies"]["apology"], {"reference": reference})


def read(path: Path) -> dict[str, Any]:
    """A YAML file whose top level is a mapping."""
    with path.open(encoding="utf-8") as stream:
        value: dict[str, Any] = yaml.safe_load(stream)
    return value


def fill(template: str, values: Mapping[str, object]) -> str:
    """``template`` with ``{name}`` replaced by its value."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template
