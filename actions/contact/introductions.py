"""People introducing themselves: "I'm Alex Doe from Acme Bio in Canada"."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from actions.contact import countries
from actions.contact.clean import plain
from actions.contact.fields import Field
from actions.contact.found import Found
from actions.contact.words import Words, starting, words
from records.details import checks

MAX_NAME_WORDS = 5


def take_introduction(found: Found, language: str, missing: Collection[Field], requested: Field | None) -> bool:
    """ "I'm Alex Doe from Acme Bio in Canada". Says whether somebody introduced themselves or their company."""
    patterns = _introductions(language)
    wanted = {name for name in missing if name not in found.values}
    introduced = Field.NAME in found.values and Field.NAME in missing
    if Field.NAME in wanted:
        introduced = _take_name(found, language, requested) or introduced
    employer = patterns.employer.search(found.rest) if Field.COMPANY in wanted else None
    if Field.COUNTRY in wanted:
        _take_country(found, language, introduced or employer is not None)
    if Field.COMPANY in wanted:
        _take_company(found, language, introduced)
    return introduced


def _take_name(found: Found, language: str, requested: Field | None) -> bool:
    heard, patterns = words(language), _introductions(language)
    for start in patterns.name.finditer(found.rest):
        phrase = person(found.rest[start.end() :], heard, language)
        if phrase:
            found.values[Field.NAME] = phrase
            before = found.rest[: start.start()]
            # What stands before an introduction is small talk, unless it names the employer.
            kept = before if patterns.employer.search(before) else ""
            found.rest = f"{kept} {found.rest[start.end() + len(phrase) :]}".strip()
            return True
    link = patterns.company.search(found.rest)
    if link and requested is Field.NAME:
        phrase = person(found.rest[: link.start()], heard, language)
        if phrase and plain(phrase) == plain(found.rest[: link.start()]):
            found.values[Field.NAME] = phrase
            found.rest = found.rest[link.start() :]
            return True
    return False


def _take_country(found: Found, language: str, introduced: bool) -> None:
    for place in _introductions(language).country.finditer(found.rest):
        if not (introduced or place["sure"]):
            continue
        after = found.rest[place.end() :]
        code, used = _country_at_start(after, language)
        if code:
            found.values[Field.COUNTRY] = code
            found.rest = f"{found.rest[: place.start()]}, {after[used:]}"
            return


def whereabouts(text: str, language: str) -> str | None:
    """The code of the country when ``text`` says where somebody is ("in Canada", "based in Canada and …"), "" when it
    names no country ("based in Geneva"), None when it says something else.
    """
    place = _introductions(language).country.match(text)
    if place is None:
        return None
    code, end = _country_at_start(text[place.end() :], language)
    if place["sure"]:
        return code or ""
    return None if plain(text[place.end() + end :]) else code


def _country_at_start(text: str, language: str) -> tuple[str | None, int]:
    ends = [match.end() for match in re.finditer(r"[^\s,;.]+(?:\.(?=\w))*", text)][:6]
    for end in reversed(ends):
        code = countries.find_exact(text[:end], language)
        if code:
            return code, end
    return None, 0


def _take_company(found: Found, language: str, introduced: bool) -> None:
    heard, patterns = words(language), _introductions(language)
    start = patterns.employer.search(found.rest) or (patterns.company.search(found.rest) if introduced else None)
    if not start:
        return
    after = found.rest[start.end() :]
    phrase = _phrase(after)
    first = plain(phrase).split()[:1]
    if not first or first[0] in heard["not_names"] or countries.find_exact(phrase, language):
        return
    try:
        found.values[Field.COMPANY] = checks.company(phrase)
    except checks.Refused:
        return
    found.rest = f"{found.rest[: start.start()]}, {after[after.index(phrase) + len(phrase) :]}"


def person(text: str, heard: Words, language: str) -> str:
    """The name at the start of ``text``: up to five words, ended by a word that links to a company; "" if none.

    After a first and a last name the French "de" is such a word, too: "Alex Doe de Acme", but "Yann de la Tour".
    """
    taken: list[str] = []
    stops = {*heard["company_links"], *heard["joints"], *heard["country_links"]}
    for word in re.split(r"[,;\n.!?](?:\s|$)|[,;\n]", text, maxsplit=1)[0].split():
        bare = plain(word)
        if bare in stops or len(taken) == MAX_NAME_WORDS:
            break
        if links(word, heard) and sum(map(_capital, taken)) >= 2:
            break
        if not taken and (bare in heard["not_names"] or bare in heard["determiners"]):
            return ""
        if any(char.isdigit() or char in "@:/" for char in word):
            return ""
        taken.append(word)
    phrase = " ".join(taken)
    if not plain(phrase) or countries.find_exact(phrase, language):
        return ""
    # Without capitals only a first and a last name are believed: "i'm alex doe", not "i'm doing market research".
    small = [word for word in taken if not _capital(word) and plain(word) not in heard["particles"]]
    if any(map(_capital, taken)):
        taken = taken[: taken.index(small[0])] if small else taken
        while taken and taken[-1].islower():
            taken.pop()
        return " ".join(taken)
    return phrase if len(taken) <= 2 else ""


def links(word: str, heard: Words) -> bool:
    """Whether ``word`` is a "de", or has its "d'", and no name "De"."""
    return word in heard["genitives"] or (word[1:2] == "'" and word[:2] in heard["genitives"])


def _capital(word: str) -> bool:
    """Whether ``word`` begins as a name does: "Tour", "d'Hondt"."""
    return word[:1].isupper() or (word[1:2] == "'" and word[2:3].isupper())


def _phrase(text: str) -> str:
    return re.split(r"[,;\n!?]|\.(?:\s|$)|\s-\s", text, maxsplit=1)[0].strip()


@dataclass(frozen=True)
class _Introductions:
    name: re.Pattern[str]
    company: re.Pattern[str]
    employer: re.Pattern[str]
    country: re.Pattern[str]


@cache
def _introductions(language: str) -> _Introductions:
    heard = words(language)

    def make(pattern: str) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w'])(?:{pattern})", re.IGNORECASE)

    intros = heard["country_intros"]
    sure = starting(phrase for phrase in intros if " " in phrase and "'s" not in phrase)
    return _Introductions(
        name=make(starting(heard["name_intros"])),
        company=make(rf"(?:{starting(heard['company_links'])})(?!{starting(intros)})"),
        employer=make(starting(heard["employer_intros"])),
        country=make(rf"(?P<sure>{sure})|{starting(heard['country_links'])}"),
    )
