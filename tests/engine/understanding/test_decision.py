"""Three zones: answer, ask back with at most three choices, say that it is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.understanding.decision import AREAS, CLARIFY, UNKNOWN, Thresholds, area, decide
from tests.engine.understanding.samples import reading

T = Thresholds()
TOPICS = ("clinical-trials/fees", "clinical-trials/how-to-submit", "incubators/overview", "ecosystem/why-brussels")
FEES, SUBMIT, OVERVIEW, WHY = TOPICS


def test_a_sure_topic_is_answered() -> None:
    decision = decide(reading((FEES, T.beside), (SUBMIT, 0.05)), T)
    assert (decision.intent, decision.choices, decision.facts) == (FEES, (), ())
    assert decision.confidence == T.beside


def test_beside_an_answer_that_is_not_beyond_doubt_stand_the_topics_that_may_be_meant_instead() -> None:
    ranking = ((FEES, 0.7), ("greet", 0.1), (SUBMIT, 0.09), (OVERVIEW, 0.05), (WHY, 0.04))
    decision = decide(reading(*ranking), T)
    assert (decision.intent, decision.choices) == (FEES, (SUBMIT, OVERVIEW))
    assert decide(reading(("greet", 0.7), (SUBMIT, 0.2)), T).choices == ()


def test_a_sure_topic_with_nothing_near_is_not_answered() -> None:
    """The second opinion."""
    assert decide(reading((FEES, 0.99), near=T.near - 0.01), T).intent == UNKNOWN
    assert decide(reading((FEES, 0.99), near=T.near), T).intent == FEES


def test_two_likely_topics_are_offered() -> None:
    decision = decide(reading((FEES, 0.3), (SUBMIT, 0.25), ("greet", 0.01)), T)
    assert (decision.intent, decision.choices) == (CLARIFY, (FEES, SUBMIT))


def test_at_most_three_are_offered_the_likeliest_first() -> None:
    decision = decide(reading(*((topic, 0.3 - number / 100) for number, topic in enumerate(TOPICS))), T)
    assert (decision.intent, decision.choices) == (CLARIFY, TOPICS[:3])


def test_only_topics_are_offered() -> None:
    decision = decide(reading((FEES, 0.3), ("greet", 0.2), ("uncovered/x", 0.2), (SUBMIT, 0.1)), T)
    assert (decision.intent, decision.choices) == (CLARIFY, (FEES, SUBMIT))


def test_nothing_likely_is_unknown() -> None:
    decision = decide(reading((FEES, T.offer * 0.5), (SUBMIT, T.offer * 0.4), ("greet", T.other * 0.5)), T)
    assert decision.intent == UNKNOWN


def test_nothing_near_is_unknown_however_likely_topics_are() -> None:
    assert decide(reading((FEES, 0.4), (SUBMIT, 0.3), near=0.01), T).intent == UNKNOWN


@pytest.mark.parametrize(
    "intent", ["uncovered/ct-cost-per-patient", "greet", "out_of_scope", "patient", "directory_list"]
)
def test_other_intents_that_are_sure_are_followed(intent: str) -> None:
    assert decide(reading((intent, 0.8), (FEES, 0.1)), T).intent == intent
    assert decide(reading((intent, 0.8), near=0.01), T).intent == intent


def test_an_intent_that_is_less_sure_is_followed_where_no_topic_is_likely() -> None:
    assert decide(reading(("goodbye", 0.3), ("thanks", 0.3), near=0.01), T).intent == "goodbye"
    assert decide(reading(("goodbye", 0.1), ("thanks", 0.1), near=0.01), T).intent == UNKNOWN


def test_the_fact_that_was_asked_for_is_said_first() -> None:
    facts = (("other", OVERVIEW, 0.9), ("a", FEES, T.fact + T.fact_lead), ("b", FEES, T.fact))
    decision = decide(reading((FEES, 0.9), facts=facts), T)
    assert (decision.facts, decision.alone) == (("a",), False)


def test_of_two_facts_that_fit_a_little_and_alike_none_is_said_first() -> None:
    facts = (("a", FEES, T.fact + T.fact_lead / 2), ("b", FEES, T.fact))
    assert decide(reading((FEES, 0.9), facts=facts), T).facts == ()


def test_a_fact_that_fits_well_is_said_alone_or_with_one_that_fits_as_well() -> None:
    facts = (("a", FEES, 0.8), ("b", FEES, 0.78), ("c", FEES, 0.77))
    decision = decide(reading((FEES, 0.9), facts=facts), T)
    assert (decision.facts, decision.alone) == (("a", "b"), True)
    decision = decide(reading((FEES, 0.9), facts=(("a", FEES, 0.8), ("b", FEES, 0.6))), T)
    assert (decision.facts, decision.alone) == (("a",), True)


def test_a_fact_that_fits_badly_is_not_said_first() -> None:
    assert decide(reading((FEES, 0.9), facts=(("a", FEES, T.fact - 0.01),)), T).facts == ()


def test_areas() -> None:
    assert area(FEES) == "clinical-trials" and area("uncovered/x") is None and area("greet") is None
    assert len(AREAS) == 7


NAMES = st.sampled_from([*TOPICS, "uncovered/x", "greet", "out_of_scope", "directory_list"])
RANKINGS = st.dictionaries(NAMES, st.floats(0, 1), min_size=1).map(
    lambda values: sorted(((k, v / max(sum(values.values()), 1)) for k, v in values.items()), key=lambda e: -e[1])
)


@given(RANKINGS, st.floats(0, 1))
def test_whatever_was_read_the_decision_is_one_of_the_zones(ranking: list[tuple[str, float]], near: float) -> None:
    decision = decide(reading(*ranking, near=near), T)
    names = {name for name, _ in ranking}
    assert decision.intent in names | {CLARIFY, UNKNOWN}
    assert len(decision.choices) <= 3 and len(set(decision.choices)) == len(decision.choices)
    assert all(area(choice) is not None and choice in names for choice in decision.choices)
    if decision.intent == CLARIFY:
        assert decision.choices
    if area(decision.intent) is not None:
        assert near >= T.near and dict(ranking)[decision.intent] == max(value for _, value in ranking)
