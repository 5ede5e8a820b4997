"""``make bench-nlu``: our understanding beside stock Rasa's, same training sentences, same validation questions.

CPU times and ratios hold on a shared machine; wall times do not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import ours, runs, scores, stock
from bench.runs import WORK, Answer, Run
from bench.scores import OFFERED, OFFERED_WRONG, OUTCOMES, RIGHT, UNANSWERED, WRONG
from bench.tables import percent, table
from corpus.validation import Question, questions
from engine.encoder import Encoder, EncoderMissing
from engine.understanding.decision import CLARIFY, Decision, Thresholds

SEPARATE = ("topic", "uncovered", "out_of_scope", "patient", "job_seeker")
EXAMPLE = 90
REJECTED = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)


@dataclass(frozen=True)
class Scored:
    """One system's answers with what it decides, by kind of question."""

    run: Run
    pairs: list[tuple[Question, Answer]]
    decisions: list[tuple[Question, Decision]]
    unlike: frozenset[str]

    @classmethod
    def of(cls, run: Run, asked: Sequence[Question], thresholds: Thresholds, unlike: frozenset[str]) -> Scored:
        """Decide on every answer of ``run``; ``unlike`` as scores.unlike gives it."""
        pairs = list(zip(asked, run.answers, strict=True))
        decisions = [(question, scores.decision(run, answer, thresholds)) for question, answer in pairs]
        return cls(run, pairs, decisions, unlike)

    def answers(self, *kinds: str) -> list[Answer]:
        """The answers to questions of these kinds."""
        return [answer for question, answer in self.pairs if question.kind in kinds]

    def decided(self, kind: str) -> list[tuple[Question, Decision]]:
        """The decisions on questions of a kind; ``other`` is every kind that has no row of its own."""
        return [(q, d) for q, d in self.decisions if (q.kind if q.kind in SEPARATE else "other") == kind]

    def topics(self) -> list[tuple[Question, Answer]]:
        """The questions that have an answer in the knowledge."""
        return [(question, answer) for question, answer in self.pairs if question.kind == "topic"]


def figures(scored: Scored) -> dict[str, float]:
    """Every figure of the table. Shares in 0 … 1; not a number where the system has no such figure."""
    run, topics = scored.run, scored.topics()
    outcomes = [scores.outcome(question, decided) for question, decided in scored.decided("topic")]
    share = {name: scores.share(found == name for found in outcomes) for name in OUTCOMES}
    known, unknown = scored.answers("topic"), scored.answers("out_of_scope", "uncovered")
    with_fact = [(question, decided) for question, decided in scored.decided("topic") if question.fact]
    first = scores.share(d.facts[:1] == (q.fact,) for q, d in with_fact)
    said = scores.share(q.fact in d.facts for q, d in with_fact)
    found = {
        "topics: right at once": share[RIGHT],
        "topics: right or offered among three": share[RIGHT] + share[OFFERED],
        "topics: wrong": share[WRONG],
        "topics: offered, none right": share[OFFERED_WRONG],
        "topics: not answered": share[UNANSWERED],
        "topics: best guess right, no threshold": scores.share(a.ranking[0][0] in q.right for q, a in topics),
        "topics: right among three best guesses": scores.share(
            any(intent in q.right for intent, _ in a.ranking[:3]) for q, a in topics
        ),
        "topics: macro-F1 of the best guess": scores.macro_f1(topics),
        "topics unlike any training sentence: right at once": scores.share(
            d.intent in q.right for q, d in scored.decided("topic") if q.text in scored.unlike
        ),
        "facts: right one said first": first if run.own else float("nan"),
        "facts: right one said": said if run.own else float("nan"),
        "known/unknown: AUROC, best topic's confidence": scores.auroc(known, unknown, scores.topic_confidence),
        "known/unknown: AUROC, best intent's confidence": scores.auroc(known, unknown, scores.top_confidence),
    }
    for kind, name in (("out_of_scope", "out of scope"), ("uncovered", "uncovered")):
        decided = [d for _, d in scored.decided(kind)]
        found[f"{name}: not answered as known"] = scores.share(not scores.as_known(d) for d in decided)
        found[f"{name}: neither answered nor offered"] = scores.share(
            not scores.as_known(d) and d.intent != CLARIFY for d in decided
        )
    for kind, name in (("patient", "patients"), ("job_seeker", "job seekers"), ("other", "dialogue and directory")):
        found[f"{name}: recognised"] = scores.share(d.intent in q.right for q, d in scored.decided(kind))
    return found


def costs(run: Run) -> dict[str, float]:
    """Seconds, megabytes, milliseconds."""
    return {
        "training: wall s": run.training.wall,
        "training: CPU s": run.training.cpu,
        "training: CPU s for sentence vectors": run.encoding,
        "training: peak memory MB": run.training.peak_mb,
        "reading: memory MB": run.loaded_mb,
        "reading: CPU ms a message": run.message_ms,
    }


def report(found: Sequence[Scored]) -> str:
    """The whole report as text."""
    header = ["", *(scored.run.system for scored in found)]
    shares = [figures(scored) for scored in found]
    spent = [costs(scored.run) for scored in found]
    rows = [[name, *(percent(column[name]) for column in shares)] for name in shares[0]]
    rows += [[name, *(f"{column[name]:.1f}" for column in spent)] for name in spent[0]]
    return "\n\n".join([table(header, rows), *(_details(scored) for scored in found if scored.run.own)])


def _details(scored: Scored) -> str:
    parts = [f"## {scored.run.system}"]
    worst = scores.confusions(scored.decided("topic"))
    rows = [[f"{right} → {given}", str(times), example[:EXAMPLE]] for right, given, times, example in worst]
    header = ["asked → answered", "times", "example"]
    parts.append(
        "Worst confusions (most frequent, then most confident) on topic questions:\n\n" + table(header, rows, (0, 2))
    )
    fitted = scores.calibration(scored.pairs)
    if fitted is not None:
        from engine.understanding.kernel import TEMPERATURE

        parts.append(
            f"Temperature: {TEMPERATURE} in use, {TEMPERATURE * fitted.factor:.4f} fits best "
            f"(log loss {fitted.loss:.3f} → {fitted.best_loss:.3f})."
        )
    rows = [
        [f"{low:.1f}–{high:.1f}", str(count), percent(mean), percent(right)]
        for low, high, count, mean, right in scores.reliability(scored.pairs)
    ]
    parts.append("Reliability, all questions:\n\n" + table(["confidence", "questions", "mean %", "right %"], rows))
    curve = scores.rejection(scored.topics(), scored.answers("out_of_scope", "uncovered"), REJECTED)
    rows = [[percent(share), f"{least:.2f}", percent(right), percent(caught)] for share, least, right, caught in curve]
    header = ["topic questions rejected %", "confidence below", "right among the kept %", "unknown rejected %"]
    parts.append("Accuracy against rejection, by the best topic's confidence:\n\n" + table(header, rows))
    return "\n\n".join(parts)


def measured(arguments: argparse.Namespace) -> list[Run]:
    """Every system's run, each kept in ``var/bench`` as soon as it is there."""
    found: list[Run] = []

    def keep(run: Run) -> None:
        runs.save(run, WORK / f"{run.system.split(',')[0].replace(' ', '-')}.run.json")
        found.append(run)
        print(f"{run.system}: trained in {run.training.cpu:.0f} s of CPU", file=sys.stderr, flush=True)

    try:
        Encoder(ours.ENCODER)
        keep(ours.measure(ours.ENCODER))
    except EncoderMissing as missing:
        print(f"{missing}: measured without", file=sys.stderr)
    keep(ours.measure(None))
    if not arguments.skip_stock:
        try:
            stock.environment()
        except stock.StockMissing as missing:
            print(f"stock Rasa is left out: {missing}", file=sys.stderr)
            return found
        keep(stock.measure(f"Rasa DIET, {arguments.epochs} epochs", stock.diet(arguments.epochs), arguments.epochs))
        keep(stock.measure("Rasa logistic regression", stock.logistic_regression(), arguments.epochs))
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench-nlu", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    parser.add_argument("--skip-stock", action="store_true", help="leave stock Rasa out")
    parser.add_argument("--epochs", type=int, default=5, help="epochs of DIET (its default is 100; default here: 5)")
    arguments = parser.parse_args()
    asked = list(questions(ours.LANGUAGE))
    kinds = {kind: sum(question.kind == kind for question in asked) for kind in SEPARATE}
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    print(f"{len(asked)} validation questions: {counts}; the rest is dialogue")
    trained = [sentence.text for sentence in ours.training_sentences()]
    unlike = scores.unlike([question.text for question in asked], trained)
    print(f"{len(unlike)} of them share less than {scores.ALIKE:.0%} of their words with any training sentence\n")
    found = [Scored.of(run, asked, Thresholds(), unlike) for run in measured(arguments)]
    print(report(found))
    if arguments.json:
        data: dict[str, Any] = {s.run.system: {**figures(s), **costs(s.run)} for s in found}
        data["thresholds"] = asdict(Thresholds())
        arguments.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
