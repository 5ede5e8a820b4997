"""Countries by any of their names: official, common, national adjectives, codes, and small typing errors."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import pycountry
from babel import Locale

from actions.contact.words import words
from records.details.countries import KOSOVO, codes

CLOSE = 0.84
"""Similarity from which a typing error is accepted without asking."""
NEAR = 0.6
"""Similarity from which a country is offered."""
NEIGHBOURS = ("fr", "nl", "de", "es", "it", "pt")
"""Languages whose names for countries are understood too, whatever language the visitor writes in."""


def find(text: str, language: str) -> str | None:
    """The alpha-2 code of the country called ``text`` (all of it), allowing a small typing error."""
    key = _key(text)
    known = _names(language)
    if key in known:
        return known[key]
    if len(key) == 2 and key.upper() in codes():
        return key.upper()
    if len(key) < 5:
        return None
    close = difflib.get_close_matches(key, known, n=1, cutoff=CLOSE)
    return known[close[0]] if close and abs(len(close[0]) - len(key)) <= 2 else None


def find_exact(text: str, language: str) -> str | None:
    """The code of the country called exactly ``text``; short codes are not taken, ``in`` and ``it`` are words too."""
    return _names(language).get(_key(text))


def find_within(text: str, language: str) -> str | None:
    """The code of the first country named in a longer text, or None."""
    tokens = re.findall(r"[^\s,;/()]+", text)
    for start in range(len(tokens)):
        for size in range(min(6, len(tokens) - start), 0, -1):
            code = find_exact(" ".join(tokens[start : start + size]), language)
            if code:
                return code
    return None


def suggestions(text: str, language: str) -> list[str]:
    """Up to three codes whose names look like ``text``."""
    close = difflib.get_close_matches(_key(text), _names(language), n=6, cutoff=NEAR)
    return list(dict.fromkeys(_names(language)[name] for name in close))[:3]


@cache
def _names(language: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            if hasattr(country, attribute):
                found[_key(getattr(country, attribute))] = country.alpha_2
        found[_key(country.alpha_3)] = country.alpha_2
    territories = Locale.parse(language).territories
    found.update({_key(territories[code]): code for code in codes() if code in territories})
    for other in NEIGHBOURS:
        for code, name in Locale.parse(other).territories.items():
            if code in codes():
                found.setdefault(_key(name), code)
    found.update({_key(name): code for code, name in KOSOVO.items()})
    # Three letters that are everyday words: "and" is Andorra, "can" Canada.
    sure = {name: code for name, code in found.items() if name not in _common(language)}
    return sure | {_key(str(name)): code for name, code in words(language).countries.items()}


@cache
def _common(language: str) -> frozenset[str]:
    heard = words(language)
    return frozenset(
        _key(word) for name in ("joints", "question_starts", "not_names", "talk", "particles") for word in heard[name]
    )


def _key(text: str) -> str:
    """``text`` without case, accents, hyphens, and the French "l'" and "d'" before a vowel."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("&", "and").replace("-", " "))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"^[ld]['’](?=\w)", "", " ".join(plain.split()).strip(" .,;:!?\"'()"))
