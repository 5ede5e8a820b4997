"""The decision on a message in its conversation: follow-ups, directory questions, two questions at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import log
from typing import Optional

from rasa.shared.core.trackers import DialogueStateTracker

from engine.replies import context
from engine.replies.asked import asks_for_list, asks_of_shown, asks_one_attribute
from engine.replies.texts import known
from engine.understanding.decision import (
    AREAS,
    CERTAIN,
    CLARIFY,
    OUT_OF_SCOPE,
    UNCOVERED,
    UNKNOWN,
    Decision,
    Thresholds,
    answered,
    area,
    decide,
)
from engine.understanding.followup import in_context, is_bare, leans_on_context, mixed, opens_like_followup
from engine.understanding.model import Reading
from engine.understanding.sentences import BASE

SURE = 0.75
"""Confidence of what a rule decides, and from which a topic stands without the one before it."""
PLAIN = 0.5
"""The same for what is no topic: greetings, the form, the cookies."""
LIFT, LEAD, FLOOR = 3.0, 0.5, 1e-6
"""How much likelier (logarithm of the ratio) a follow-up must make another topic than the title before it does, by how
much it must lead the next, and the likelihood of what is not in a ranking."""
MISTAKEN = frozenset({OUT_OF_SCOPE, "job_seeker", "human", "smalltalk", "help", "deny"})
"""What a question about "it" is easily taken for: after an answer it has to be beyond doubt."""
FOLLOWED, ELSEWHERE = 0.4, 0.85
"""Confidence from which a follow-up is answered, by a related topic or by another: the one before speaks for it, too.
Below it the follow-up is read with the title of the topic before it instead of its area."""
SPOKEN_OF = {
    "clinical-trials": "clinical trial",
    "medical-devices": "medical device",
    "incubators": "incubator",
    "ecosystem": "Brussels life sciences",
    "regional-support": "support grant",
    "setting-up": "company",
    "employing": "employee",
}
"""What a follow-up is about, in words, by the area of the topic before it: "the fees?" are a clinical trial's."""
BOTH = 0.6
"""Confidence that each of two questions in one message needs to be answered apart."""
PART_WORDS = 3
MAX_PARTS = 3
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w{2,}")
_SENTENCE = re.compile(r"(?<=[?!.])\s+|\n+")
_NO_CONTACT = AREAS | {UNCOVERED, CLARIFY, UNKNOWN, OUT_OF_SCOPE, "patient", "smalltalk", "greet"}


@dataclass(frozen=True)
class Heard:
    """A message: its text, language, the labels of the names in it, and the conversation so far.

    ``read_about`` reads the text once more with English words for what was spoken of before, ``read_alone`` reads these
    words alone.
    """

    text: str
    language: str
    labels: frozenset[str]
    tracker: Optional[DialogueStateTracker]
    read_about: Callable[[str], Reading]
    read_alone: Callable[[str], Reading]


def decided(heard: Heard, reading: Reading, thresholds: Thresholds) -> Decision:
    """The decision on ``heard``, which was read as ``reading``."""
    decision = decide(reading, thresholds)
    if _gives_address(heard.text, decision):
        return Decision("inform", SURE)
    if asks_for_list(heard.text, heard.labels, heard.language):
        return Decision("directory_list", max(decision.confidence, SURE))
    if "place" in heard.labels and asks_one_attribute(heard.text, heard.language):
        return _place(decision)
    if heard.tracker is None or not leans_on_context(heard.text, heard.language):
        return decision
    return _in_context(heard, heard.tracker, reading, decision, thresholds)


def _place(decision: Decision) -> Decision:
    """What the directory says of a place, with the facts asked for where a topic about places is beyond doubt."""
    confidence = max(decision.confidence, SURE)
    if area(decision.intent) != "incubators" or decision.confidence < CERTAIN or not decision.facts:
        return Decision("directory_place", confidence)
    return Decision("directory_place", confidence, (decision.intent,), decision.facts)


def second(
    text: str, first: Decision, read: Callable[[str], Reading], thresholds: Thresholds
) -> tuple[Decision, Decision] | None:
    """The decisions on the two questions of ``text``, where it asks for two topics and both are clear."""
    found: dict[str, Decision] = {}
    for part in _parts(text):
        decision = decide(read(part), thresholds)
        if area(decision.intent) is not None and decision.confidence >= BOTH:
            found.setdefault(decision.intent, decision)
    sure = area(first.intent) is not None and first.confidence >= CERTAIN
    if len(found) < 2 or (sure and first.intent not in found):
        return None
    one, two, *_ = found.values()
    return one, two


def _parts(text: str) -> Iterator[str]:
    parts = [part for part in _SENTENCE.split(text) if len(part.split()) >= PART_WORDS]
    asked = [part for part in parts if part.rstrip().endswith("?")]
    if 1 < len(asked) <= MAX_PARTS:
        yield from asked


def _in_context(
    heard: Heard, tracker: DialogueStateTracker, reading: Reading, decision: Decision, thresholds: Thresholds
) -> Decision:
    subject, topic = context.subject(tracker), context.last_topic(tracker)
    names_place = "place" in heard.labels
    places = subject == "places" or (topic is not None and subject == "answer" and area(topic) == "incubators")
    comparing = decision.intent == "directory_compare"
    if subject == "places" and not comparing and asks_of_shown(heard.text, heard.language):
        return Decision("directory_list", SURE)
    if places and not names_place and "region" in heard.labels and opens_like_followup(heard.text, heard.language):
        return Decision("directory_list", SURE)
    if not names_place and asks_one_attribute(heard.text, heard.language) and context.places_now(tracker):
        return Decision("directory_place", SURE)
    if subject != "answer" or topic is None or topic not in known().topics:
        return decision
    if is_bare(heard.text, heard.language):
        return answered(reading, _lifted(heard, topic) or topic, thresholds)
    # Without a place in the message or in the conversation, a question about "it" is about the topic.
    if _stands_alone(decision) and (names_place or not decision.intent.startswith("directory_")):
        return decision
    related = known().topics[topic].related
    lenient = replace(thresholds, answer=FOLLOWED)
    followed = _followed(heard, reading, SPOKEN_OF[topic.partition("/")[0]], topic, lenient)
    if followed.confidence < (FOLLOWED if followed.intent in related else ELSEWHERE):
        lifted = _lifted(heard, topic)
        if lifted:
            return answered(reading, lifted, thresholds)
        followed = _followed(heard, reading, known().title(topic, BASE), topic, lenient)
    near = area(followed.intent) == area(topic) or followed.intent in related
    return followed if near or followed.intent == CLARIFY else decision


def _lifted(heard: Heard, topic: str) -> Optional[str]:
    """The topic near ``topic`` that the words of a follow-up add most to, or None where they add too little.

    Read with the title of ``topic``, a follow-up is nearly always about that: the title is a training sentence. What
    the follow-up itself asks shows in what it makes likelier than the title alone does.
    """
    title = known().title(topic, BASE)
    after, before = dict(heard.read_about(title).ranking), dict(heard.read_alone(title).ranking)
    near = [other for other in after if other in known().topics[topic].related or area(other) == area(topic)]
    lifts = {other: log((after[other] + FLOOR) / (before.get(other, 0.0) + FLOOR)) for other in near if other != topic}
    best, second, *_ = [*sorted(lifts.items(), key=lambda entry: -entry[1]), ("", 0.0), ("", 0.0)]
    # A topic of another area that says nearly the same gains by any word.
    return best[0] if area(best[0]) == area(topic) and best[1] >= LIFT and best[1] - second[1] >= LEAD else None


def _followed(heard: Heard, reading: Reading, about: str, topic: str, thresholds: Thresholds) -> Decision:
    """The decision on a follow-up to ``topic`` when it is read with the words ``about`` it, too."""
    both = mixed(reading, heard.read_about(about))
    return decide(in_context(both, topic, known().topics[topic].related), thresholds)


def _gives_address(text: str, decision: Decision) -> bool:
    """Whether somebody leaves an e-mail address; what they write about must not be taken for a question."""
    taken = area(decision.intent) or decision.intent.partition("/")[0]
    return bool(_ADDRESS.search(text)) and "?" not in text and taken in _NO_CONTACT


def _stands_alone(decision: Decision) -> bool:
    if area(decision.intent) is None and not decision.intent.startswith("uncovered/"):
        if decision.intent == "job_seeker":
            return False  # "who can help me apply for it?"
        return decision.confidence >= (CERTAIN if decision.intent in MISTAKEN else PLAIN)
    return decision.confidence >= SURE
