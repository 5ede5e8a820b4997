"""Details the visitor names: "company: Acme", "my e-mail is …", "change the company to …", "the phone is wrong"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from actions.contact.clean import plain
from actions.contact.fields import Field
from actions.contact.words import Words, starting, words


@dataclass(frozen=True)
class Labelled:
    """``values`` as typed, by field; ``reopen`` the fields to ask again; ``rest`` the text without both."""

    values: dict[Field, str] = field(default_factory=dict)
    reopen: tuple[Field, ...] = ()
    rest: str = ""


@dataclass(frozen=True)
class _Patterns:
    value: re.Pattern[str]
    wrong: tuple[re.Pattern[str], ...]
    change: re.Pattern[str]
    mention: re.Pattern[str]
    bare: re.Pattern[str]
    fields: dict[str, Field]


def labelled(text: str, language: str) -> Labelled:
    """What ``text`` (cleaned) says with a label."""
    patterns = _patterns(language)
    reopen: list[Field] = []
    for pattern in patterns.wrong:
        for found in pattern.finditer(text):
            reopen.append(_field(patterns, found))
        text = pattern.sub(" ", text)
    values: dict[Field, str] = {}
    matches = _labels(text, patterns)
    rest = text[: matches[0].start()] if matches else text
    for number, found in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        name = _field(patterns, found)
        value, left = _cut(text[found.end() : end], name, words(language))
        if plain(value):
            values[name] = value
        rest += " " + left
    for found in patterns.change.finditer(rest):
        name = _field(patterns, found)
        if name not in values:
            reopen.append(name)
    rest = patterns.change.sub(" ", rest)
    return Labelled(values, tuple(dict.fromkeys(name for name in reopen if name not in values)), rest.strip(" ,;"))


def _labels(text: str, patterns: _Patterns) -> list[re.Match[str]]:
    """Every label that a value follows. One without colon or verb may be a name ("Company Partners") if it is alone."""
    clear = list(patterns.value.finditer(text))
    bare = [label for label in patterns.bare.finditer(text) if not any(_overlap(label, other) for other in clear)]
    if not clear and len(bare) == 1 and bare[0]["label"][0].isupper():
        return []
    return sorted([*clear, *bare], key=re.Match.start)


def _overlap(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start() < other.end() and other.start() < one.end()


def removed(text: str, language: str) -> Field | None:
    """The field of "remove the phone number"; None where ``text`` says anything more."""
    name, heard = mentioned(text, language), words(language)
    left = set(_patterns(language).mention.sub(" ", plain(text)).split())
    removing = left & {*heard["remove"]}
    return name if removing and left <= {*heard["remove"], *heard["polite"], *heard["determiners"]} else None


def mentioned(text: str, language: str) -> Field | None:
    """The first field whose label stands in ``text``."""
    patterns = _patterns(language)
    found = patterns.mention.search(text)
    return _field(patterns, found) if found else None


def _cut(text: str, name: Field, heard: Words) -> tuple[str, str]:
    """The value at the start of ``text``, and what is left. Only a subject may hold commas, or "and we are in …"."""
    joints = _any(heard["joints"])
    next_ = starting(phrase for key in ("name_intros", "country_intros") for phrase in heard[key] if " " in phrase)
    ends = rf"[\n;,]| - |(?<=[a-zß-öø-ÿœ)])[.!?](?:\s|$)|\s(?:{joints})\s+(?=(?i:{next_}))"
    end = re.search(r"[\n;]" if name is Field.SUBJECT else ends, text)
    value, left = (text[: end.start()], text[end.end() :]) if end else (text, "")
    return re.sub(rf"\s+(?:{joints})\s*$", "", value, flags=re.IGNORECASE).strip(" :=,"), left


def _field(patterns: _Patterns, found: re.Match[str]) -> Field:
    return patterns.fields[found["label"].lower()]


@cache
def _patterns(language: str) -> _Patterns:
    heard = words(language)
    fields = {label: Field(name) for name, labels in heard.labels.items() for label in labels}
    label = f"(?P<label>{_any(sorted(fields, key=len, reverse=True))})"
    determiner = f"(?:{starting(heard['determiners'])})?"
    verbs = _any(heard["is"])
    change, wrong = _any(heard["change"]), _any(heard["wrong"])

    def make(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    return _Patterns(
        value=make(rf"(?:\b(?:{change}) )?(?<![\w@.]){determiner}{label}\b(?:\s*[:=]\s*|\s*(?:{verbs})\s*:?\s+)"),
        wrong=(
            make(rf"(?<![\w@.]){determiner}{label}\b\s*(?:{verbs})?\s+(?:{wrong})\b[.!]?"),
            make(rf"\b(?:{wrong}) {label}\b[.!]?"),
        ),
        change=make(rf"\b(?:{change}) {determiner}{label}\b[.!]?"),
        mention=make(rf"(?<![\w@.]){label}\b"),
        # A value looks like one: a capital, an address, a number; a subject only after other parts.
        bare=make(
            rf"(?:^|(?<=[,;:\n])|(?<=[,;:] )|\b(?:{_any(heard['joints'])}) ){determiner}"
            rf"(?P<label>{_any(heard['bare'])})\s+"
            rf"(?=[^\s,;]+@|\+?\(?\d|(?-i:[A-ZÀ-ÖØ-Þ]))"
        ),
        fields=fields,
    )


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in phrases)
