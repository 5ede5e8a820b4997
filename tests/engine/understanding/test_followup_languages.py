"""Follow-ups in French and Dutch: what leans on the conversation, what is bare, what opens like one."""

from __future__ import annotations

import pytest

from engine.understanding.followup import is_bare, leans_on_context, opens_like_followup


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "et les frais ?"), ("fr", "Et pour les dispositifs ?"), ("fr", "qu’en est-il de la phase III"),
        ("fr", "quid de la Flandre et de la Wallonie alors"),
        ("fr", "combien est-ce que ça coûte exactement pour nous"),
        ("fr", "combien de temps cela prend-il en moyenne"), ("fr", "mais qui décide de tout cela"),
        ("fr", "les frais ?"),
        ("fr", "coût"), ("fr", "la même chose pour une PME ?"), ("fr", "y a-t-il un délai pour ceux-là"),
        ("fr", "ET LES FRAIS"), ("fr", "quelle est la surface totale de celui-la"),
        ("fr", "et moi, je dois payer ça quand ?"),
        ("nl", "en de kosten?"), ("nl", "En voor medische hulpmiddelen?"), ("nl", "wat met fase III"),
        ("nl", "hoe zit het met Vlaanderen en met Wallonië"), ("nl", "hoeveel kost dat dan ongeveer voor ons"),
        ("nl", "hoe lang duurt het in het algemeen"), ("nl", "maar wie beslist daar uiteindelijk over"),
        ("nl", "de kosten?"),
        ("nl", "prijs"), ("nl", "hetzelfde voor een kmo?"), ("nl", "is daar een bepaalde termijn voor"),
        ("nl", "EN DE KOSTEN"), ("nl", "wat is de totale oppervlakte ervan"), ("nl", "wat is het adres van de tweede"),
    ],
)  # fmt: skip
def test_these_lean(language: str, text: str) -> None:
    assert leans_on_context(text, language)


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("text", ["", "   ", " ? ! "])
def test_nothing_leans_on_nothing(language: str, text: str) -> None:
    assert not leans_on_context(text, language) and not is_bare(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "qui approuve les essais cliniques en Belgique"),
        ("fr", "quels incubateurs bruxellois ont des laboratoires humides"),
        ("fr", "est-ce que les essais cliniques sont payants en Belgique"),
        ("fr", "c'est quoi un comité d'éthique en Belgique"),
        ("fr", "où se trouvent les incubateurs avec des laboratoires"),
        ("fr", "et pourriez-vous me dire en détail ce qu'une société japonaise doit faire en premier"),
        ("nl", "wie keurt klinische proeven in België goed"),
        ("nl", "welke incubatoren in Brussel hebben natte labo's"),
        ("nl", "wie zit in het ethisch comité van een ziekenhuis"), ("nl", "welke incubatoren zijn groter dan 2000 m2"),
        ("nl", "en kunt u mij in detail vertellen wat een Japans bedrijf eerst moet doen"),
    ],
)  # fmt: skip
def test_these_do_not(language: str, text: str) -> None:
    assert not leans_on_context(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how long does it take?"), ("en", "and how much is that?"), ("fr", "combien de temps ça prend ?"),
        ("fr", "et c'est combien ?"), ("fr", "combien de temps faut-il"), ("fr", "ça dure longtemps ?"),
        ("fr", "et pourquoi ?"),
        ("fr", "et il faut combien de semaines"), ("fr", "combien d’années ?"), ("fr", "est-ce rapide ?"),
        ("nl", "hoe lang duurt dat?"), ("nl", "en hoeveel is dat?"), ("nl", "hoeveel tijd is er nodig"),
        ("nl", "en waarom dan"), ("nl", "hoeveel weken duurt het"), ("nl", "hoeveel euro's?"), ("nl", "gaat dat snel?"),
    ],
)  # fmt: skip
def test_these_are_bare(language: str, text: str) -> None:
    assert is_bare(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "and the fees?"), ("fr", "et les frais ?"), ("fr", "combien coûte un essai"), ("fr", "c'est où ?"),
        ("fr", "42 ?"),
        ("nl", "en de kosten?"), ("nl", "hoe lang duurt een proef"), ("nl", "waar is dat?"), ("nl", "42?"),
    ],
)  # fmt: skip
def test_these_name_something(language: str, text: str) -> None:
    assert not is_bare(text, language)


@pytest.mark.parametrize(
    ("language", "text", "yes"),
    [
        ("en", "what about Flanders", True), ("en", "android", False), ("fr", "et en Flandre ?", True),
        ("fr", "mais encore", True),
        ("fr", "OK, et en Wallonie", True), ("fr", "ou en Flandre ?", True), ("fr", "où se trouve BLSI", False),
        ("fr", "étude clinique", False), ("fr", "qu’en est-il de BLSI", True), ("fr", "quid de BLSI", True),
        ("nl", "en in Vlaanderen?", True), ("nl", "ok en in Wallonië", True), ("nl", "wat met Gent", True),
        ("nl", "hoe zit het met Gent", True), ("nl", "maar waarom", True), ("nl", "endoscopie", False),
        ("nl", "wat kost BLSI", False),
    ],
)  # fmt: skip
def test_openers(language: str, text: str, yes: bool) -> None:
    assert opens_like_followup(text, language) is yes
