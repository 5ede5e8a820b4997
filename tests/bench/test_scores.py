"""The scores are what they are called; each expectation is worked out by hand."""

from __future__ import annotations

import math

import pytest

from bench import scores
from bench.runs import Answer
from engine.understanding.decision import CLARIFY, UNKNOWN, Decision, Thresholds
from tests.bench.builders import FEES, OFFICES, TIMELINES, answer, question, run

SURE = answer((FEES, 0.9), (TIMELINES, 0.05))


def test_ours_decides_by_thresholds() -> None:
    asked = question("what are the fees", FEES)
    assert scores.decision(run(SURE), asked, SURE, Thresholds()).intent == FEES
    assert scores.decision(run(SURE), asked, SURE, Thresholds(answer=0.95, offer=0.1)).intent == CLARIFY
    assert scores.decision(run(SURE), asked, answer((FEES, 0.9), near=0.0), Thresholds()).intent == UNKNOWN


def test_ours_sends_an_attribute_of_a_named_place_to_the_directory() -> None:
    asked = question("how big is eebic?", OFFICES)
    place = answer((OFFICES, 0.9), labels=["place"])
    assert scores.decision(run(place), asked, place, Thresholds()).intent == "directory_place"
    assert scores.decision(run(place), asked, answer((OFFICES, 0.9)), Thresholds()).intent == OFFICES


def test_stock_decides_by_its_own_fall_back_and_not_by_our_thresholds() -> None:
    asked, stock = question("what are the fees", FEES), run(SURE, own=False)
    assert scores.decision(stock, asked, SURE, Thresholds(answer=0.95)).intent == FEES
    assert scores.decision(stock, asked, Answer(SURE.ranking, unsure=True), Thresholds()).intent == UNKNOWN


def test_the_confidence_of_a_topic_is_not_that_of_the_best_intent() -> None:
    found = answer(("out_of_scope", 0.7), ("uncovered/x", 0.15), (FEES, 0.1))
    assert scores.topic_confidence(found) == 0.1
    assert scores.top_confidence(found) == 0.7
    assert scores.topic_confidence(answer(("greet", 1.0))) == 0.0


def test_unlike_is_less_than_six_words_in_ten_in_common() -> None:
    trained = ["one two three four five six"]
    assert scores.unlike(["one two three four five six seven eight nine ten"], trained) == frozenset()
    alone = "one two three four five seven eight nine ten"
    assert scores.unlike([alone, "Six five four three two ONE"], trained) == {alone}


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    known = [answer((FEES, value)) for value in (0.9, 0.4)]
    unknown = [answer((FEES, value)) for value in (0.5, 0.1)]
    assert scores.auroc(known, unknown, scores.topic_confidence) == 0.75
    assert math.isnan(scores.auroc(known, [], scores.topic_confidence))


def test_macro_f1_weighs_every_intent_alike() -> None:
    pairs = [(question("a", FEES), answer((FEES, 1.0)))] * 3 + [(question("b", OFFICES), answer((FEES, 1.0)))]
    # Fees: precision 3/4, recall 1; offices: never found.
    assert scores.macro_f1(pairs) == pytest.approx((2 * 0.75 / 1.75 + 0) / 2)
    assert math.isnan(scores.macro_f1([]))


def test_macro_f1_counts_a_second_right_intent_as_right() -> None:
    assert scores.macro_f1([(question("a", FEES, OFFICES), answer((OFFICES, 1.0)))]) == 1.0


def test_confusions_are_the_frequent_ones_with_the_most_confident_example() -> None:
    asked = [question(text, FEES) for text in ("one", "two", "three")] + [question("four", OFFICES)]
    given = [
        Decision(TIMELINES, 0.5),
        Decision(TIMELINES, 0.9),
        Decision(OFFICES, 0.99),
        Decision(UNKNOWN, 0.9),
    ]
    found = scores.confusions(list(zip(asked, given, strict=True)))
    assert found == [(FEES, TIMELINES, 2, "two"), (FEES, OFFICES, 1, "three")]
    assert len(scores.confusions(list(zip(asked, given, strict=True)), count=1)) == 1


def of_all(right: float, rest: int = 119) -> Answer:
    """The right intent and ``rest`` others that share what is left."""
    return answer((FEES, right), *((f"x/{number}", (1 - right) / rest) for number in range(rest)))


def test_too_little_confidence_asks_for_a_lower_temperature_and_too_much_for_a_higher_one() -> None:
    humble = [(question("a", FEES), of_all(0.6))] * 10
    fitted = scores.calibration(humble)
    assert fitted is not None and fitted.factor < 0.5 and fitted.best_loss < fitted.loss
    assert fitted.loss == pytest.approx(-math.log(0.6))
    proud = [(question("a", FEES), of_all(0.99))] * 6 + [(question("b", OFFICES, "x/0"), of_all(0.99))] * 4
    fitted = scores.calibration(proud)
    assert fitted is not None and fitted.factor > 1.3 and fitted.best_loss < fitted.loss


def test_rankings_that_are_cut_off_are_not_calibrated() -> None:
    assert scores.calibration([(question("a", FEES), SURE)]) is None
    assert scores.calibration([(question("a", FEES), of_all(0.6)), (question("b", FEES), of_all(0.6, 200))]) is None


def test_reliability_sorts_by_confidence() -> None:
    pairs = [
        (question("a", FEES), answer((FEES, 0.91))),
        (question("b", OFFICES), answer((FEES, 0.95))),
        (question("c", FEES), answer((FEES, 0.05))),
        (question("d", FEES), answer((FEES, 1.0))),
    ]
    low, high = scores.reliability(pairs)
    assert low == (0.0, 0.1, 1, 0.05, 1.0)
    assert high[:3] == (0.9, 1.0, 3) and high[3:] == pytest.approx((0.9533, 2 / 3), abs=1e-3)


def test_rejection_leaves_out_the_least_confident() -> None:
    known = [(question("a", FEES), answer((FEES, 0.8))), (question("b", OFFICES), answer((FEES, 0.2)))]
    unknown = [answer((FEES, 0.3)), answer((FEES, 0.5))]
    every, half = scores.rejection(known, unknown, (0.0, 0.5))
    assert every == (0.0, 0.0, 0.5, 0.0)
    assert half == (0.5, 0.5, 1.0, 0.5)
    assert math.isnan(scores.rejection(known, [], (0.5,))[0][3])
