"""What a reply over HTTP is worth: read from its ``custom`` payload alone, as a page or a widget would.

A reply is right that answers a right topic. It offers one that asks back with it among at most three; a wrong answer
that offers it beside itself is wrong all the same, but the visitor can reach what he wanted. A directory entry, a form
or small talk instead of an answer is wrong; to say that one does not know is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from corpus.validation import FollowUp, Question

RIGHT, OFFERED, OFFERED_WRONG, WRONG, UNANSWERED = "right", "offered", "offered, none right", "wrong", "not answered"
CHOICES = 3
ANSWER, PLACES, CLARIFY, PATIENT = "answer", "places", "clarify", "patient"
HONEST = ("unknown", "out_of_scope")
NOTHING = "nothing"
Message = Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """What the messages of one turn say."""

    kind: str
    answered: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    language: Optional[str] = None

    @property
    def said(self) -> str:
        """A short name for what was said, for the list of confusions."""
        return self.answered[0] if self.kind == ANSWER and self.answered else self.kind


def reply(messages: Sequence[Message], openings: Mapping[str, str]) -> Reply:
    """Read one turn's messages. ``openings`` say in which language a text that begins so is."""
    customs = [message["custom"] for message in messages if message.get("custom")]
    custom = next((custom for custom in customs if custom.get("type") != "consent"), None)
    texts = [message["text"] for message in messages if message.get("text")]
    if custom is None:
        return Reply(NOTHING, language=_spoken(texts, openings))
    answered: list[str] = []
    offered = list(custom.get("topics", ()))
    for each in customs:
        if each.get("type") == ANSWER:
            answered += [each["topic"], *each.get("aliases", ()), *([each["also"]] if each.get("also") else [])]
            offered += each.get("others", ())
    language = custom.get("language") or _spoken(texts, openings)
    places = tuple(custom.get("places", ()))
    return Reply(custom["type"], tuple(answered), tuple(offered[:CHOICES]), places, language)


def _spoken(texts: Sequence[str], openings: Mapping[str, str]) -> Optional[str]:
    found = (language for text in texts for opening, language in openings.items() if text.startswith(opening))
    return next(found, None)


def outcome(right: Collection[str], given: Reply) -> str:
    """Which of the five outcomes ``given`` is for a question that topics ``right`` answer."""
    if set(given.answered) & set(right):
        return RIGHT
    if given.kind == CLARIFY:
        return OFFERED if set(given.offered) & set(right) else OFFERED_WRONG
    return UNANSWERED if given.kind in HONEST else WRONG


def reached(right: Collection[str], given: Reply) -> bool:
    """Whether a right topic is answered, or among at most three to choose from."""
    return bool({*given.answered, *given.offered} & set(right))


def as_known(given: Reply) -> bool:
    """Whether ``given`` answers as if the answer were known."""
    return given.kind in (ANSWER, PLACES)


def well(question: Question, given: Reply) -> str:
    """The outcome for a question of any kind; one that cannot be answered is right unless it was answered as known."""
    if question.kind == "topic":
        return outcome(question.right, given)
    if question.kind == PATIENT:
        return RIGHT if given.kind == PATIENT else WRONG
    return WRONG if as_known(given) else RIGHT


def follow_up(asked: FollowUp, first: Reply, then: Reply, regions: Mapping[str, Collection[str]]) -> bool:
    """Whether ``then`` is what ``asked`` wants. ``regions`` hold the places of each region."""
    if set(then.answered) & set(asked.topics):
        return True
    if then.kind != PLACES:
        return False
    if asked.region is not None:
        return bool(then.places) and set(then.places) <= set(regions.get(asked.region, ()))
    wanted = asked.places
    if asked.nth is not None and len(first.places) >= asked.nth:
        wanted = (first.places[asked.nth - 1],)
    return bool(wanted) and set(then.places) == set(wanted)


def share(flags: Iterable[bool]) -> float:
    """The share that is true; not a number where there are none."""
    found = list(flags)
    return sum(found) / len(found) if found else float("nan")


def confusions(pairs: Iterable[tuple[str, str]], count: int) -> list[tuple[str, str, int]]:
    """The most frequent (wanted, given instead, how often)."""
    return [(wanted, given, times) for (wanted, given), times in Counter(pairs).most_common(count)]
