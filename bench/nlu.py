"""``make bench-nlu``: our understanding beside stock Rasa's, same training sentences, same validation questions.

All are trained on the sentences of every language at once, and reported language by language. CPU times and ratios hold
on a shared machine; wall times do not.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from bench import arguments, ours, runs, scores, stock
from bench.figures import SEPARATE, Scored, costs, figures
from bench.nlu_report import report, spent
from bench.runs import WORK, Run
from corpus.sentences import training_sentences
from corpus.understanding import ENCODER
from corpus.validation import Question, questions
from engine.encoder import Encoder, EncoderMissing
from engine.understanding.decision import Thresholds


def measured(chosen: argparse.Namespace) -> list[Run]:
    """Every system's run, each kept in ``var/bench`` as soon as it is there. One that fails is left out."""
    found: list[Run] = []

    def keep(measure: Callable[[], Run]) -> None:
        try:
            run = measure()
        except (EncoderMissing, stock.StockMissing, subprocess.CalledProcessError) as error:
            print(f"left out: {error}", file=sys.stderr, flush=True)
            return
        runs.save(run, WORK / f"{run.system.split(',')[0].replace(' ', '-')}.run.json")
        found.append(run)
        print(f"{run.system}: trained in {run.training.cpu:.0f} s of CPU", file=sys.stderr, flush=True)

    keep(lambda: _ours_with_encoder(chosen.languages))
    keep(lambda: ours.measure(None, chosen.languages))
    if not chosen.skip_stock:
        diet, lines = stock.diet(chosen.epochs), stock.logistic_regression()
        name = f"Rasa DIET, {chosen.epochs} epochs"
        keep(lambda: stock.measure(name, diet, chosen.epochs, chosen.languages))
        keep(lambda: stock.measure("Rasa logistic regression", lines, chosen.epochs, chosen.languages))
    return found


def _ours_with_encoder(languages: Sequence[str]) -> Run:
    Encoder(ENCODER)
    return ours.measure(ENCODER, languages)


def heading(language: str, asked: Sequence[Question], unlike: frozenset[str]) -> str:
    """What the figures of a language rest on."""
    kinds = {kind: sum(question.kind == kind for question in asked) for kind in SEPARATE}
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return (
        f"## {language}\n\n{len(asked)} validation questions: {counts}; the rest is dialogue. {len(unlike)} of them "
        f"share less than {scores.ALIKE:.0%} of their words with any training sentence."
    )


def main() -> int:
    """Measure and print."""
    parser = arguments.parser("bench-nlu", __doc__, epochs=5)
    arguments.add_languages(parser)
    chosen = parser.parse_args()
    found = measured(chosen)
    if not found:
        return 1
    data: dict[str, Any] = {"costs": {run.system: costs(run) for run in found}, "languages": {}}
    print(spent(found))
    trained = training_sentences()
    for language in chosen.languages:
        # Only what every system was asked, should somebody edit the questions in the meantime.
        asked = [q for q in questions(language) if all(q.text in run.answers[language] for run in found)]
        texts = [sentence.text for sentence in trained if sentence.language == language]
        unlike = scores.unlike([question.text for question in asked], texts)
        scored = [Scored.of(run, language, asked, unlike) for run in found]
        print(f"\n{heading(language, asked, unlike)}\n\n{report(scored)}")
        data["languages"][language] = {
            **{each.run.system: {**figures(each), "CPU ms": each.run.message_ms[language]} for each in scored},
            "thresholds": asdict(Thresholds.of(language)),
        }
    arguments.write_json(chosen.json, data)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
