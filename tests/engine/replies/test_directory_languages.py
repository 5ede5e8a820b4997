"""The directory in French and Dutch: the same questions find the same places, and are answered in the language."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.gazetteer import Names
from engine.replies import directory
from engine.replies.asked import Question, asked_attribute, asks_for_list, asks_one_attribute, matching, named_places
from engine.replies.directory import MAX_LISTED
from engine.replies.speech import Speech, shown
from engine.replies.texts import known, texts
from engine.words import vocabulary

K, NAMES = known(), Names()
PLACES = K.places
SHOWN = ("blsi", "eebic", "icab", "greenbizz")


def question(intent: str, text: str, before: tuple[str, ...] = ()) -> Question:
    return Question(f"directory_{intent}", text, tuple(NAMES(text)), before)


def listed(language: str, text: str) -> set[str]:
    return {place.id for place in matching(K, question("list", text), language)}


def named(language: str, intent: str, text: str, before: tuple[str, ...] = SHOWN) -> list[str]:
    return [place.id for place in named_places(K, question(intent, text, before), language)]


def fitting(**wanted: Any) -> set[str]:
    return {p.id for p in PLACES.values() if all(getattr(p, name) == value for name, value in wanted.items())}


SAME = [
    ("en", "list the incubators in Brussels"), ("fr", "liste des incubateurs à Bruxelles"),
    ("nl", "lijst van incubatoren in Brussel"),
    ("fr", "les incubateurs bruxellois"), ("nl", "Brusselse incubatoren"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), SAME)
def test_incubators_in_brussels(language: str, text: str) -> None:
    assert listed(language, text) == fitting(kind="incubator", region="Brussels") - fitting(status="closed")


@pytest.mark.parametrize(
    ("language", "text", "yes"),
    [
        ("fr", "quels lieux ont des laboratoires", True), ("fr", "lieux avec labos", True),
        ("fr", "lieux sans labo", False),
        ("fr", "des lieux qui n'ont pas de laboratoire", False), ("nl", "welke plaatsen hebben labo's", True),
        ("nl", "plaatsen met een laboratorium", True), ("nl", "plaatsen zonder labo", False),
        ("nl", "wat heeft geen labo’s", False),
    ],
)  # fmt: skip
def test_laboratories(language: str, text: str, yes: bool) -> None:
    assert listed(language, text) == fitting(has_wet_labs=yes) - fitting(status="closed")


@pytest.mark.parametrize(
    ("language", "text", "region"),
    [
        ("fr", "sites en Flandre", "Flanders"), ("fr", "sites en Wallonie", "Wallonia"),
        ("fr", "sites wallons", "Wallonia"),
        ("nl", "plaatsen in Vlaanderen", "Flanders"), ("nl", "plaatsen in Wallonië", "Wallonia"),
        ("nl", "in het Brussels Hoofdstedelijk Gewest", "Brussels"), ("fr", "en Région bruxelloise", "Brussels"),
    ],
)  # fmt: skip
def test_regions(language: str, text: str, region: str) -> None:
    assert listed(language, text) == fitting(region=region) - fitting(status="closed")


@pytest.mark.parametrize(
    ("language", "text", "statuses"),
    [
        ("fr", "lesquels sont fermés", ["closed"]), ("fr", "lesquels sont fermes", ["closed"]),
        ("fr", "sites prévus ou en construction", ["project"]), ("fr", "ce qui est ouvert", ["open", "programme"]),
        ("nl", "welke zijn gesloten", ["closed"]), ("nl", "wat is er gepland", ["project"]),
        ("nl", "welke zijn nu open", ["open", "programme"]),
    ],
)  # fmt: skip
def test_statuses(language: str, text: str, statuses: list[str]) -> None:
    assert listed(language, text) == {p.id for p in PLACES.values() if p.status in statuses}


def test_near_is_not_closed_and_our_project_is_not_theirs() -> None:
    assert listed("nl", "incubatoren dicht bij Leuven") == listed("en", "incubators near Leuven") != set()
    assert listed("fr", "des incubateurs pour mon projet") == listed("en", "incubators")


@pytest.mark.parametrize(
    ("language", "least", "most"),
    [
        ("fr", "plus de 3000 m²", "moins de 3000 m2"), ("fr", "au moins 3 000 m2", "au plus 3.000 mètres carrés"),
        ("fr", "plus grands que 3.000 metres carres", "plus petits que 3 000 m²"),
        ("nl", "meer dan 3000 m2", "minder dan 3.000 m²"), ("nl", "groter dan 3.000 m2", "kleiner dan 3000m2"),
        ("nl", "minstens 3 000 vierkante meter", "hoogstens 3000 vierkante meter"),
        ("nl", "vanaf 3000,00 m²", "niet groter dan 3000 m²"),
    ],
)  # fmt: skip
def test_sizes(language: str, least: str, most: str) -> None:
    sized = {p.id: p.floor_area_m2 for p in PLACES.values() if p.floor_area_m2 is not None and p.status != "closed"}
    assert listed(language, least) == {place for place, size in sized.items() if size >= 3000}
    assert listed(language, most) == {place for place, size in sized.items() if size <= 3000}


@pytest.mark.parametrize(
    ("language", "text", "audience"),
    [
        ("fr", "pour une PME", "sme"), ("fr", "dispositifs medicaux", "medical-devices"),
        ("fr", "e-santé", "digital-health"),
        ("fr", "start-up", "start-up"), ("nl", "voor een kmo", "sme"),
        ("nl", "medische hulpmiddelen", "medical-devices"),
        ("nl", "medtechbedrijven", "medical-devices"), ("nl", "biotechbedrijf", "biotech"),
        ("nl", "digitale gezondheid", "digital-health"), ("nl", "spin-offs", "spin-off"),
    ],
)  # fmt: skip
def test_audiences(language: str, text: str, audience: str) -> None:
    assert listed(language, text) == {p.id for p in PLACES.values() if audience in p.audience and p.status != "closed"}


@pytest.mark.parametrize(
    ("language", "text", "attribute"),
    [
        ("fr", "quelle est la taille d'EEBIC", "floor_area_m2"),
        ("fr", "EEBIC fait combien de mètres carrés", "floor_area_m2"),
        ("fr", "superficie eebic", "floor_area_m2"), ("fr", "où se trouve EEBIC", "municipality"),
        ("fr", "ou est EEBIC", "municipality"), ("fr", "où est-ce ?", "municipality"),
        ("fr", "c'est où", "municipality"),
        ("fr", "quelle est l’adresse d’EEBIC", "municipality"), ("fr", "le site web d'EEBIC", "website"),
        ("fr", "EEBIC a-t-il des labos", "has_wet_labs"), ("fr", "est-ce qu'il y a des laboratoires", "has_wet_labs"),
        ("fr", "combien coûte EEBIC", "cost"), ("fr", "le loyer chez EEBIC", "cost"),
        ("fr", "quel niveau de biosecurite à EEBIC", "biosafety_level"),
        ("fr", "comment postuler à EEBIC", "how_to_apply"),
        ("fr", "quels services propose EEBIC", "services"), ("fr", "à qui s'adresse EEBIC", "audience"),
        ("fr", "EEBIC, c'est pour qui", "audience"), ("fr", "quelles langues parle-t-on à EEBIC", "languages"),
        ("fr", "EEBIC existe toujours ?", "status"), ("fr", "EEBIC ou BLSI", None), ("fr", "parlez-moi d'EEBIC", None),
        ("nl", "hoe groot is EEBIC", "floor_area_m2"), ("nl", "vloeroppervlakte van EEBIC", "floor_area_m2"),
        ("nl", "waar ligt EEBIC", "municipality"), ("nl", "in welke gemeente", "municipality"),
        ("nl", "website van EEBIC", "website"), ("nl", "heeft EEBIC labo's", "has_wet_labs"),
        ("nl", "is er een laboratorium", "has_wet_labs"), ("nl", "wat kost EEBIC", "cost"),
        ("nl", "huurprijs bij EEBIC", "cost"), ("nl", "bioveiligheidsniveau van EEBIC", "biosafety_level"),
        ("nl", "hoe meld ik me aan bij EEBIC", "how_to_apply"), ("nl", "kandidatuur EEBIC", "how_to_apply"),
        ("nl", "welke diensten biedt EEBIC", "services"), ("nl", "voor wie is EEBIC bedoeld", "audience"),
        ("nl", "welke talen spreken ze bij EEBIC", "languages"), ("nl", "bestaat EEBIC nog", "status"),
        ("nl", "vertel nog iets over EEBIC", None),
    ],
)  # fmt: skip
def test_attributes(language: str, text: str, attribute: str | None) -> None:
    assert asked_attribute(text, language) == attribute


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "quelle taille fait le premier", ["blsi"]), ("fr", "et la deuxième ?", ["eebic"]),
        ("fr", "le 3ème svp", ["icab"]),
        ("fr", "où est le dernier", ["greenbizz"]), ("fr", "il est grand comment", ["blsi"]),
        ("fr", "les deux", ["blsi", "eebic"]),
        ("fr", "le dernier et le premier", ["greenbizz", "blsi"]), ("fr", "ces trois-là", ["blsi", "eebic", "icab"]),
        ("fr", "les deux premiers", ["blsi", "eebic"]), ("fr", "et Greenbizz ?", ["greenbizz"]),
        ("fr", "le cinquième", []),
        ("nl", "hoe groot is de eerste", ["blsi"]), ("nl", "en de tweede?", ["eebic"]), ("nl", "de 3de aub", ["icab"]),
        ("nl", "waar is de laatste", ["greenbizz"]), ("nl", "hoe groot is die", ["blsi"]),
        ("nl", "allebei", ["blsi", "eebic"]),
        ("nl", "de laatste en de eerste", ["greenbizz", "blsi"]),
        ("nl", "hoe groot zijn die", ["blsi", "eebic", "icab"]),
        ("nl", "de eerste twee", ["blsi", "eebic"]), ("nl", "wat met Greenbizz", ["greenbizz"]),
        ("nl", "de vijfde", []),
        ("en", "both of them", ["blsi", "eebic"]), ("en", "the first two", ["blsi", "eebic"]),
    ],
)  # fmt: skip
def test_positions_and_pronouns(language: str, text: str, expected: list[str]) -> None:
    assert named(language, "place", text) == expected


@pytest.mark.parametrize(
    ("language", "text", "before", "expected"),
    [
        ("fr", "comparez BLSI et EEBIC", (), ["blsi", "eebic"]),
        ("fr", "compare le premier et le troisième", SHOWN, ["blsi", "icab"]),
        ("fr", "comparez-les", SHOWN, ["blsi", "eebic", "icab"]), ("fr", "compare les deux", SHOWN, ["blsi", "eebic"]),
        ("fr", "compare-le à Greenbizz", ("eebic",), ["eebic", "greenbizz"]),
        ("nl", "vergelijk BLSI en EEBIC", (), ["blsi", "eebic"]),
        ("nl", "vergelijk de eerste en de derde", SHOWN, ["blsi", "icab"]),
        ("nl", "vergelijk ze", SHOWN, ["blsi", "eebic", "icab"]), ("nl", "vergelijk de twee", SHOWN, ["blsi", "eebic"]),
        ("nl", "vergelijk het met Greenbizz", ("eebic",), ["eebic", "greenbizz"]),
    ],
)  # fmt: skip
def test_comparisons(language: str, text: str, before: tuple[str, ...], expected: list[str]) -> None:
    assert named(language, "compare", text, before)[:3] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please list the incubators"), ("en", "which incubators do you know"),
        ("fr", "montrez-moi les incubateurs"),
        ("fr", "svp, la liste des incubateurs"), ("fr", "Quels incubateurs connaissez-vous ?"),
        ("fr", "tous les parcs scientifiques"),
        ("fr", "pouvez-vous me donner la liste des accelerateurs"), ("nl", "toon alle incubatoren"),
        ("nl", "welke incubatoren kent u?"), ("nl", "laat de wetenschapsparken zien"),
        ("nl", "kunt u mij alle incubatoren tonen"), ("fr", "quels incubateurs à Anderlecht ?"),
        ("nl", "welke incubatoren in Anderlecht"), ("en", "incubators in Anderlecht?"),
        ("nl", "geef me een lijst van accelerators"),
    ],
)  # fmt: skip
def test_requests_for_a_list(language: str, text: str) -> None:
    assert asks_for_list(text, {label for label, _ in NAMES(text)}, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "qu'est-ce qu'un incubateur"), ("fr", "montrez-moi BLSI, cet incubateur"), ("fr", "liste des subsides"),
        ("fr", "qui paie le loyer des incubateurs publics à Anderlecht"),
        ("nl", "wat is een incubator"), ("nl", "toon de incubator BLSI"), ("nl", "lijst van subsidies"),
    ],
)  # fmt: skip
def test_no_request_for_a_list(language: str, text: str) -> None:
    assert not asks_for_list(text, {label for label, _ in NAMES(text)}, language)


@pytest.mark.parametrize(
    ("language", "text", "yes"),
    [
        ("fr", "quelle est la surface de BLSI ?", True), ("fr", "BLSI, c'est où ?", True),
        ("fr", "quels services chez BLSI", False),
        ("fr", "un grand groupe pharmaceutique étranger peut-il louer un étage chez BLSI", False),
        ("nl", "hoe groot is BLSI ?", True), ("nl", "waar ligt BLSI", True), ("nl", "welke diensten biedt BLSI", False),
        ("nl", "kan een groot buitenlands farmabedrijf een hele verdieping huren bij BLSI", False),
    ],
)  # fmt: skip
def test_short_questions_for_one_attribute(language: str, text: str, yes: bool) -> None:
    assert asks_one_attribute(text, language) is yes


def test_numbers_and_names_are_in_the_language() -> None:
    blsi, ghent = PLACES["blsi"], PLACES["vib-bio-incubator-ghent"]
    said = {language: Speech(language, texts("en"), K.phrases.get(language, {})) for language in ("en", "fr", "nl")}
    assert shown(said["en"], blsi, "floor_area_m2") == "2,300" and shown(said["nl"], blsi, "floor_area_m2") == "2.300"
    assert re.fullmatch(r"2\s300", shown(said["fr"], blsi, "floor_area_m2"))
    assert [shown(said[language], ghent, "region") for language in said] == ["Flanders", "Flandre", "Vlaanderen"]
    assert shown(said["fr"], ghent, "municipality") == "Gand (Zwijnaarde)"
    assert shown(said["nl"], blsi, "municipality") == "Sint-Lambrechts-Woluwe"
    assert "dispositifs médicaux" in shown(said["fr"], blsi, "audience")
    assert shown(said["en"], blsi, "audience").startswith("start up, spin off, biotech, medical devices")


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_name_in_another_language_is_that_of_a_municipality_or_region(language: str) -> None:
    held = {name for place in PLACES.values() for name in (place.municipality, place.region)}
    assert set(vocabulary(language).names) <= held


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "tous les lieux"),
        ("fr", "liste des incubateurs"),
        ("nl", "alle plaatsen"),
        ("nl", "lijst van incubatoren"),
    ],
)
def test_a_list_is_said_in_the_language(language: str, text: str) -> None:
    words = texts(language)
    reply = directory.reply(K, words, language, question("list", text))
    found = reply["custom"]["places"]
    assert reply["custom"]["language"] == language and len(found) > MAX_LISTED
    first = PLACES[found[0]]
    line = reply["text"].splitlines()[1]
    assert line.startswith(f"1. {first.name}{vocabulary(language).colon}{words.labels['kinds'][first.kind]}")
    assert "Brussels" not in line.removeprefix(f"1. {first.name}")


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("place", sorted(PLACES))
def test_a_place_is_said_in_the_language(language: str, place: str) -> None:
    words = texts(language)
    reply = directory.reply(K, words, language, question("place", f"info {PLACES[place].name}"))
    assert reply["custom"]["places"] == [place]
    name, *rows = reply["text"].split("\n\n")[0].splitlines()
    assert name == PLACES[place].name and len(rows) == 10
    labels = [f"{label}{vocabulary(language).colon}" for label in words.labels["attributes"].values()]
    assert all(any(row.startswith(label) for label in labels) for row in rows)
