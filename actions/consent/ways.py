"""How a choice was made, in words: ``methods`` in ``texts/<lang>/consent.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "texts"


def way(method: str, language: str) -> str:
    """``banner`` as "in the cookie banner"."""
    return _ways(language).get(method, method)


@cache
def _ways(language: str) -> Mapping[str, str]:
    methods: Mapping[str, str] = yaml.safe_load((FOLDER / language / "consent.yml").read_text(encoding="utf-8"))[
        "methods"
    ]
    return methods
