"""The figures of a benchmark of understanding: one system in one language, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench import scores
from bench.runs import Answer, Run
from corpus.outcomes import OFFERED_WRONG, OUTCOMES, RIGHT, UNANSWERED, WRONG, as_known, outcome, reached, share
from corpus.validation import Question
from engine.understanding.decision import CLARIFY, Decision, Thresholds

SEPARATE = ("topic", "uncovered", "out_of_scope", "patient", "job_seeker")
"""Kinds of questions with rows of their own."""


@dataclass(frozen=True)
class Scored:
    """One system's answers to the questions of one language, with what it decides, by kind of question."""

    run: Run
    language: str
    pairs: list[tuple[Question, Answer]]
    decisions: list[tuple[Question, Decision]]
    unlike: frozenset[str]

    @classmethod
    def of(cls, run: Run, language: str, asked: Sequence[Question], unlike: frozenset[str]) -> Scored:
        """Decide on every answer in ``language`` by its thresholds; ``unlike`` as scores.unlike gives it."""
        pairs = [(question, run.answers[language][question.text]) for question in asked]
        thresholds = Thresholds.of(language)
        decisions = [(question, scores.decision(run, question, answer, thresholds)) for question, answer in pairs]
        return cls(run, language, pairs, decisions, unlike)

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
    outcomes = [outcome(question, decided) for question, decided in scored.decided("topic")]
    shares = {name: share(found == name for found in outcomes) for name in OUTCOMES}
    known, unknown = scored.answers("topic"), scored.answers("out_of_scope", "uncovered")
    with_fact = [(question, decided) for question, decided in scored.decided("topic") if question.fact]
    first = share(d.facts[:1] == (q.fact,) for q, d in with_fact)
    said = share(q.fact in d.facts for q, d in with_fact)
    found = {
        "topics: right at once": shares[RIGHT],
        "topics: right or offered among three": share(reached(q, d) for q, d in scored.decided("topic")),
        "topics: wrong": shares[WRONG],
        "topics: wrong, the right one offered beside": share(
            outcome(q, d) == WRONG and reached(q, d) for q, d in scored.decided("topic")
        ),
        "topics: offered, none right": shares[OFFERED_WRONG],
        "topics: not answered": shares[UNANSWERED],
        "topics: best guess right, no threshold": share(a.ranking[0][0] in q.right for q, a in topics),
        "topics: right among three best guesses": share(
            any(intent in q.right for intent, _ in a.ranking[:3]) for q, a in topics
        ),
        "topics: macro-F1 of the best guess": scores.macro_f1(topics),
        "topics unlike any training sentence: right at once": share(
            d.intent in q.right for q, d in scored.decided("topic") if q.text in scored.unlike
        ),
        "facts: right one said first": first if run.own else float("nan"),
        "facts: right one said": said if run.own else float("nan"),
        "known/unknown: AUROC, best topic's confidence": scores.auroc(known, unknown, scores.topic_confidence),
        "known/unknown: AUROC, best intent's confidence": scores.auroc(known, unknown, scores.top_confidence),
    }
    for kind, name in (("out_of_scope", "out of scope"), ("uncovered", "uncovered")):
        decided = [d for _, d in scored.decided(kind)]
        found[f"{name}: not answered as known"] = share(not as_known(d) for d in decided)
        found[f"{name}: neither answered nor offered"] = share(not as_known(d) and d.intent != CLARIFY for d in decided)
    for kind, name in (("patient", "patients"), ("job_seeker", "job seekers"), ("other", "dialogue and directory")):
        found[f"{name}: recognised"] = share(d.intent in q.right for q, d in scored.decided(kind))
    guesses = share(answer.language == scored.language for _, answer in scored.pairs)
    found["language not given: taken for the right one"] = guesses if run.own else float("nan")
    return found


def costs(run: Run) -> dict[str, float]:
    """Seconds, megabytes, milliseconds."""
    return {
        "training: wall s": run.training.wall,
        "training: CPU s": run.training.cpu,
        "training: CPU s for sentence vectors": run.encoding,
        "training: peak memory MB": run.training.peak_mb,
        "reading: memory MB": run.loaded_mb,
    }
