"""A question on phase I is not answered with the fact on phase III."""

from __future__ import annotations

from engine.gazetteer import Names
from engine.replies.texts import known
from engine.understanding.names import SHARED, names_of_facts, weighed
from tests.engine.understanding.samples import reading

ONE, THREE, EMA = ("phase", "phase-1"), ("phase", "phase-3"), ("agency", "ema")
KNOWN = {"one": frozenset({ONE}), "three": frozenset({THREE}), "both": frozenset({ONE, THREE}), "none": frozenset()}
FACTS = (("three", "t", 0.5), ("none", "t", 0.47), ("one", "t", 0.46), ("both", "t", 0.44))


def order(*asked: tuple[str, str]) -> list[str]:
    found = weighed(reading(("t", 1.0), facts=FACTS), frozenset(asked), KNOWN)
    return [fact for fact, _, _ in found.facts]


def test_the_fact_with_the_same_phase_comes_first_and_the_one_with_another_last() -> None:
    assert order(ONE) == ["one", "both", "none", "three"]
    assert order(THREE) == ["three", "both", "none", "one"]


def test_without_a_name_and_with_a_name_of_another_kind_nothing_changes() -> None:
    assert order() == order(EMA) == ["three", "none", "one", "both"]


def test_the_similarity_moves_by_the_stated_amount() -> None:
    found = {fact: value for fact, _, value in weighed(reading(("t", 1.0), facts=FACTS), frozenset({ONE}), KNOWN).facts}
    assert found == {"one": 0.46 + SHARED, "both": 0.44 + SHARED, "none": 0.47, "three": 0.5 - SHARED}


def test_a_fact_that_is_not_known_and_a_reading_without_facts_are_left_alone() -> None:
    found = weighed(reading(("t", 1.0), facts=(("new", "t", 0.3),)), frozenset({ONE}), KNOWN)
    assert found.facts == (("new", "t", 0.3),)
    assert weighed(reading(("t", 1.0)), frozenset({ONE}), KNOWN).facts == ()


def test_the_names_of_our_facts_are_found() -> None:
    names = names_of_facts(known(), Names())
    assert set(names) == set(known().facts)
    phases = {fact: {value for label, value in found if label == "phase"} for fact, found in names.items()}
    assert "phase-1" in phases["ct-mononational-early-phase-20-days"]
    assert sum(1 for found in names.values() if found) > len(names) / 3
