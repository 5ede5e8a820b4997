"""``make bench-thresholds``: which thresholds cost least in each language on its validation questions; changes nothing.

The cost of a question (``corpus/outcomes.py``): 1 for a wrong answer, 0.6 where the right topic is offered beside it,
0.5 for none, 0.2 for an offer that holds the right topic, 0.7 for one that does not (an offer, then no answer). A
question that cannot be answered costs 0.2 when topics are offered, and 0.5 (out of scope) or 0.3 (uncovered) when it
is answered as if known. The mean over all questions is minimised.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench import arguments, ours, runs, scores
from bench.runs import Answer, Run
from bench.tables import percent, table
from corpus.outcomes import cost
from corpus.trial import NAMES, Judged, shares
from corpus.understanding import ENCODER
from corpus.validation import Question, questions
from engine.understanding.decision import CANDIDATES, Decision, Thresholds

GRID = {
    "answer": (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8),
    "offer": (0.02, 0.05, 0.1, 0.15, 0.2, 0.3),
    "near": (0.0, 0.08, 0.12, 0.16, 0.2, 0.25),
    "choice": (0.001, 0.005, 0.01, 0.02, 0.04),
}
SPLITS = 5
BEST = 8

Costs = npt.NDArray[np.float64]


def grid(present: Thresholds) -> Iterator[Thresholds]:
    """Every combination in which less is needed to offer than to answer; the rest as in ``present``."""
    for values in itertools.product(*GRID.values()):
        answer, offer, near, choice = values
        chosen = replace(present, answer=answer, offer=offer, near=near, choice=choice)
        if chosen.offer <= chosen.answer:
            yield chosen


def decisions(run: Run, asked: Sequence[Question], answers: Sequence[Answer], chosen: Thresholds) -> list[Decision]:
    """What is done about each question."""
    return [scores.decision(run, q, answer, chosen) for q, answer in zip(asked, answers, strict=True)]


def costs(run: Run, asked: Sequence[Question], answers: Sequence[Answer], candidates: Sequence[Thresholds]) -> Costs:
    """The cost of each question under each of ``candidates``, float64 [candidates, questions]."""
    return np.array(
        [
            [cost(q, d) for q, d in zip(asked, decisions(run, asked, answers, candidate), strict=True)]
            for candidate in candidates
        ]
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


def report(run: Run, language: str, asked: Sequence[Question]) -> str:
    """The search in one language as text."""
    read = [run.answers[language][question.text] for question in asked]
    answers = [replace(answer, ranking=answer.ranking[:CANDIDATES]) for answer in read]
    present = Thresholds.of(language)
    candidates = [present, *grid(present)]
    each = costs(run, asked, answers, candidates)
    means = each.mean(axis=1)
    best = [int(index) for index in means[1:].argsort(kind="stable")[:BEST] + 1]
    named = [(0, "present"), *((index, f"best {n}") for n, index in enumerate(best, 1))]
    rows = []
    for index, name in named:
        decided = list(zip(asked, decisions(run, asked, answers, candidates[index]), strict=True))
        rows.append([name, *_values(candidates[index]), f"{means[index]:.4f}", *_shares(decided)])
    header = ["", *GRID, "cost", "right %", "or offered %", "wrong %", "unknown not answered %"]
    parts = [f"## {language}", f"{len(candidates) - 1} combinations, {len(asked)} questions", table(header, rows)]
    crossed = cross_fitted(each, 0)
    rows = [
        [f"half {n}", *_values(candidates[chosen]), *(f"{value:.4f}" for value in values)]
        for n, (chosen, *values) in enumerate(crossed, 1)
    ]
    shown = table(["", *GRID, "cost", "least possible", "present"], rows)
    fitted, now = (float(np.mean([row[column] for row in crossed])) for column in (1, 3))
    parts.append(f"Chosen on the other half, tested on this one:\n\n{shown}")
    parts.append(f"Mean cost on questions not chosen on: {fitted:.4f}; of the present thresholds: {now:.4f}")
    return "\n\n".join(parts)


def _values(thresholds: Thresholds) -> list[str]:
    return [f"{getattr(thresholds, field):g}" for field in GRID]


def _shares(decided: Sequence[tuple[Question, Decision]]) -> list[str]:
    found = shares([Judged(question, decision) for question, decision in decided])
    return [percent(found[name]) for name in NAMES]


def main() -> int:
    """Search and print."""
    parser = argparse.ArgumentParser(prog="bench-thresholds", description=__doc__)
    parser.add_argument("--run", type=Path, help="a .run.json that bench-nlu left in var/bench; default: train anew")
    arguments.add_languages(parser)
    chosen = parser.parse_args()
    run = runs.load(chosen.run) if chosen.run else ours.measure(ENCODER, chosen.languages)
    for language in (language for language in chosen.languages if language in run.answers):
        asked = list(questions(language))
        known = [question for question in asked if question.text in run.answers[language]]
        if len(known) < len(asked):
            print(f"{language}: {len(asked) - len(known)} questions are newer than the run", file=sys.stderr)
        print(report(run, language, known), end="\n\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
