"""From what was read to what is done: answer, ask back, or say that it is not known.

Two opinions must agree before a topic is answered: the classifier's confidence, and how near the training sentences
are. The thresholds minimise a stated cost on the validation questions (``bench/thresholds.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

from engine.understanding.model import Reading

AREAS = frozenset(
    {"clinical-trials", "medical-devices", "incubators", "ecosystem", "regional-support", "setting-up", "employing"}
)
UNCOVERED = "uncovered"
OUT_OF_SCOPE = "out_of_scope"
UNKNOWN = "nlu_fallback"
CLARIFY = "clarify"
PATIENT = "patient"
CERTAIN = 0.9
CANDIDATES = 40
"""Intents of a reading that a decision looks at: all that a follow-up may mean."""


@dataclass(frozen=True)
class Thresholds:
    """All in 0 … 1 but ``choices``, a count.

    ``answer``, ``offer``: confidence needed; ``near``: nearness needed for either; ``beside``: confidence below which
    an answer comes with the next topics to choose from; ``choice``: confidence of each topic offered; ``other``:
    confidence from which an intent that is no topic is followed where no topic is likely; ``patient``: from which
    somebody is taken for a patient unless a topic is beyond doubt (``CERTAIN``).
    ``fact``: similarity from which a fact that leads the next by ``fact_lead`` is said before the topic's summary;
    ``fact_alone``: from which the summary is left out, and a second fact at most ``second_fact`` behind added.
    """

    answer: float = 0.5
    offer: float = 0.1
    other: float = 0.2
    patient: float = 0.1
    near: float = 0.12
    beside: float = 0.95
    choices: int = 3
    choice: float = 0.005
    fact: float = 0.2
    fact_lead: float = 0.03
    fact_alone: float = 0.35
    second_fact: float = 0.05

    @classmethod
    def of(cls, language: str, **chosen: float) -> Thresholds:
        """Those of ``language``, with ``chosen`` in their place."""
        return replace(OF_LANGUAGE.get(language, cls()), **chosen)  # type: ignore[arg-type]


OF_LANGUAGE = {
    "en": Thresholds(choice=0.001),
    "fr": Thresholds(choice=0.001, near=0.0),
    "nl": Thresholds(answer=0.55, offer=0.2, choice=0.001),
}
"""Chosen on the validation questions by the cost stated in ``bench/thresholds.py``, among those that answer at once as
many as we want (docs/benchmarks.md)."""


@dataclass(frozen=True)
class Decision:
    """``intent`` as in the training data (``area/topic``), or UNKNOWN or CLARIFY.

    ``choices`` are the topics to choose from; of an answer that is not beyond doubt those that may be meant instead;
    of a place the topic that its ``facts`` belong to.
    """

    intent: str
    confidence: float
    choices: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    alone: bool = False


def area(intent: str) -> Optional[str]:
    """The area of a topic's intent, None for other intents."""
    head = intent.split("/")[0]
    return head if head in AREAS else None


def decide(reading: Reading, thresholds: Thresholds) -> Decision:
    """The decision on one reading."""
    best, confidence = reading.ranking[0]
    ill = next((value for intent, value in reading.ranking if intent == PATIENT), 0.0)
    if ill >= thresholds.patient and (best == PATIENT or confidence < CERTAIN):
        return Decision(PATIENT, ill)
    near = reading.nearness >= thresholds.near
    if confidence >= thresholds.answer and (near or area(best) is None):
        return _with_others(reading, answered(reading, best, thresholds), thresholds)
    choices = _likely(reading, thresholds)[: thresholds.choices]
    covered = sum(value for intent, value in reading.ranking[:12] if area(intent) is not None)
    if area(best) is None and confidence >= max(covered, thresholds.other):
        return Decision(best, confidence)
    if near and choices and covered >= thresholds.offer:
        if len(choices) == 1 and choices[0] != best:
            return Decision(best, confidence)
        return Decision(CLARIFY, confidence, choices)
    if area(best) is None and confidence >= thresholds.other:
        return Decision(best, confidence)
    return Decision(UNKNOWN, confidence, choices)


def _likely(reading: Reading, thresholds: Thresholds) -> tuple[str, ...]:
    """The topics that may be meant, likeliest first."""
    return tuple(intent for intent, value in reading.ranking if area(intent) and value >= thresholds.choice)


def _with_others(reading: Reading, decision: Decision, thresholds: Thresholds) -> Decision:
    """``decision`` with the topics that may be meant instead, unless it is beyond doubt or answers no topic."""
    if decision.confidence >= thresholds.beside or area(decision.intent) is None:
        return decision
    others = tuple(topic for topic in _likely(reading, thresholds) if topic != decision.intent)
    return replace(decision, choices=others[: thresholds.choices - 1])


def answered(reading: Reading, topic: str, thresholds: Thresholds) -> Decision:
    """The decision to answer ``topic``, with the facts of it that the sentence asks for."""
    confidence = dict(reading.ranking).get(topic, 0.0)
    near = [
        (fact, similarity) for fact, of, similarity in reading.facts if of == topic and similarity >= thresholds.fact
    ]
    if not near:
        return Decision(topic, confidence)
    best = near[0][1]
    if best < thresholds.fact_alone:
        leads = len(near) == 1 or best - near[1][1] >= thresholds.fact_lead
        return Decision(topic, confidence, facts=(near[0][0],) if leads else ())
    facts = tuple(fact for fact, similarity in near[:2] if similarity >= best - thresholds.second_fact)
    return Decision(topic, confidence, facts=facts, alone=True)
