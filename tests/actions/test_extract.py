"""Details out of messages in every form people write them."""

from __future__ import annotations

import pytest

from actions.contact.clean import clean
from actions.contact.extract import extract, listed
from actions.contact.fields import DETAILS, Field

ANYTIME = None


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        (
            "I'm Alex Doe from Acme Bio in Canada, a.doe@example.com",
            ANYTIME,
            {"name": "Alex Doe", "company": "Acme Bio", "country": "CA", "email": "a.doe@example.com"},
        ),
        ("company: Acme, +32 2 555 01 23", Field.EMAIL, {"company": "Acme", "phone": "+3225550123"}),
        (
            "Alex Doe, Acme Bio, a.doe@example.com, +32 2 555 01 23, Canada",
            Field.NAME,
            {
                "name": "Alex Doe",
                "company": "Acme Bio",
                "email": "a.doe@example.com",
                "phone": "+3225550123",
                "country": "CA",
            },
        ),
        ("Alex Doe from Acme Bio", Field.NAME, {"name": "Alex Doe", "company": "Acme Bio"}),
        ("Alex Doe - Acme Bio - Germany", Field.NAME, {"name": "Alex Doe", "company": "Acme Bio", "country": "DE"}),
        (
            "my name is alex doe and i work for acme bio in belgium",
            Field.NAME,
            {"name": "alex doe", "company": "acme bio", "country": "BE"},
        ),
        (
            "Hi, this is Alex van der Doe at Acme & Sons BV, you can call me on +32 470 12 34 56",
            ANYTIME,
            {"name": "Alex van der Doe", "company": "Acme & Sons BV", "phone": "+32470123456"},
        ),
        (
            "It's Alex Doe of Acme Bio SA, based in Canada.",
            Field.NAME,
            {"name": "Alex Doe", "company": "Acme Bio SA", "country": "CA"},
        ),
        (
            "I'd like to leave my details. I'm Alex Doe, Acme Bio, a.doe@example.com",
            ANYTIME,
            {"name": "Alex Doe", "company": "Acme Bio", "email": "a.doe@example.com"},
        ),
        ("I work for Acme from Canada.", Field.NAME, {"company": "Acme", "country": "CA"}),
        ("Acme Bio, Belgium", Field.COMPANY, {"company": "Acme Bio", "country": "BE"}),
        (
            "Name: Alex Doe\nCompany: Acme Bio NV\nE-mail: a@example.com\nPhone: 0470 12 34 56\nCountry: UK\n"
            "Subject: trials, phases I and II",
            ANYTIME,
            {
                "name": "Alex Doe",
                "company": "Acme Bio NV",
                "email": "a@example.com",
                "phone": "+32470123456",
                "country": "GB",
                "subject": "trials, phases I and II",
            },
        ),
        ("<mailto:x@example.com|x@example.com>", Field.EMAIL, {"email": "x@example.com"}),
        ("no, my e-mail is x@example.com", Field.CONFIRM, {"email": "x@example.com"}),
        ("you can write to X.Y@EXAMPLE.com.", Field.SUBJECT, {"email": "X.Y@example.com"}),
        ("0470 12 34 56", Field.PHONE, {"phone": "+32470123456"}),
        ("+1 (514) 555-0199", Field.PHONE, {"phone": "+15145550199"}),
        ("0032 470 12 34 56", Field.NAME, {"phone": "+32470123456"}),
        ("We are based in Canada and run a trial with 2000 patients", ANYTIME, {"country": "CA"}),
        ("change the company to Acme Biotech", Field.CONFIRM, {"company": "Acme Biotech"}),
        ("the country should be the Netherlands", Field.CONFIRM, {"country": "NL"}),
        (
            "Please contact me: my name is John Baker, company Baker Diagnostics, e-mail john@bakerdx.co.uk, "
            "phone +44 20 7946 0958, country United Kingdom, subject CE marking of our test",
            ANYTIME,
            {
                "name": "John Baker",
                "company": "Baker Diagnostics",
                "email": "john@bakerdx.co.uk",
                "phone": "+442079460958",
                "country": "GB",
                "subject": "CE marking of our test",
            },
        ),
        (
            "Name Eva Lund, Company Lund Devices, Country Denmark",
            Field.COMPANY,
            {"name": "Eva Lund", "company": "Lund Devices", "country": "DK"},
        ),
        ("name Eva Lund", Field.NAME, {"name": "Eva Lund"}),
        (
            "we are based in Italy and our company is called Genoma",
            Field.NAME,
            {"company": "Genoma", "country": "IT"},
        ),
        ("our company is called Genoma", Field.COMPANY, {"company": "Genoma"}),
        # nothing is guessed
        ("Company Partners", Field.COMPANY, {}),
        ("email me tomorrow, phone me later", ANYTIME, {}),
        ("Alex Doe", Field.NAME, {}),
        ("Doe, Alex", Field.NAME, {}),
        ("I'm looking for lab space in Belgium", ANYTIME, {}),
        ("I am the CEO of Acme", Field.NAME, {}),
        ("I am Belgian", Field.NAME, {}),
        ("i'm doing market research", Field.NAME, {}),
        ("We are Acme and want a lab in Belgium for 20 people", Field.SUBJECT, {}),
        ("a budget of 3000000 and 12345678 patients", ANYTIME, {}),
        ("call me on 0470 12 34 56", Field.SUBJECT, {}),
    ],
)
def test_found(text: str, asked: Field | None, expected: dict[str, str]) -> None:
    found = extract(clean(text), "en", DETAILS, asked)
    assert {name.value: value for name, value in found.values.items()} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the phone is wrong", [Field.PHONE]),
        ("wrong email", [Field.EMAIL]),
        ("change my company", [Field.COMPANY]),
        ("please correct the name and change the country", [Field.NAME, Field.COUNTRY]),
        ("my e-mail address isn't the problem", []),
        ("the phone is wrong, my phone is +32 470 12 34 56", []),
    ],
)
def test_reopened(text: str, expected: list[Field]) -> None:
    assert list(extract(clean(text), "en", (), Field.CONFIRM).reopen) == expected


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("My email is alex@@example", Field.EMAIL, "invalid_email"),
        ("alex@example", Field.EMAIL, "invalid_email"),
        ("phone: 12", Field.PHONE, "phone_without_country"),
        ("country: Atlantis", Field.COUNTRY, "unknown_country"),
        ("my name is 12345", Field.NAME, "not_a_name"),
    ],
)
def test_refused(text: str, name: Field, code: str) -> None:
    found = extract(clean(text), "en", DETAILS, Field.NAME)
    assert found.refused[name][0] == code
    assert name not in found.values


def test_known_details_are_not_overwritten_by_a_guess() -> None:
    text = "I'm Alex Roe from Beta in Norway, call +32 470 12 34 56"
    found = extract(text, "en", (), Field.CONFIRM)
    assert found.values == {Field.PHONE: "+32470123456"}


def test_list_after_a_colon() -> None:
    assert listed("call me: Eva Lund, Lund Devices, eva@example.com", "en") == "Eva Lund, Lund Devices, eva@example.com"
    for text in (
        "contact me: name: Eva Lund, eva@example.com",
        "I need: lab space, offices, eva@example.com",
        "call me: Eva Lund",
        "eva@example.com",
        "note: , eva@example.com",
    ):
        assert listed(text, "en") == ""
