"""From what a person says or presses about cookies to an act. In doubt nothing is granted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from actions.contact.clean import clean
from actions.conversation import Message
from records.choices import ACCEPT_ALL, REFUSE_ALL, Act, withdraw
from records.notice import OPTIONAL

FOLDER = Path(__file__).parent / "words"
TAKING = ("consent_refuse", "consent_withdraw")
FAIR = 0.5
"""A sentence the classifier is less sure of grants nothing."""


@dataclass(frozen=True)
class _Words:
    purposes: Mapping[str, str]
    necessary: re.Pattern[str]
    only: re.Pattern[str]
    excepting: re.Pattern[str]
    polarity: Mapping[str, bool | None]
    token: re.Pattern[str]
    question: re.Pattern[str]
    hedge: re.Pattern[str]
    postponed: re.Pattern[str]
    harmless: re.Pattern[str]
    request: re.Pattern[str]
    withdrawal: re.Pattern[str]
    filler: re.Pattern[str]
    but: re.Pattern[str]


def parse(message: Message, language: str) -> Act | None:
    """The act of ``message`` (of a consent intent, or affirm), or None when it is not clearly a choice."""
    if message.pressed:
        return _pressed(message)
    text, heard = clean(message.text).lower(), _words(language)
    if _in_doubt(text, message.intent, heard) or is_misheard(message, language):
        return None
    act = _typed(text, message.intent, heard)
    if act and message.confidence < FAIR and any(act.grants(purpose) for purpose in OPTIONAL):
        return None
    return act


def is_misheard(message: Message, language: str) -> bool:
    """Whether a typed "withdrawal" has no word of consent in it, such as "go back"."""
    if message.pressed or message.intent != "consent_withdraw":
        return False
    text, heard = clean(message.text).lower(), _words(language)
    named = any(isinstance(sign, str) for sign in _signs(text, heard))
    return not (named or heard.withdrawal.search(text))


def is_bare_choice(message: Message, language: str) -> bool:
    """Whether a typed text is nothing but a choice: "only analytics cookies", which looks like a question for them."""
    text, heard = clean(message.text).lower(), _words(language)
    left = heard.filler.sub(" ", heard.token.sub(" ", heard.only.sub(" ", text)))
    named = any(isinstance(sign, str) for sign in _signs(text, heard))
    return not message.pressed and named and bool(heard.only.search(text)) and not left.strip(" ,.!")


def _in_doubt(text: str, intent: str, heard: _Words) -> bool:
    """Whether ``text`` asks or hedges: "should I accept?", "maybe later". "Could you refuse all?" asks for the act."""
    text = heard.harmless.sub(" ", text)
    if intent in TAKING:
        asked = heard.request.match(text)
        text = text[asked.end() :].rstrip(" ?") if asked else text
    elif heard.postponed.search(text):
        return True
    clauses = map(str.strip, re.split(r"[,;:.!?\n]|\s-\s", text))
    return text.rstrip().endswith("?") or bool(heard.hedge.search(text)) or any(map(heard.question.match, clauses))


def _pressed(message: Message) -> Act | None:
    if "choices" in message.entities:
        named = _known(message.entities["choices"].split(","))
        return Act(dict.fromkeys(named, True), rest=False)
    if "purpose" in message.entities:
        named = _known([message.entities["purpose"]])
        return Act(dict.fromkeys(named, message.intent not in TAKING)) if named else None
    return {"consent_accept": ACCEPT_ALL, "consent_refuse": REFUSE_ALL, "consent_withdraw": withdraw()}.get(
        message.intent
    )


def _known(names: Iterable[str]) -> list[str]:
    return [name.strip() for name in names if name.strip() in OPTIONAL]


def _typed(text: str, intent: str, heard: _Words) -> Act | None:
    if heard.excepting.search(text):
        return _except(text, intent, heard)
    signs = _signs(text, heard)
    named = [sign for sign in signs if isinstance(sign, str)]
    negative = False in signs
    if not named:
        if intent == "consent_withdraw":
            return withdraw()
        if intent == "consent_refuse" or heard.necessary.search(text):
            return REFUSE_ALL
        if negative:
            return None if intent == "affirm" else REFUSE_ALL  # "no problem" is no clear refusal
        return ACCEPT_ALL if intent == "consent_accept" or (intent == "affirm" and True in signs) else None
    if heard.only.search(text):
        return _only(text, intent, heard)
    each = _each(text, intent, heard)
    if intent == "consent_withdraw":
        # A withdrawal grants nothing: "I want out of the analytics", "withdraw functional, analytics may stay"
        taken = [name for name, sign in each.items() if not sign]
        return withdraw(*(taken or each)) if each else None
    return Act(each)


def _only(text: str, intent: str, heard: _Words) -> Act | None:
    """ "Only X", "withdraw only X", "no, only X"."""
    clauses = [clause for clause in re.split(r"[,;.\n]", text) if heard.only.search(clause)]
    signs = _signs(clauses[0], heard)
    named = [sign for clause in clauses for sign in _signs(clause, heard) if isinstance(sign, str)]
    if not named:
        return None
    if False in signs:
        # "withdraw only X" is clear, "not only X" is not
        return withdraw(*named) if intent in TAKING else None
    if intent in TAKING and True not in signs:
        earlier = False in _signs(text, heard)
        # "I refuse, only X": X stays as it is, everything else goes
        return Act({name: False for name in OPTIONAL if name not in named}) if earlier else withdraw(*named)
    return Act(dict.fromkeys(named, True), rest=False)


def _except(text: str, intent: str, heard: _Words) -> Act | None:
    """ "Everything except X", "refuse all but X"."""
    before, after = heard.excepting.split(text, maxsplit=1)
    named = [sign for sign in _signs(after, heard) if isinstance(sign, str)]
    first = _signs(before, heard)
    taking = intent in TAKING or False in first
    if heard.necessary.search(after):
        return REFUSE_ALL if taking else None
    if not named:
        return REFUSE_ALL if taking else None
    listed = [sign for sign in first if isinstance(sign, str)]
    if taking and intent == "consent_withdraw":
        # "withdraw everything except X": X stays as it is, which may be refused already
        return Act({name: False for name in OPTIONAL if name not in named})
    rest = None if listed else not taking
    return Act({**dict.fromkeys(listed, not taking), **dict.fromkeys(named, taking)}, rest=rest)


def _each(text: str, intent: str, heard: _Words) -> dict[str, bool]:
    """ "Functional yes, analytics no": each purpose with the nearest yes or no of its clause."""
    clauses = [_signs(clause, heard) for clause in re.split(r"[,;.\n]", heard.but.sub(";", text))]
    default = intent not in TAKING
    clear = [[sign for sign in clause if not isinstance(sign, str)] for clause in clauses]
    found: dict[str, bool | None] = {}
    for number, clause in enumerate(clauses):
        names = [sign for sign in clause if isinstance(sign, str)]
        if not names:
            continue
        own = clear[number]
        if not own:
            before = [sign for signs in clear[:number] for sign in signs][-1:]
            after = [sign for signs in clear[number + 1 :] for sign in signs][:1]
            found.update(dict.fromkeys(names, (before or after or [default])[0]))
        elif len(set(own)) == 1 or (False in own and len(own) > len(names)):
            found.update(dict.fromkeys(names, own[0] if len(set(own)) == 1 else False))
        else:
            found.update(_pairs(clause))
    return {name: sign for name, sign in found.items() if sign is not None}


def _pairs(clause: list[str | bool | None]) -> dict[str, bool | None]:
    """Names with their signs: before the names if the clause starts with a sign, else after them."""
    found: dict[str, bool | None] = {}
    order = clause if not isinstance(clause[0], str) else list(reversed(clause))
    sign: bool | None = False
    for item in order:
        if isinstance(item, str):
            found[item] = sign
        else:
            sign = item
    return found


def _signs(text: str, heard: _Words) -> list[str | bool | None]:
    """The purposes (by id) and the signs (True yes, False no, None keep) of ``text`` in their order."""
    found: list[str | bool | None] = []
    for match in heard.token.finditer(text):
        word = match[0]
        found.append(heard.purposes[word] if word in heard.purposes else heard.polarity[word])
    return found


@cache
def _words(language: str) -> _Words:
    data = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    purposes = {str(word): purpose for purpose, words in data["purposes"].items() for word in words}
    polarity: dict[str, bool | None] = {
        str(word): sign for name, sign in (("yes", True), ("no", False), ("keep", None)) for word in data[name]
    }
    openers, negative = _any(data["openers"]).pattern, _any([*data["no"], *data["takings"]]).pattern
    return _Words(
        purposes=purposes,
        necessary=_any(data["necessary"]),
        only=_any(data["only"]),
        excepting=_any(data["except"]),
        polarity=polarity,
        token=_any([*purposes, *polarity]),
        question=re.compile(rf"(?:{openers}\s+)*{_any(data['questions']).pattern}(?!(?<=\bdo) not\b)"),
        hedge=_any(data["hedges"]),
        postponed=_any(data["postponed"]),
        harmless=_any(data["harmless"]),
        request=re.compile(rf"(?:{openers}\s+)*{_any(data['requests']).pattern}\s+(?={negative})"),
        withdrawal=_any(data["withdrawals"]),
        filler=_any(data["fillers"]),
        but=_any(data["but"]),
    )


def _any(words: Iterable[object]) -> re.Pattern[str]:
    ordered = sorted(map(str, words), key=len, reverse=True)
    return re.compile(r"(?<![\w'])(?:" + "|".join(map(re.escape, ordered)) + r")(?![\w'])")
