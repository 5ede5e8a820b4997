"""What a decision on a validation question is worth."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.validation import Question
from engine.understanding.decision import CLARIFY, OUT_OF_SCOPE, UNKNOWN, Decision, area

RIGHT, OFFERED, OFFERED_WRONG, WRONG, UNANSWERED = "right", "offered", "offered, none right", "wrong", "not answered"
OUTCOMES = (RIGHT, OFFERED, OFFERED_WRONG, WRONG, UNANSWERED)
COST = {RIGHT: 0.0, OFFERED: 0.2, OFFERED_WRONG: 0.7, WRONG: 1.0, UNANSWERED: 0.5}
ANSWERED_AS_KNOWN = {"out_of_scope": 0.5, "uncovered": 0.3}
"""Kinds of questions that cannot be answered, and what it costs to answer them as if known."""
_HONEST = (UNKNOWN, OUT_OF_SCOPE)


def outcome(question: Question, decided: Decision) -> str:
    """Which of the five outcomes ``decided`` is for a question that can be answered."""
    if decided.intent in question.right:
        return RIGHT
    if decided.intent == CLARIFY:
        return OFFERED if set(decided.choices) & set(question.right) else OFFERED_WRONG
    return UNANSWERED if decided.intent in _HONEST or decided.intent.startswith("uncovered/") else WRONG


def as_known(decided: Decision) -> bool:
    """Whether ``decided`` answers as if the answer were known: with a topic, or with places."""
    return area(decided.intent) is not None or decided.intent.startswith("directory_")


def cost(question: Question, decided: Decision) -> float:
    """What ``decided`` costs, 0 to 1."""
    if question.kind in ANSWERED_AS_KNOWN:
        if as_known(decided):
            return ANSWERED_AS_KNOWN[question.kind]
        return COST[OFFERED] if decided.intent == CLARIFY else 0.0
    return COST[outcome(question, decided)]


def share(flags: Iterable[bool]) -> float:
    """The share that is true; not a number where there are none."""
    found = list(flags)
    return sum(found) / len(found) if found else float("nan")
