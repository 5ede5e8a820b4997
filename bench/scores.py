"""How good the answers to the validation questions are. Shares are in 0 … 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.metrics import f1_score, roc_auc_score

from bench.runs import Answer, Run
from corpus.lint import words
from corpus.outcomes import WRONG, outcome, share
from corpus.understanding import decided
from corpus.validation import Question
from engine.understanding.decision import CANDIDATES, UNKNOWN, Decision, Thresholds, area
from engine.understanding.model import Reading

ALIKE = 0.6
Pair = tuple[Question, Answer]


def reading(answer: Answer) -> Reading:
    """What our component decides on."""
    return Reading(answer.ranking[:CANDIDATES], answer.nearness, answer.facts)


def decision(run: Run, question: Question, answer: Answer, thresholds: Thresholds) -> Decision:
    """What ``run``'s system does: ours as at the start of a conversation, stock Rasa by its FallbackClassifier."""
    if not run.own:
        intent, confidence = answer.ranking[0]
        return Decision(UNKNOWN if answer.unsure else intent, confidence)
    return decided(question.text, question.language, answer.labels, reading(answer), thresholds)


def topic_confidence(answer: Answer) -> float:
    """The confidence of the best topic: how much the question looks like one we know."""
    return next((value for intent, value in answer.ranking if area(intent) is not None), 0.0)


def top_confidence(answer: Answer) -> float:
    """The confidence of the best intent, whichever it is."""
    return answer.ranking[0][1]


def unlike(texts: Sequence[str], trained: Sequence[str]) -> frozenset[str]:
    """The ``texts`` that share less than ALIKE of their words (Jaccard) with each of ``trained``."""
    bags = [frozenset(words(text)) for text in trained]

    def alone(text: str) -> bool:
        own = frozenset(words(text))
        return all(len(own & bag) < ALIKE * len(own | bag) for bag in bags)

    return frozenset(text for text in texts if alone(text))


def auroc(known: Sequence[Answer], unknown: Sequence[Answer], score: Callable[[Answer], float]) -> float:
    """The chance that a known question scores higher than an unknown one; not a number without either."""
    if not known or not unknown:
        return float("nan")
    truth = [1] * len(known) + [0] * len(unknown)
    return float(roc_auc_score(truth, [score(answer) for answer in (*known, *unknown)]))


def macro_f1(pairs: Sequence[Pair]) -> float:
    """Mean F1 of the best guess over the intents that are asked for; a guess that is also right counts as right.

    Not a number without a question.
    """
    if not pairs:
        return float("nan")
    truth = [question.right[0] for question, _ in pairs]
    guesses = [answer.ranking[0][0] for _, answer in pairs]
    counted = [q.right[0] if guess in q.right else guess for (q, _), guess in zip(pairs, guesses, strict=True)]
    return float(f1_score(truth, counted, labels=sorted(set(truth)), average="macro", zero_division=0))


def confusions(pairs: Sequence[tuple[Question, Decision]], count: int = 10) -> list[tuple[str, str, int, str]]:
    """The worst (right intent, intent given instead, how often, an example): most frequent, then most confident."""
    wrong = [(q, d) for q, d in pairs if outcome(q, d) == WRONG]
    wrong.sort(key=lambda pair: -pair[1].confidence)
    counted = Counter((q.right[0], d.intent) for q, d in wrong)
    example = {(q.right[0], d.intent): q.text for q, d in reversed(wrong)}
    return [(right, given, times, example[right, given]) for (right, given), times in counted.most_common(count)]


@dataclass(frozen=True)
class Calibration:
    """The factor on the temperature that gives the smallest log loss, and both losses (nats a question)."""

    factor: float
    loss: float
    best_loss: float


def calibration(pairs: Sequence[Pair]) -> Optional[Calibration]:
    """How far the confidences are from calibrated; None where a ranking does not hold every intent."""
    sizes = {len(answer.ranking) for _, answer in pairs}
    if len(sizes) != 1 or min(sizes) < 100:
        return None
    logs = np.log(np.maximum([[value for _, value in answer.ranking] for _, answer in pairs], 1e-30))
    right = np.array([[intent in question.right for intent, _ in answer.ranking] for question, answer in pairs])

    def loss(factor: float) -> float:
        scaled = np.exp((logs - logs.max(axis=1, keepdims=True)) / factor)
        return float(-np.log(np.maximum((scaled * right).sum(axis=1) / scaled.sum(axis=1), 1e-30)).mean())

    best = minimize_scalar(loss, bounds=(0.3, 3.0), method="bounded")
    return Calibration(float(best.x), loss(1.0), float(best.fun))


def reliability(pairs: Sequence[Pair], bins: int = 10) -> list[tuple[float, float, int, float, float]]:
    """For each range of confidence: from, to, questions, mean confidence, share right."""
    confidence = np.array([top_confidence(answer) for _, answer in pairs])
    right = np.array([answer.ranking[0][0] in question.right for question, answer in pairs])
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        (b / bins, (b + 1) / bins, int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean()))
        for b in range(bins)
        if (inside := number == b).any()
    ]


def rejection(
    known: Sequence[Pair], unknown: Sequence[Answer], shares: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """For each of ``shares`` of the known questions rejected, what becomes of the others.

    Each row: the share, the least confidence kept, the share right among the kept, the share of the unknown rejected
    (not a number where there are none).
    """
    confidence: npt.NDArray[np.float64] = np.array([topic_confidence(answer) for _, answer in known])
    right = np.array([answer.ranking[0][0] in question.right for question, answer in known])
    others = np.array([topic_confidence(answer) for answer in unknown])
    found = []
    for rejected in shares:
        least = float(np.quantile(confidence, rejected)) if rejected else 0.0
        found.append((rejected, least, float(right[confidence >= least].mean()), share(others < least)))
    return found
