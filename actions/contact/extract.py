"""Details found in a message, whichever step the form is at and whatever their order."""

from __future__ import annotations

import re
from collections.abc import Collection

import phonenumbers

from actions.contact import countries
from actions.contact.clean import plain
from actions.contact.fields import Field
from actions.contact.found import Found
from actions.contact.introductions import links, person, take_introduction, whereabouts
from actions.contact.labelled import labelled
from actions.contact.words import Words, starting, words
from records.details import checks

EMAIL = re.compile(r"[^\s<>,;:\"'()\[\]|]+@[^\s<>,;:\"'()\[\]|]+")
SEPARATOR = re.compile(r"[,;\n|]+|\s/\s|\s-\s")


def extract(text: str, language: str, missing: Collection[Field], requested: Field | None) -> Found:
    """Read ``text`` (cleaned). What has a label, and e-mail addresses, may replace what is known; the rest of what is
    found only fills ``missing`` fields. At the subject step nothing is guessed: the text is the subject.
    """
    named = labelled(text, language)
    found = Found(rest=named.rest)
    missing = {*missing, *named.reopen}
    _take_email(found, language, certain=Field.EMAIL not in named.values)
    for name, value in named.values.items():
        country = whereabouts(value, language) if name is Field.COMPANY else None
        if country is not None:  # "our company is based in Canada"
            found.values.update({Field.COUNTRY: country} if country else {})
            continue
        if name is Field.NAME:
            who = person(value, words(language), language)
            if who and plain(who) != plain(value):
                found.rest = f"{value[len(who) :]} {found.rest}"
                value = who
        if name is not Field.PHONE:
            _check(found, name, value, language, None)
    guess = requested is not Field.SUBJECT
    introduced = guess and take_introduction(found, language, missing, requested)
    region = found.values.get(Field.COUNTRY)
    if Field.PHONE in named.values:
        _check(found, Field.PHONE, named.values[Field.PHONE], language, region)
    elif requested is Field.PHONE or guess:
        _take_phone(found, region, anywhere=requested is Field.PHONE)
    if guess:
        _take_list(found, language, missing, requested, introduced)
    found.reopen = tuple(name for name in named.reopen if name not in found.values)
    return found


def listed(text: str, language: str) -> str:
    """The bare list of details after a colon ("call me back: Eva Lund, Lund Devices, eva@…"), or "" without one."""
    after = text.partition(":")[2].strip()
    first = SEPARATOR.split(after)[0].split()
    named = len(first) > 1 and all(word[0].isupper() for word in first)
    return after if named and EMAIL.search(after) and not labelled(text, language).values else ""


def check(name: Field, value: str, language: str, region: str | None) -> str:
    """``value`` in stored form. Raises checks.Refused."""
    if name is Field.PHONE:
        return checks.phone(value, region)
    if name is Field.COUNTRY:
        code = countries.find(value, language) or countries.find_within(value, language)
        if code is None:
            raise checks.Refused("unknown_country")
        return code
    if name is Field.EMAIL:
        address = EMAIL.search(value) or EMAIL.search(spelled_out(value, words(language)))
        return checks.email(address[0].rstrip(".!?") if address else value)
    return checks.PLAIN[name](value)


def spelled_out(text: str, heard: Words) -> str:
    """``alex at example dot com`` as an address; other text unchanged."""
    changed = text.lower()
    for sign, spellings in ((".", heard.at_dot["dot"]), ("@", heard.at_dot["at"])):
        for spelling in spellings:
            changed = changed.replace(spelling, sign)
    return changed if EMAIL.search(changed) and "." in changed.rpartition("@")[2] else text


def strip_phrase(text: str, phrases: Collection[str]) -> str:
    """``text`` without the first of ``phrases`` it starts with."""
    found = re.match(starting(phrases), text, re.IGNORECASE)
    return text[found.end() :].strip() if found else text


def _check(found: Found, name: Field, value: str, language: str, region: str | None) -> None:
    try:
        found.values[name] = check(name, value, language, region)
    except checks.Refused as refusal:
        found.refused[name] = (refusal.code, value)


def _take_email(found: Found, language: str, certain: bool) -> None:
    addresses = list(EMAIL.finditer(found.rest))
    for address in addresses:
        written = address[0].rstrip(".!?")
        try:
            found.values[Field.EMAIL] = checks.email(written)
        except checks.Refused as refusal:
            found.refused[Field.EMAIL] = (refusal.code, written)
        else:
            found.refused.pop(Field.EMAIL, None)
            break
    if not certain:
        found.values.pop(Field.EMAIL, None)
        found.refused.pop(Field.EMAIL, None)
    found.rest = EMAIL.sub(" ", found.rest) if addresses else found.rest


def _take_phone(found: Found, region: str | None, anywhere: bool) -> None:
    for match in phonenumbers.PhoneNumberMatcher(
        found.rest, region or checks.HOME_REGION, leniency=phonenumbers.Leniency.POSSIBLE
    ):
        if not anywhere and not match.raw_string.startswith(("+", "00")):
            continue
        try:
            found.values[Field.PHONE] = checks.phone(match.raw_string, region)
        except checks.Refused as refusal:
            found.refused[Field.PHONE] = (refusal.code, match.raw_string)
            continue
        found.refused.pop(Field.PHONE, None)
        found.rest = (found.rest[: match.start] + " , " + found.rest[match.end :]).strip(" ,;")
        return


def _take_list(
    found: Found, language: str, missing: Collection[Field], requested: Field | None, introduced: bool
) -> None:
    """ "Alex Doe, Acme Bio, Canada": parts in the order the form asks, countries wherever they stand."""
    parts = [part.strip(" .") for part in SEPARATOR.split(found.rest) if plain(part)]
    asked = requested in (Field.NAME, Field.COMPANY)
    details = bool({Field.EMAIL, Field.PHONE} & set(found.values))
    one_name = requested is Field.NAME and not found.values and [len(part.split()) for part in parts] == [1, 1]
    if not (asked or introduced) or one_name or not (len(parts) >= 2 or details or introduced):
        return
    heard = words(language)
    order = (Field.COMPANY,) if requested is Field.COMPANY else (Field.NAME, Field.COMPANY)
    wanted = [name for name in order if name in missing and name not in found.values]
    rest: list[str] = []
    for part in parts:
        code = countries.find_exact(part, language)
        if code and (part != parts[0] or requested is not Field.NAME):
            if Field.COUNTRY in missing:
                found.values.setdefault(Field.COUNTRY, code)
        elif not (wanted and (asked or part[:1].isupper()) and _take_part(found, wanted[0], part, heard, language)):
            rest.append(part)
        else:
            wanted.pop(0)
    found.rest = ", ".join(rest)


def _take_part(found: Found, name: Field, part: str, heard: Words, language: str) -> bool:
    phrase = strip_phrase(part, heard[f"{name.value}_intros"])
    if links(phrase.split(maxsplit=1)[0], heard) or plain(phrase).split()[0] in heard["not_names"]:
        return False
    if name is Field.NAME and not person(phrase, heard, language):
        return False
    try:
        found.values[name] = check(name, phrase, language, None)
    except checks.Refused:
        return False
    return True
