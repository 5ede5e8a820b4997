"""Chooses the decision thresholds by their cost on the validation questions; prints, and changes nothing.

The cost of a question: 1 for a wrong answer, 0.5 for none, 0.2 for an offer that holds the right topic, 0.7 for one
that does not (an offer, then no answer). A question that cannot be answered costs 0.2 when topics are offered, and 0.5
(out of scope) or 0.3 (uncovered) when it is answered as if known. The mean over all questions is minimised.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench import ours, runs, scores
from bench.runs import Run
from bench.scores import OFFERED, OFFERED_WRONG, RIGHT, UNANSWERED, WRONG
from bench.tables import percent, table
from corpus.validation import Question, questions
from engine.understanding.decision import CLARIFY, Decision, Thresholds

COST = {RIGHT: 0.0, OFFERED: 0.2, OFFERED_WRONG: 0.7, WRONG: 1.0, UNANSWERED: 0.5}
ANSWERED_AS_KNOWN = {"out_of_scope": 0.5, "uncovered": 0.3}
GRID = {
    "answer": (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7),
    "offer": (0.02, 0.05, 0.1, 0.15, 0.2, 0.3),
    "near": (0.0, 0.08, 0.12, 0.16, 0.2, 0.25),
    "choice": (0.005, 0.01, 0.02, 0.04),
}
SPLITS = 5
BEST = 8

Costs = npt.NDArray[np.float64]


def cost(question: Question, decided: Decision) -> float:
    """What ``decided`` costs."""
    if question.kind in ANSWERED_AS_KNOWN:
        if scores.as_known(decided):
            return ANSWERED_AS_KNOWN[question.kind]
        return COST[OFFERED] if decided.intent == CLARIFY else 0.0
    return COST[scores.outcome(question, decided)]


def grid() -> Iterator[Thresholds]:
    """Every combination in which less is needed to offer than to answer."""
    for values in itertools.product(*GRID.values()):
        answer, offer, near, choice = values
        chosen = replace(Thresholds(), answer=answer, offer=offer, near=near, choice=choice)
        if chosen.offer <= chosen.answer:
            yield chosen


def decisions(run: Run, thresholds: Thresholds) -> list[Decision]:
    """What is done about each question of ``run``."""
    return [scores.decision(run, answer, thresholds) for answer in run.answers]


def costs(run: Run, asked: Sequence[Question], candidates: Sequence[Thresholds]) -> Costs:
    """The cost of each question under each of ``candidates``, float64 [candidates, questions]."""
    return np.array(
        [[cost(q, d) for q, d in zip(asked, decisions(run, candidate), strict=True)] for candidate in candidates]
    )


def cross_fitted(each: Costs, present: int) -> list[tuple[int, float, float, float]]:
    """For each half of ``SPLITS`` random splits, what choosing on the other half gives.

    Each row: the candidate chosen, its cost on this half, the cost of this half's best, the cost of the present one.
    """
    found = []
    for seed in range(SPLITS):
        shuffled = np.random.default_rng(seed).permutation(each.shape[1])
        halves = np.array_split(shuffled, 2)
        for fitted, tested in (halves, halves[::-1]):
            chosen = int(each[:, fitted].mean(axis=1).argmin())
            here = each[:, tested].mean(axis=1)
            found.append((chosen, float(here[chosen]), float(here.min()), float(here[present])))
    return found


def _row(run: Run, asked: Sequence[Question], thresholds: Thresholds, mean: float, name: str = "") -> list[str]:
    decided = list(zip(asked, decisions(run, thresholds), strict=True))
    outcomes = [scores.outcome(q, d) for q, d in decided if q.kind == "topic"]
    honest = [not scores.as_known(d) for q, d in decided if q.kind in ANSWERED_AS_KNOWN]
    right, offered = (scores.share(o == name for o in outcomes) for name in (RIGHT, OFFERED))
    shown = [f"{getattr(thresholds, field):g}" for field in GRID]
    wrong = scores.share(o == WRONG for o in outcomes)
    return [name, *shown, f"{mean:.4f}", *map(percent, (right, right + offered, wrong, scores.share(honest)))]


def main() -> int:
    """Search and print."""
    parser = argparse.ArgumentParser(prog="bench.thresholds", description=__doc__)
    parser.add_argument("--run", type=Path, help="a .run.json that bench-nlu left in var/bench; default: train anew")
    arguments = parser.parse_args()
    run = runs.load(arguments.run) if arguments.run else ours.measure(ours.ENCODER)
    run = replace(run, answers=tuple(replace(a, ranking=a.ranking[: scores.CANDIDATES]) for a in run.answers))
    asked = list(questions(ours.LANGUAGE))
    candidates = [Thresholds(), *grid()]
    each = costs(run, asked, candidates)
    means = each.mean(axis=1)
    best = [int(index) for index in means[1:].argsort(kind="stable")[:BEST] + 1]
    header = ["", *GRID, "cost", "right %", "or offered %", "wrong %", "unknown not answered %"]
    rows = [_row(run, asked, candidates[0], float(means[0]), "present")]
    rows += [_row(run, asked, candidates[index], float(means[index]), f"best {n}") for n, index in enumerate(best, 1)]
    print(f"{len(candidates) - 1} combinations, {len(asked)} questions\n\n{table(header, rows)}\n")
    crossed = cross_fitted(each, 0)
    rows = [
        [
            f"half {n}",
            *(f"{getattr(candidates[chosen], field):g}" for field in GRID),
            f"{here:.4f}",
            f"{least:.4f}",
            f"{now:.4f}",
        ]
        for n, (chosen, here, least, now) in enumerate(crossed, 1)
    ]
    print("Chosen on the other half, tested on this one:\n")
    print(table(["", *GRID, "cost", "least possible", "present"], rows))
    chosen, present = (float(np.mean([row[column] for row in crossed])) for column in (1, 3))
    print(f"\nMean cost on questions not chosen on: {chosen:.4f}; of the present thresholds: {present:.4f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
