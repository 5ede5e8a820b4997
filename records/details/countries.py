"""Countries by ISO 3166-1 code, with the names people read."""

from __future__ import annotations

import unicodedata
from functools import cache

import pycountry
from babel import Locale

KOSOVO = {"XK": "Kosovo"}
"""In use although ISO 3166-1 has not assigned it."""


@cache
def codes() -> frozenset[str]:
    """All alpha-2 codes that are accepted."""
    return frozenset(country.alpha_2 for country in pycountry.countries) | frozenset(KOSOVO)


def display(code: str, language: str) -> str:
    """The country's name as people write it in ``language``."""
    return str(Locale.parse(language).territories.get(code, code))


@cache
def listed(language: str) -> tuple[tuple[str, str], ...]:
    """Every code with its name, in the order of the names in ``language``."""
    return tuple(sorted(((code, display(code, language)) for code in codes()), key=lambda entry: _order(entry[1])))


def _order(name: str) -> str:
    """``name`` as it is sorted: accents and case do not count."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isalnum())
