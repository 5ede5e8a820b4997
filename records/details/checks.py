"""What counts as a name, an e-mail address, a telephone number … Each gives the stored form or refuses with a code.

Details have the names of ``records.contacts.NewContact``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

MAX_LENGTH: Final[Mapping[str, int]] = {
    "name": 100,
    "company": 120,
    "email": 254,
    "phone": 30,
    "subject": 1000,
    "question": 1000,
}
"""Longest value accepted, in characters."""
MAX_NAME_WORDS = 8
HOME_REGION = "BE"
WEB_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)


class Refused(ValueError):
    """A value is not acceptable; ``code`` says why and goes into the reply's ``error``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def name(text: str) -> str:
    """A person's name: letters, few words. Codes: ``not_a_name``, ``too_long``."""
    text = _one_line("name", text).strip(" ,;:.!\"'")
    unlike = any(char.isdigit() or char in "@<>{}[]=\\/|" for char in text) or WEB_ADDRESS.search(text)
    if unlike or not any(char.isalpha() for char in text) or len(text.split()) > MAX_NAME_WORDS:
        raise Refused("not_a_name")
    return text


def company(text: str) -> str:
    """A company's name. Codes: ``not_a_company``, ``too_long``."""
    text = _one_line("company", text).strip(" ,;:!\"'")
    if not any(char.isalnum() for char in text) or "@" in text:
        raise Refused("not_a_company")
    return text


def email(text: str) -> str:
    """An address in normal form, not looked up in the DNS. Codes: ``invalid_email``, ``too_long``."""
    text = _one_line("email", text)
    try:
        return validate_email(text, check_deliverability=False, test_environment=False).normalized
    except EmailNotValidError as error:
        raise Refused("invalid_email") from error


def phone(text: str, region: str | None) -> str:
    """A number in E.164. Without a country code it is read as one of ``region``, else of Belgium.

    Codes: ``invalid_phone``, ``phone_without_country``, ``too_long``.
    """
    text = _one_line("phone", text)
    international = text.lstrip(" (").startswith(("+", "00"))
    for country in dict.fromkeys((region, HOME_REGION)):
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            continue
        # A number with its country code may be newer than the library's tables.
        known = phonenumbers.is_valid_number(number)
        if known or (international and phonenumbers.is_possible_number(number)):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise Refused("invalid_phone" if international else "phone_without_country")


def subject(text: str) -> str:
    """What it is about. Codes: ``too_short``, ``too_long``."""
    text = text.strip()
    if sum(char.isalnum() for char in text) < 2:
        raise Refused("too_short")
    if len(text) > MAX_LENGTH["subject"]:
        raise Refused("too_long")
    return text


PLAIN: Final[Mapping[str, Callable[[str], str]]] = {
    "name": name,
    "company": company,
    "email": email,
    "subject": subject,
}
"""The checks that need nothing but the text, by detail."""


def _one_line(detail: str, text: str) -> str:
    text = " ".join(text.split())
    if len(text) > MAX_LENGTH[detail]:
        raise Refused("too_long")
    return text
