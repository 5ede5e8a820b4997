"""Questions, answers and runs made by hand."""

from __future__ import annotations

from collections.abc import Sequence

from bench.cost import Cost
from bench.runs import Answer, Run
from corpus.validation import Question

FEES, TIMELINES, OFFICES = "clinical-trials/fees", "clinical-trials/approval-timelines", "incubators/offices-and-cost"


def question(text: str, *right: str, fact: str | None = None, language: str = "en") -> Question:
    """A question for which ``right`` are right."""
    return Question(text, right, fact, language, "made-up")


def answer(*ranking: tuple[str, float], near: float = 0.5, labels: Sequence[str] = (), language: str = "en") -> Answer:
    """An answer with this ranking and no facts."""
    return Answer(tuple(ranking), False, near, (), tuple(labels), language)


def run(*answers: Answer, asked: Sequence[Question] = (), own: bool = True, language: str = "en") -> Run:
    """A run in one language, on the questions ``asked``."""
    texts = [question.text for question in asked] or [str(number) for number in range(len(answers))]
    found = {language: dict(zip(texts, answers, strict=True))}
    return Run("made up", Cost(3.0, 2.0, 100.0), 1.0, 50.0, {language: 4.0}, found, own)
