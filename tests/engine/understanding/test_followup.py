"""Which sentences lean on what was said before, and what they then mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.understanding.followup import in_context, leans_on_context
from tests.engine.understanding.samples import reading

TIMES, FEES, SUBMIT = "clinical-trials/approval-timelines", "clinical-trials/fees", "clinical-trials/how-to-submit"
OVERVIEW = "incubators/overview"


@pytest.mark.parametrize(
    "text",
    [
        "and the fees?", "And for devices?", "what about phase III", "how about Flanders?", "how much is that",
        "how long does it take", "and in Wallonia?", "but who decides", "the fees?", "cost", "same for an SME?",
        "is there a deadline for those", "AND THE FEES",
    ],
)  # fmt: skip
def test_these_lean(text: str) -> None:
    assert leans_on_context(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "who approves clinical trials in Belgium",
        "and could you please tell me in detail what a company from Japan has to do first",
        "which incubators in Brussels have wet laboratories",
    ],
)  # fmt: skip
def test_these_do_not(text: str) -> None:
    assert not leans_on_context(text, "en")


def test_a_related_topic_wins_over_one_that_was_barely_likelier() -> None:
    before = reading((OVERVIEW, 0.4), (FEES, 0.3), ("greet", 0.1))
    after = in_context(before, TIMES, [FEES])
    assert [intent for intent, _ in after.ranking][:2] == [FEES, OVERVIEW]


def test_the_same_topic_and_area_gain_and_small_talk_loses() -> None:
    ranking = dict(in_context(reading(("smalltalk", 0.5), (TIMES, 0.2), (SUBMIT, 0.2)), TIMES, []).ranking)
    assert ranking["smalltalk"] < ranking[SUBMIT] == ranking[TIMES]


def test_the_directory_is_out_of_the_question() -> None:
    assert dict(in_context(reading(("directory_place", 0.9), (FEES, 0.1)), TIMES, []).ranking)["directory_place"] == 0


def test_facts_and_nearness_are_kept() -> None:
    before = reading((FEES, 0.5), near=0.3, facts=(("a", FEES, 0.4),))
    after = in_context(before, TIMES, [])
    assert (after.nearness, after.facts) == (before.nearness, before.facts)


NAMES = st.sampled_from([TIMES, FEES, SUBMIT, OVERVIEW, "uncovered/x", "greet", "out_of_scope", "directory_list"])


@given(st.dictionaries(NAMES, st.floats(0, 1), min_size=1))
def test_confidences_stay_ranked_and_add_up_to_one_at_most(values: dict[str, float]) -> None:
    after = [value for _, value in in_context(reading(*values.items()), TIMES, [FEES]).ranking]
    assert after == sorted(after, reverse=True)
    assert sum(after) <= 1 + 1e-9 and all(value >= 0 for value in after)
