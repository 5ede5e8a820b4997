"""What is accepted as a name, an address, a number, a country."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.contact import countries
from actions.contact.clean import clean, plain
from actions.contact.extract import check
from actions.contact.fields import Field
from records.details import checks
from records.details.checks import Refused
from records.details.countries import display, listed


@pytest.mark.parametrize("text", ["Alex", "Alex Doe", "Jean-Luc O'Neil", "李雷", "Łucja Żółć", "Dr. Alex van der Doe"])
def test_names(text: str) -> None:
    assert checks.name(f"  {text} ") == text


@pytest.mark.parametrize("text", ["", "123", "a@example.com", "x" * 101, "www.example.com", "<b>", "one " * 9])
def test_not_names(text: str) -> None:
    with pytest.raises(Refused):
        checks.name(text)


@pytest.mark.parametrize("text", ["3M", "Acme & Sons", "Acme, Inc.", "株式会社"])
def test_companies(text: str) -> None:
    assert checks.company(text) == text


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a.doe@example.com", "a.doe@example.com"),
        ("A.Doe@EXAMPLE.COM", "A.Doe@example.com"),
        ("a+b@sub.example.co.uk", "a+b@sub.example.co.uk"),
        ("alex at example dot com", "alex@example.com"),
        ("alex (at) example.com", "alex@example.com"),
        ("it is a.doe@example.com.", "a.doe@example.com"),
    ],
)
def test_addresses(text: str, stored: str) -> None:
    assert check(Field.EMAIL, text, "en", None) == stored


@pytest.mark.parametrize(
    "text",
    ["alex", "alex@", "@example.com", "alex@example", "a b@", "a@b..com", "a@-b.com", "x" * 300 + "@example.com"],
)
def test_not_addresses(text: str) -> None:
    with pytest.raises(Refused):
        check(Field.EMAIL, text, "en", None)


@pytest.mark.parametrize(
    ("text", "region", "stored"),
    [
        ("+32 2 555 01 23", None, "+3225550123"),
        ("02 555 01 23", None, "+3225550123"),
        ("514 555 0199", "CA", "+15145550199"),
        ("0032470123456", "CA", "+32470123456"),
        ("+1-514-555-0199", None, "+15145550199"),
        ("+44 20 7946 0958", None, "+442079460958"),
    ],
)
def test_numbers(text: str, region: str | None, stored: str) -> None:
    assert checks.phone(text, region) == stored


@pytest.mark.parametrize(("text", "code"), [("12345", "phone_without_country"), ("+999 123", "invalid_phone")])
def test_not_numbers(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        checks.phone(text, None)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Belgium", "BE"), ("belgium.", "BE"), ("US", "US"), ("U.S.A.", "US"), ("the States", "US"), ("UK", "GB"),
        ("England", "GB"), ("the Netherlands", "NL"), ("Holland", "NL"), ("Korea", "KR"), ("South Korea", "KR"),
        ("belguim", "BE"), ("Untied States", "US"), ("germny", "DE"), ("Canadian", "CA"), ("Deutschland", "DE"),
        ("Belgique", "BE"), ("België", "BE"), ("Czechia", "CZ"), ("Côte d’Ivoire", "CI"), ("türkiye", "TR"),
        ("Hong Kong", "HK"), ("BRA", "BR"), ("United States of America", "US"), ("Brussels", "BE"), ("no", "NO"),
    ],
)  # fmt: skip
def test_countries(text: str, code: str) -> None:
    assert countries.find(clean(text), "en") == code


@pytest.mark.parametrize("text", ["Atlantis", "xx", "", "and", "the moon", "I do not know"])
def test_not_countries(text: str) -> None:
    assert countries.find(text, "en") is None


def test_country_within_a_sentence() -> None:
    assert countries.find_within("we are in the United States, near Canada", "en") == "US"
    assert countries.find_within("it is in europe", "en") is None


def test_country_suggestions_and_names() -> None:
    assert "BE" in countries.suggestions("Belgiun-ish", "en")
    assert display("BE", "en") == "Belgium"
    assert display("BE", "fr") == "Belgique"


@pytest.mark.parametrize(("language", "first"), [("en", "AF"), ("fr", "AF"), ("nl", "AF")])
def test_countries_are_listed_as_people_look_for_them(language: str, first: str) -> None:
    names = [name for _, name in listed(language)]
    assert listed(language)[0][0] == first and len(set(names)) == len(names) >= 249
    french = [name for _, name in listed("fr")]
    assert french.index("États-Unis") < french.index("Éthiopie") < french.index("Finlande")


def test_clean() -> None:
    assert clean(" a\u200b\u0000b \t c\r\n\r\n d’e ") == "ab c\nd'e"
    assert clean("see <https://example.com|our page> or <tel:+3225550123|call>") == "see our page or call"
    assert plain("  Yes, please!! ") == "yes, please"


@given(st.text(max_size=300))
def test_no_text_becomes_an_invalid_address(text: str) -> None:
    try:
        stored = check(Field.EMAIL, clean(text), "en", None)
    except Refused:
        return
    assert checks.email(stored) == stored


@given(st.text(max_size=60), st.sampled_from([None, "BE", "US", "XK"]))
def test_no_text_becomes_an_invalid_number(text: str, region: str | None) -> None:
    try:
        stored = checks.phone(text, region)
    except Refused:
        return
    assert stored.startswith("+")
    assert stored[1:].isdigit()
    assert 7 <= len(stored) <= 16
