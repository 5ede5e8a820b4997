"""A model on the validation questions, and what is different with another one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.outcomes import ANSWERED_AS_KNOWN, RIGHT, WRONG, as_known, cost, outcome, reached, share
from corpus.validation import Question
from engine.understanding.decision import CLARIFY, UNKNOWN, Decision

ALLOWED = 0.005
"""Share of questions that a change may cost."""
NAMES = ("right at once", "right or offered", "wrong", "unknown kept")
GUARDED = ("right at once", "unknown kept")
"""What no language may lose by more than ALLOWED."""

Decide = Callable[[str, str], Decision]
"""The decision on a text in a language."""


@dataclass(frozen=True)
class Judged:
    """A question and what was done about it."""

    question: Question
    decided: Decision


@dataclass(frozen=True)
class Changed:
    """A question that was decided in a better or worse way before."""

    question: Question
    before: Decision
    after: Decision

    @property
    def better(self) -> bool:
        """Whether it costs less now."""
        return cost(self.question, self.after) < cost(self.question, self.before)


def examine(decide: Decide, questions: Iterable[Question]) -> list[Judged]:
    """What ``decide`` makes of the questions."""
    return [Judged(question, decide(question.text, question.language)) for question in questions]


def shares(judged: Sequence[Judged]) -> dict[str, float]:
    """The shares called NAMES, in 0 … 1; not a number where there is no such question.

    The first three are of the questions with an answer in the knowledge, ``unknown kept`` is of those without one:
    not answered as if known.
    """
    outcomes = [outcome(each.question, each.decided) for each in judged if each.question.kind == "topic"]
    unknown = [not as_known(each.decided) for each in judged if each.question.kind in ANSWERED_AS_KNOWN]
    right, wrong = share(found == RIGHT for found in outcomes), share(found == WRONG for found in outcomes)
    either = share(reached(each.question, each.decided) for each in judged if each.question.kind == "topic")
    return dict(zip(NAMES, (right, either, wrong, share(unknown)), strict=True))


def changed(before: Sequence[Judged], after: Sequence[Judged]) -> list[Changed]:
    """The questions whose cost differs, those that got worse first."""
    found = [
        Changed(old.question, old.decided, new.decided)
        for old, new in zip(before, after, strict=True)
        if cost(old.question, old.decided) != cost(new.question, new.decided)
    ]
    return sorted(found, key=lambda each: each.better)


def losses(language: str, before: Sequence[Judged], after: Sequence[Judged]) -> Iterator[str]:
    """What the change costs more than ALLOWED of in ``language``, a line each."""
    old, new = shares(before), shares(after)
    for name in GUARDED:
        # Shares are sums of equal parts, which differ in their last digits.
        if old[name] - new[name] > ALLOWED + 1e-9:
            yield f"{language}: {name} falls by {100 * (old[name] - new[name]):.1f} points"


def compared(language: str, before: Sequence[Judged], after: Sequence[Judged]) -> str:
    """One language's shares before and after, in percent, as a line of text."""
    old, new = shares(before), shares(after)
    parts = (f"{name} {percent(old[name])} → {percent(new[name])}" for name in NAMES)
    return f"{language} ({len(after)} questions): {', '.join(parts)}"


def percent(value: float) -> str:
    """``value`` in percent; a dash for not a number."""
    return "–" if value != value else f"{100 * value:.1f}"


def described(decided: Decision) -> str:
    """What is done, in words."""
    if decided.intent == CLARIFY:
        return f"offers {', '.join(decided.choices)}"
    return "no answer" if decided.intent == UNKNOWN else decided.intent
