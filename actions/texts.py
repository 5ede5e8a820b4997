"""The assistant's own words, where an action needs the text itself; otherwise the engine renders them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[1] / "texts"


@cache
def _responses(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.yml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for name, response in (data.get("responses") or {}).items():
            if isinstance(response, dict) and isinstance(response.get("text"), str):
                found[name] = response["text"]
    return found


def text(name: str, language: str) -> str:
    """The unfilled text of a response. Raises KeyError for a name without one."""
    return _responses(language)[name]
