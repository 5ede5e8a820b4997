"""The contact form as a page: what was filled in, what is wrong with it, and storing it once.

The rules for details are those of the chat's form (``records.details``).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Self

from itsdangerous import BadData, URLSafeTimedSerializer

from records import notice
from records.contacts import NewContact
from records.details import checks, countries
from records.details.checks import MAX_LENGTH, Refused
from records.details.clean import tidy
from settings import Settings

CHANNEL = "form"
FIELDS: Final = ("name", "company", "email", "phone", "country", "subject", "question")
"""The fields that hold text, in the order of the page."""
OPTIONAL: Final = frozenset({"phone", "question"})
TRAP = "website"
"""A field people do not see; whoever fills it in is a program."""
FORM_SECONDS = 24 * 3600
"""How long a page can be open before its form has to be sent once more."""


class Stale(Exception):
    """The form was not handed out by us, or too long ago."""


@dataclass(frozen=True)
class Filled:
    """What a browser sent, cleaned. ``form`` is sealed, None where there was none."""

    values: Mapping[str, str]
    agreed: bool
    trapped: bool
    form: str | None

    @classmethod
    def of(cls, given: Callable[[str], str | None]) -> Self:
        """Read the fields with ``given``."""
        values = {name: tidy(given(name) or "") for name in FIELDS}
        return cls(values, bool(given("agree")), bool(given(TRAP)), given("form"))

    @classmethod
    def nothing(cls) -> Self:
        """An empty form."""
        return cls.of(lambda _name: None)


@dataclass(frozen=True)
class Checked:
    """``details`` in stored form where they are right; ``errors`` are the codes of what is not, by field."""

    details: Mapping[str, str]
    errors: Mapping[str, str]


def check(filled: Filled) -> Checked:
    """Look at everything at once, so that everything wrong is told at once."""
    details: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name, rule in _rules(filled.values["country"]).items():
        text = filled.values[name]
        if not text:
            if name not in OPTIONAL:
                errors[name] = "required"
            continue
        try:
            details[name] = rule(text)
        except Refused as refusal:
            errors[name] = refusal.code
    if not filled.agreed:
        errors["agree"] = "required"
    return Checked(details, {name: errors[name] for name in (*FIELDS, "agree") if name in errors})


def _rules(country: str) -> dict[str, Callable[[str], str]]:
    region = country if country in countries.codes() else None
    phone = partial(checks.phone, region=region)
    return {**checks.PLAIN, "phone": phone, "country": _country, "question": _question}


def _country(code: str) -> str:
    if code not in countries.codes():
        raise Refused("unknown_country")
    return code


def _question(text: str) -> str:
    if len(text) > MAX_LENGTH["question"]:
        raise Refused("too_long")
    return text


@dataclass(frozen=True)
class Form:
    """A form that was handed out: its number stands for a conversation, so that sent twice it is one request.

    ``agreement`` is the hash of the sentence that stood beside its checkbox.
    """

    number: str
    agreement: str

    @classmethod
    def new(cls, sentence: str) -> Self:
        """A form with a number that cannot be guessed."""
        return cls(f"{CHANNEL}-{secrets.token_hex(16)}", notice.text_hash(sentence))


def contact(form: Form, language: str, details: Mapping[str, str]) -> NewContact:
    """What is stored."""
    return NewContact(
        conversation=form.number,
        channel=CHANNEL,
        language=language,
        name=details["name"],
        company=details["company"],
        email=details["email"],
        phone=details.get("phone"),
        country=details["country"],
        subject=details["subject"],
        question=details.get("question"),
        consent_text_hash=form.agreement,
        notice_version=notice.current_version(),
    )


class Forms:
    """Seals forms and the references of requests, so that we take and show only what we gave out."""

    def __init__(self, settings: Settings, seconds: int = FORM_SECONDS) -> None:
        key, digest = settings.keyed("contact-form"), {"digest_method": hashlib.sha256}
        self._forms = URLSafeTimedSerializer(key, salt="form", signer_kwargs=digest)
        self._references = URLSafeTimedSerializer(key, salt="reference", signer_kwargs=digest)
        self._seconds = seconds

    def seal(self, form: Form) -> str:
        """``form`` as its page carries it."""
        return str(self._forms.dumps([form.number, form.agreement]))

    def open(self, sealed: str) -> Form:
        """The form that was sealed. Raises Stale."""
        number, agreement = self._loaded(self._forms, sealed)
        return Form(number, agreement)

    def sent(self, reference: str) -> str:
        """``reference`` as the address of the last page carries it."""
        return str(self._references.dumps(reference))

    def reference(self, sent: str) -> str:
        """The reference in ``sent``. Raises Stale."""
        return str(self._loaded(self._references, sent))

    def _loaded(self, seal: URLSafeTimedSerializer, sealed: str) -> Any:
        try:
            return seal.loads(sealed, max_age=self._seconds)
        except BadData as error:
            raise Stale from error
