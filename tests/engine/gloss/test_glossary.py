"""French and Dutch come out as the English words they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.gloss import Glossary, glossary
from engine.gloss.glossary import ALGORITHMS, LONGEST, tokens

FRENCH = Glossary("fr", {"essai clinique": "clinical trial", "essai": "test", "délai": "deadline", "est-ce que": ""})
DUTCH = Glossary("nl", {"goedkeuring": "approval", "termijn": "deadline", "hoe lang": "how long", "beroep": "appeal"})


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("délai essai clinique", "deadline clinical trial"),
        ("l'essai", "l test"),
        ("LES ESSAIS CLINIQUES ?", "les clinical trial ?"),
        ("est-ce que Innoviris paie 25 000 euros", "innoviris paie 25 000 euros"),
    ],
)
def test_french(text: str, english: str) -> None:
    assert FRENCH(text) == english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("goedkeuringstermijn", "approval deadline"),
        ("Hoe lang duurt de goedkeuring", "how long duurt de approval"),
        ("beroepstermijnen", "appeal deadline"),
        ("xqzxqzxqztermijn", "xqzxqzxqztermijn"),
    ],
)
def test_dutch_compounds_come_apart(text: str, english: str) -> None:
    assert DUTCH(text) == english


def test_english_needs_none() -> None:
    assert glossary("en") is None


@pytest.mark.parametrize("language", ALGORITHMS)
def test_our_glossaries_are_large_and_plain(language: str) -> None:
    found = glossary(language)
    assert found is not None and len(found._exact) > 3000
    assert max(len(phrase.split()) for phrase in found._exact) <= LONGEST
    assert not [english for english in found._exact.values() if len(english.split()) > 4]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        (
            "fr",
            "combien de temps pour l'approbation d'un essai clinique",
            {"how", "long", "approval", "clinical", "trial"},
        ),
        ("fr", "faut-il un notaire pour créer une srl", {"notary", "company"}),
        (
            "nl",
            "hoe lang duurt de goedkeuring van een klinische proef",
            {"how", "long", "approval", "clinical", "trial"},
        ),
        ("nl", "welke subsidies zijn er voor onderzoek", {"which", "research"}),
    ],
)
def test_what_visitors_ask_keeps_its_sense(language: str, text: str, words: set[str]) -> None:
    found = glossary(language)
    assert found is not None and words <= set(found(text).lower().split())


@given(st.text(max_size=80))
def test_any_text_comes_out(text: str) -> None:
    assert isinstance(FRENCH(text), str) and isinstance(DUTCH(text), str)
    assert all(token == token.lower() for token in tokens(text) if token.isascii())
