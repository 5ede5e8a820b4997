"""What a decision is worth, and how two models compare."""

from __future__ import annotations

import math

import pytest

from corpus.outcomes import OFFERED, OFFERED_WRONG, RIGHT, UNANSWERED, WRONG, as_known, cost, outcome, reached, share
from corpus.trial import Judged, changed, compared, described, examine, losses, shares
from corpus.validation import Question
from engine.understanding.decision import CLARIFY, OUT_OF_SCOPE, UNKNOWN, Decision
from tests.corpus.learning.house import FEES, OFFICES, TIMELINES


def asked(*right: str, text: str = "…", language: str = "en") -> Question:
    return Question(text, right, None, language, "made-up")


def answers(intent: str, *choices: str) -> Decision:
    return Decision(intent, 0.5, choices)


KNOWN, FOREIGN, GAP = asked(FEES, OFFICES), asked("out_of_scope"), asked("uncovered/thing")


@pytest.mark.parametrize(
    ("decided", "expected", "costs"),
    [
        (answers(FEES), RIGHT, 0.0),
        (answers(OFFICES), RIGHT, 0.0),
        (answers(CLARIFY, TIMELINES, OFFICES), OFFERED, 0.2),
        (answers(CLARIFY, TIMELINES), OFFERED_WRONG, 0.7),
        (answers(TIMELINES), WRONG, 1.0),
        (answers(TIMELINES, OFFICES), WRONG, 0.6),
        (answers("directory_place", OFFICES), WRONG, 0.6),
        (Decision("directory_place", 0.9, (OFFICES,), ("a-fact",)), RIGHT, 0.0),
        (answers("greet"), WRONG, 1.0),
        (answers("directory_list"), WRONG, 1.0),
        (answers(UNKNOWN), UNANSWERED, 0.5),
        (answers(OUT_OF_SCOPE), UNANSWERED, 0.5),
        (answers("uncovered/thing"), UNANSWERED, 0.5),
    ],
)
def test_questions_with_an_answer(decided: Decision, expected: str, costs: float) -> None:
    assert (outcome(KNOWN, decided), cost(KNOWN, decided)) == (expected, costs)


def test_a_right_topic_is_reached_when_it_is_answered_or_among_the_choices() -> None:
    for decided in (answers(FEES), answers(CLARIFY, TIMELINES, OFFICES), answers(TIMELINES, OFFICES)):
        assert reached(KNOWN, decided)
    for decided in (answers(TIMELINES), answers(CLARIFY, TIMELINES), answers(UNKNOWN, OFFICES)):
        assert not reached(KNOWN, decided)


@pytest.mark.parametrize(
    ("decided", "of_foreign", "of_gap", "known"),
    [
        (answers(FEES), 0.5, 0.3, True),
        (answers("directory_place"), 0.5, 0.3, True),
        (answers(CLARIFY, FEES), 0.2, 0.2, False),
        (answers(UNKNOWN), 0.0, 0.0, False),
        (answers("uncovered/thing"), 0.0, 0.0, False),
        (answers("uncovered/other"), 0.0, 0.0, False),
    ],
)
def test_questions_without_one(decided: Decision, of_foreign: float, of_gap: float, known: bool) -> None:
    assert (cost(FOREIGN, decided), cost(GAP, decided)) == (of_foreign, of_gap)
    assert as_known(decided) is known


def test_share() -> None:
    assert share([True, False, True, True]) == 0.75
    assert math.isnan(share([]))


def judged(*pairs: tuple[Question, Decision]) -> list[Judged]:
    return [Judged(question, decided) for question, decided in pairs]


def test_shares() -> None:
    found = shares(
        judged(
            (KNOWN, answers(FEES)),
            (KNOWN, answers(CLARIFY, FEES)),
            (KNOWN, answers(TIMELINES)),
            (KNOWN, answers(UNKNOWN)),
            (FOREIGN, answers(FEES)),
            (GAP, answers(UNKNOWN)),
            (asked("patient"), answers(TIMELINES)),
        )
    )
    assert found == {"right at once": 0.25, "right or offered": 0.5, "wrong": 0.25, "unknown kept": 0.5}


def test_a_language_without_questions_has_no_shares_and_no_losses() -> None:
    assert all(math.isnan(value) for value in shares([]).values())
    assert list(losses("nl", [], [])) == []
    assert compared("nl", [], []).startswith("nl (0 questions): right at once – → –")


def of_many(right: int, honest: int, of: int = 1000) -> list[Judged]:
    known = [(KNOWN, answers(FEES if number < right else TIMELINES)) for number in range(of)]
    return judged(*known, *((FOREIGN, answers(UNKNOWN if number < honest else FEES)) for number in range(of)))


@pytest.mark.parametrize(
    ("right", "honest", "expected"),
    [
        (900, 900, []),
        (895, 895, []),
        (1000, 895, []),
        (894, 900, ["fr: right at once falls by 0.6 points"]),
        (1000, 894, ["fr: unknown kept falls by 0.6 points"]),
        (890, 880, ["fr: right at once falls by 1.0 points", "fr: unknown kept falls by 2.0 points"]),
    ],
)
def test_half_a_point_is_allowed(right: int, honest: int, expected: list[str]) -> None:
    assert list(losses("fr", of_many(900, 900), of_many(right, honest))) == expected


def test_what_changed_is_what_costs_more_or_less() -> None:
    before = [answers(FEES), answers(UNKNOWN), answers(TIMELINES), answers(FEES)]
    after = [answers(OFFICES), answers(FEES), answers("greet"), answers(UNKNOWN)]
    questions = [asked(FEES, OFFICES, text=text) for text in ("same", "better", "as wrong", "worse")]
    found = changed(judged(*zip(questions, before, strict=True)), judged(*zip(questions, after, strict=True)))
    assert [(each.question.text, each.better) for each in found] == [("worse", False), ("better", True)]
    assert (found[0].before, found[0].after) == (before[3], after[3])


def test_questions_are_asked_in_their_language() -> None:
    heard: list[tuple[str, str]] = []

    def decide(text: str, language: str) -> Decision:
        heard.append((text, language))
        return answers(text)

    found = examine(decide, [asked(FEES, text="a", language="nl"), asked(FEES, text="b")])
    assert heard == [("a", "nl"), ("b", "en")]
    assert [each.decided.intent for each in found] == ["a", "b"]


def test_words_for_decisions() -> None:
    assert described(answers(FEES)) == FEES
    assert described(answers(UNKNOWN)) == "no answer"
    assert described(answers(CLARIFY, FEES, OFFICES)) == f"offers {FEES}, {OFFICES}"
