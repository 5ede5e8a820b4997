"""The vocabularies: complete in every language, and blind to case, accents and apostrophes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.words import FOLDER, Phrases, VocabularyError, count, fold, read, vocabulary

LANGUAGES = ("en", "fr", "nl")
MAY_BE_EMPTY = {"names"}


def raw(language: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_concepts(language: str) -> None:
    ours, english = raw(language), raw("en")
    assert list(ours) == list(english)
    for key in ("attributes", "ordinals", "audiences"):
        assert set(ours[key]) == set(english[key]), key
    empty = [key for key, value in ours.items() if not value and key not in MAY_BE_EMPTY]
    empty += [name for key in ("attributes", "ordinals", "audiences") for name, value in ours[key].items() if not value]
    assert empty == []


def test_there_is_a_file_for_every_language_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yml")) == sorted(LANGUAGES)
    with pytest.raises(VocabularyError, match="de: no vocabulary"):
        vocabulary("de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_stands_twice_under_a_concept(language: str) -> None:
    def twice(phrases: list[str]) -> set[str]:
        folded = [" ".join(fold(phrase).replace("-", " ").split()) for phrase in phrases]
        return {phrase for phrase in folded if folded.count(phrase) > 1}

    data = raw(language)
    lists = {key: value for key, value in data.items() if isinstance(value, list)}
    for key in ("attributes", "ordinals", "audiences"):
        lists |= {f"{key}.{name}": value for name, value in data[key].items()}
    assert {key: twice(value) for key, value in lists.items() if twice(value)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_bare_words_are_words_in_small_latin_letters(language: str) -> None:
    assert [word for word in vocabulary(language).bare if not (word.isascii() and word.isalpha())] == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda data: data.pop("openers"), "openers"), (lambda data: data.update(other=[]), "other"),
        (lambda data: data["without"].append(False), "without"),
        (lambda data: data["attributes"]["cost"].append(3), "cost"),
        (lambda data: data["names"].update(a=None), "names"),
    ],
)  # fmt: skip
def test_an_error_names_the_file_and_the_key(change: Any, named: str) -> None:
    data = raw("en")
    change(data)
    with pytest.raises(VocabularyError, match=rf"en\.yml: .*{named}"):
        read(yaml.safe_dump(data, allow_unicode=True), "en.yml")


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("à qui", "A qui est-ce", True), ("a qui", "à qui", True), ("adresse", "L’ADRESSE ?", True),
        ("il", "est-il là", True),
        ("il", "ile", False), ("start-up", "une start up", True), ("start up", "start-ups", False),
        ("*oppervlak*", "vloeroppervlakte", True),
        ("labo's", "labo’s", True), ("het.", "kost het ?", True), ("het.", "het comité", False), ("m2", "10 m²", True),
        ("meld … aan", "meld ik me aan", True), ("meld … aan", "meld ik me morgen aan", False),
        ("ok et", "ok, et", True),
        ("cœur", "coeur", True),
    ],
)  # fmt: skip
def test_how_phrases_are_found(phrase: str, text: str, found: bool) -> None:
    assert Phrases([phrase]).within(fold(text)) is found


def test_phrases_at_the_beginning() -> None:
    phrases = Phrases(["et", "et pour"])
    assert phrases.opens("  et lui") and not phrases.opens("etc") and not phrases.opens("lui et")
    assert phrases.past("et pour, lui") == "lui" and phrases.past("lui") == "lui"
    assert phrases.removed("a et pour b") == "a   b" and phrases.starts("et a et") == [0, 5]
    assert not Phrases([]).within("") and Phrases([]).removed("a") == "a"


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), (" ? ! ", 0), ("et alors ?", 2), ("l'un d'eux", 2), ("3 000 m²", 3)]
)
def test_words_are_counted_without_lonely_marks(text: str, words: int) -> None:
    assert count(text) == words


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
