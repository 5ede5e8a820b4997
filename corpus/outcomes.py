"""What a decision on a validation question is worth."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.validation import Question
from engine.understanding.decision import CLARIFY, OUT_OF_SCOPE, UNKNOWN, Decision, area

RIGHT, OFFERED, OFFERED_WRONG, WRONG, UNANSWERED = "right", "offered", "offered, none right", "wrong", "not answered"
OUTCOMES = (RIGHT, OFFERED, OFFERED_WRONG, WRONG, UNANSWERED)
COST = {RIGHT: 0.0, OFFERED: 0.2, OFFERED_WRONG: 0.7, WRONG: 1.0, UNANSWERED: 0.5}
BESIDE = 0.6
"""What a wrong answer costs that offers the right topic beside it."""
ANSWERED_AS_KNOWN = {"out_of_scope": 0.5, "uncovered": 0.3}
"""Kinds of questions that cannot be answered, and what it costs to answer them as if known."""
_HONEST = (UNKNOWN, OUT_OF_SCOPE)


def outcome(question: Question, decided: Decision) -> str:
    """Which of the five outcomes ``decided`` is for a question that can be answered."""
    if decided.intent in question.right or _says_fact_of(question, decided):
        return RIGHT
    if decided.intent == CLARIFY:
        return OFFERED if _among_choices(question, decided) else OFFERED_WRONG
    return UNANSWERED if decided.intent in _HONEST or decided.intent.startswith("uncovered/") else WRONG


def reached(question: Question, decided: Decision) -> bool:
    """Whether a right topic is answered, or among at most three to choose from: asked back, or beside an answer."""
    found = outcome(question, decided)
    return found in (RIGHT, OFFERED) or (found == WRONG and _among_choices(question, decided))


def as_known(decided: Decision) -> bool:
    """Whether ``decided`` answers as if the answer were known: with a topic, or with places."""
    return area(decided.intent) is not None or decided.intent.startswith("directory_")


def _says_fact_of(question: Question, decided: Decision) -> bool:
    """Whether a place is shown together with a fact of a right topic."""
    return decided.intent == "directory_place" and bool(decided.facts) and _among_choices(question, decided)


def _among_choices(question: Question, decided: Decision) -> bool:
    return bool(set(decided.choices) & set(question.right))


def cost(question: Question, decided: Decision) -> float:
    """What ``decided`` costs, 0 to 1."""
    if question.kind in ANSWERED_AS_KNOWN:
        if as_known(decided):
            return ANSWERED_AS_KNOWN[question.kind]
        return COST[OFFERED] if decided.intent == CLARIFY else 0.0
    found = outcome(question, decided)
    return BESIDE if found == WRONG and _among_choices(question, decided) else COST[found]


def share(flags: Iterable[bool]) -> float:
    """The share that is true; not a number where there are none."""
    found = list(flags)
    return sum(found) / len(found) if found else float("nan")
