"""Thresholds are chosen by their cost, and tested on questions they were not chosen on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench import thresholds
from engine.understanding.decision import Thresholds
from tests.bench.builders import FEES, OFFICES, answer, question, run

ASKED = [question("what are the fees", FEES), question("who won the match", "out_of_scope")]
ANSWERS = [answer((FEES, 0.6), (OFFICES, 0.3)), answer((FEES, 0.55), ("out_of_scope", 0.4))]


def test_costs_of_candidates() -> None:
    low, high = Thresholds(answer=0.5), Thresholds(answer=0.58, offer=0.3)
    refuses = Thresholds(answer=0.99, offer=0.95)
    found = thresholds.costs(run(*ANSWERS), ASKED, ANSWERS, [low, high, refuses])
    # Right and answered as known; right and offered; refused, and out of scope followed for what it is.
    assert found.tolist() == [[0.0, 0.5], [0.0, 0.2], [0.5, 0.0]]


def test_the_grid_keeps_what_it_does_not_search_and_never_offers_less_readily_than_it_answers() -> None:
    present = Thresholds(fact=0.77, other=0.66)
    found = list(thresholds.grid(present))
    assert len(set(found)) == len(found) > 500
    assert all(each.offer <= each.answer and each.fact == 0.77 and each.other == 0.66 for each in found)
    assert {each.answer for each in found} == set(thresholds.GRID["answer"])


def test_what_is_chosen_on_one_half_is_tested_on_the_other() -> None:
    # Candidate 1 is best on the questions of even number, candidate 2 on the others; 0 is in between everywhere.
    even = np.arange(40) % 2 == 0
    each = np.stack([np.full(40, 0.4), np.where(even, 0.0, 1.0), np.where(even, 1.0, 0.0)])
    rows = thresholds.cross_fitted(each, present=0)
    assert len(rows) == 2 * thresholds.SPLITS
    for chosen, here, least, present in rows:
        assert least <= here and present == pytest.approx(0.4)
        assert chosen in (0, 1, 2)
    # A half with more even questions chooses 1, which costs the more on the other half.
    assert any(chosen != 0 and here > 0.4 for chosen, here, _, _ in rows)


def test_every_question_is_tested_once_a_split() -> None:
    each = np.arange(40.0)[None]
    tested = [present for _, _, _, present in thresholds.cross_fitted(each, present=0)]
    assert [one + other for one, other in zip(tested[::2], tested[1::2], strict=True)] == [2 * each.mean()] * 5


def test_a_candidate_that_is_better_everywhere_is_always_chosen() -> None:
    each = np.stack([np.full(30, 0.5), np.full(30, 0.1), np.full(30, 0.9)])
    assert {row[0] for row in thresholds.cross_fitted(each, present=0)} == {1}
    assert all(row[1:] == pytest.approx((0.1, 0.1, 0.5)) for row in thresholds.cross_fitted(each, present=0))


def test_the_report_shows_the_present_thresholds_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "GRID", {"answer": (0.5, 0.58), "offer": (0.3,), "near": (0.0,), "choice": (0.01,)})
    chosen = Thresholds(answer=0.51, offer=0.31, near=0.01, choice=0.02)
    monkeypatch.setattr("engine.understanding.decision.OF_LANGUAGE", {"nl": chosen})
    asked = [replace(each, text=f"{each.text} {number}", language="nl") for number in range(5) for each in ASKED]
    found = thresholds.report(run(*ANSWERS * 5, asked=asked, language="nl"), "nl", asked)
    cells = [[cell.strip() for cell in line.split("|")] for line in found.splitlines()]
    present = next(row for row in cells if row[1:2] == ["present"])
    assert present[2:] == ["0.51", "0.31", "0.01", "0.02", "0.2500", "100.0", "100.0", "0.0", "0.0", ""]
    best = next(row for row in cells if row[1:2] == ["best 1"])
    assert best[2:7] == ["0.58", "0.3", "0", "0.01", "0.1000"]
    assert "2 combinations, 10 questions" in found
