"""Is this message an answer to the form, a yes or a no, or something else that Rasa's rules shall answer?"""

from __future__ import annotations

import re
from typing import Final

from actions.contact.clean import plain
from actions.contact.fields import FREE_TEXT, Field
from actions.contact.words import Words, words
from actions.conversation import Message

KNOWLEDGE: Final = frozenset(
    {"clinical-trials", "medical-devices", "incubators", "ecosystem", "regional-support", "setting-up", "employing",
     "ask_topic", "directory_list", "directory_place", "directory_compare"}
)  # fmt: skip
"""What the assistant can answer."""
UNKNOWN: Final = frozenset({"", "nlu_fallback", "out_of_scope", "uncovered", "clarify", "inform"})
"""Not recognised as anything: what an answer to the form usually looks like to the classifier."""
FIRM: Final = frozenset(
    {"contact_cancel", "human", "erase", "privacy", "restart", "consent_accept", "consent_refuse", "consent_choose",
     "consent_withdraw", "consent_status", "consent_more", "patient", "job_seeker", "complaint"}
)  # fmt: skip
"""Wishes that must not be taken for an answer: heard at a lower confidence."""
SURE, FAIR = 0.8, 0.5
SHORT = 8
"""Words of a message in which "stop" at an end leaves the form."""


def is_other(message: Message, text: str, field: Field, language: str) -> bool:
    """Whether a message in which nothing for the form was found is not an answer to ``field`` at all."""
    if message.pressed:
        return True
    heard = words(language)
    intent, confidence = message.intent, message.confidence
    if field is Field.SUBJECT and intent in UNKNOWN:
        return heard.matches("talk", plain(text))  # a question we have no answer to is a subject for the advisers
    if is_question(text, heard):
        return True
    if heard.matches("talk", plain(text)):
        return True
    if intent in UNKNOWN:
        return False
    if field not in FREE_TEXT:
        return confidence >= FAIR
    if intent in KNOWLEDGE:
        # Key words are a question too ("clinical trial fees"), except where a subject is asked for.
        return field is not Field.SUBJECT and confidence >= SURE and not _named(text)
    if intent in FIRM:
        return confidence >= FAIR and not (_named(text) and field is not Field.SUBJECT)
    return confidence >= SURE and not _named(text)


def is_question(text: str, heard: Words) -> bool:
    """Whether ``text`` asks for something: by its mark, its first word, or a request such as "tell me"."""
    lowered = plain(text)
    first = lowered.split(maxsplit=1)[:1]
    if text.rstrip().endswith("?") and len(lowered.split()) > 1:
        return True
    several = len(lowered.split()) > 2
    asks = several and first[0] in heard["question_starts"]
    return asks or any(lowered == start or lowered.startswith(start + " ") for start in heard["request_starts"])


def leaves(text: str, language: str) -> bool:
    """Whether a short ``text`` begins or ends with a wish to leave: "stop, I changed my mind", "no wait, stop"."""
    heard = words(language)
    clauses = [plain(clause) for clause in re.split(r"[,;.!\n]|\s-\s", text) if plain(clause)]
    if not clauses or len(text.split()) > SHORT or text.rstrip().endswith("?"):
        return False
    return any(
        _only(clause, heard, "leave", "fillers") and _has(clause, heard["leave"])
        for clause in (clauses[0], clauses[-1])
    )


def asks_about_data(message: Message, text: str, language: str) -> bool:
    """Whether ``text`` asks what happens with the details: "who sees it?"."""
    if message.intent in KNOWLEDGE and message.confidence >= SURE:
        return False
    return bool(_start(plain(text), words(language)["about_data"]))


def is_conditional(text: str, language: str) -> bool:
    """Whether ``text`` is half a yes: "I would agree if you delete it after"."""
    return _has(plain(text), words(language)["conditions"])


def says_only(text: str, language: str, name: str) -> bool:
    """Whether ``text`` is one of the phrases called ``name`` or several, with some politeness: "no phone, please"."""
    heard, lowered = words(language), _bare(text)
    if heard.matches(name, plain(text)):
        return True
    return bool(_start(lowered, heard[name])) and _only(lowered, heard, name, "polite")


def yes_or_no(message: Message, text: str, language: str) -> bool | None:
    """True for a yes, False for a no, None for neither. In doubt it is not a yes."""
    heard = words(language)
    lowered = _bare(text)
    if message.pressed:
        return {"affirm": True, "deny": False}.get(message.intent)
    if text.rstrip().endswith("?"):
        return None
    for name, answer in (("yes", True), ("no", False)):
        if heard.matches(name, lowered):
            return answer
    if message.intent in FIRM and message.confidence >= FAIR:
        return None  # "accept all" is about cookies, "no, stop" leaves the form
    denied, agreed = _start(lowered, heard["no"]), _start(lowered, heard["yes"])
    if denied and len(denied) >= len(agreed):
        return False  # "no, wait", and "I don't agree" although it ends in "agree"
    negated = bool(set(lowered.split()) & {*heard["negations"], *heard["wrong"]})
    if agreed and not negated and _only(lowered, heard, "yes", "polite"):
        return True
    if message.confidence >= FAIR and message.intent == "deny":
        return False
    if negated or is_question(text, heard):
        return None
    if _start(lowered, heard["clear_yes"]) and len(lowered.split()) <= 8:
        return True
    return True if message.confidence >= FAIR and message.intent == "affirm" else None


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[,.!;:]", " ", plain(text)).split())


def _only(text: str, heard: Words, *names: str) -> bool:
    """Whether ``text`` is nothing but phrases of these lists, such as ways to say yes and politeness."""
    while text:
        phrase = next(filter(None, (_start(text, heard[name]) for name in names)), "")
        if not phrase:
            return False
        text = text[len(phrase) :].strip()
    return True


def _has(text: str, phrases: tuple[str, ...]) -> bool:
    return any(f" {phrase} " in f" {text} " for phrase in phrases)


def _start(text: str, phrases: tuple[str, ...]) -> str:
    """The longest of ``phrases`` that ``text`` starts with; "" for none. One letter is no start."""
    return next((phrase for phrase in phrases if len(phrase) > 1 and f"{text} ".startswith(phrase + " ")), "")


def _named(text: str) -> bool:
    """Whether ``text`` is written like a name: few words, each with a capital or without letters."""
    parts = text.split()
    return 0 < len(parts) <= 5 and all(not part[0].isalpha() or part[0].isupper() for part in parts)
