"""What replies over HTTP are worth."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from bench.talk_scores import (
    OFFERED,
    OFFERED_WRONG,
    RIGHT,
    UNANSWERED,
    WRONG,
    Reply,
    confusions,
    follow_up,
    outcome,
    reached,
    reply,
    well,
)
from corpus.validation import FollowUp, Question

FEES, TIMES = "clinical-trials/fees", "clinical-trials/approval-timelines"
REGIONS = {"Flanders": ["leuven", "ghent"], "Brussels": ["blsi"]}
ANSWERED = Reply("answer", (FEES,))


def said(custom: Optional[dict[str, Any]], text: str = "") -> Reply:
    return reply([{"text": text, **({"custom": custom} if custom else {})}], {"I do not know": "en"})


def asked(
    *topics: str, places: tuple[str, ...] = (), region: Optional[str] = None, nth: Optional[int] = None
) -> FollowUp:
    return FollowUp("one", "two", topics, places, region, nth, "en")


def test_an_answer_counts_with_its_alias_and_the_second_topic() -> None:
    found = said(
        {
            "type": "answer",
            "topic": FEES,
            "aliases": ["old/fees"],
            "also": TIMES,
            "others": ["a/1", "a/2", "a/3", "a/4"],
            "language": "fr",
        }
    )
    assert found == Reply("answer", (FEES, "old/fees", TIMES), ("a/1", "a/2", "a/3"), (), "fr")
    assert found.said == FEES


def test_the_language_of_a_reply_that_does_not_name_it_is_read_from_its_text() -> None:
    assert said({"type": "unknown"}, "I do not know that.").language == "en"
    assert said({"type": "unknown"}, "Something else").language is None


def test_a_reply_without_payload_says_nothing() -> None:
    assert said(None, "hello").kind == reply([], {}).kind == "nothing"


def test_a_question_for_consent_is_not_the_reply() -> None:
    assert reply([{"custom": {"type": "consent"}}, {"custom": {"type": "patient"}}], {}).kind == "patient"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (ANSWERED, RIGHT),
        (Reply("answer", (TIMES,), (FEES,)), WRONG),
        (Reply("clarify", (), (TIMES, FEES)), OFFERED),
        (Reply("clarify", (), (TIMES,)), OFFERED_WRONG),
        (Reply("unknown"), UNANSWERED),
        (Reply("out_of_scope"), UNANSWERED),
        (Reply("answer", (TIMES,)), WRONG),
        (Reply("places", places=("blsi",)), WRONG),
        (Reply("nothing"), WRONG),
    ],
)
def test_outcomes(given: Reply, wanted: str) -> None:
    assert outcome((FEES,), given) == wanted


def test_a_wrong_answer_may_offer_the_right_one_beside_it() -> None:
    assert reached((FEES,), Reply("answer", (TIMES,), (FEES,)))
    assert reached((FEES,), ANSWERED)
    assert not reached((FEES,), Reply("unknown"))


def test_what_cannot_be_answered_must_not_be() -> None:
    question = Question("?", ("uncovered",), None, "en", "public")
    assert well(question, ANSWERED) == WRONG
    assert well(question, Reply("clarify")) == well(question, Reply("unknown")) == RIGHT


def test_patients_are_shown_their_door() -> None:
    question = Question("?", ("patient",), None, "en", "public")
    assert (well(question, Reply("patient")), well(question, Reply("unknown"))) == (RIGHT, WRONG)


def test_a_follow_up_may_be_a_topic_or_exactly_these_places() -> None:
    first = Reply("answer", ("a/1",))
    assert follow_up(asked(FEES), first, ANSWERED, REGIONS)
    assert not follow_up(asked(TIMES), first, ANSWERED, REGIONS)
    assert follow_up(asked(places=("blsi", "leuven")), first, Reply("places", places=("leuven", "blsi")), REGIONS)
    assert not follow_up(asked(places=("blsi",)), first, Reply("places", places=("leuven", "blsi")), REGIONS)
    assert not follow_up(asked(TIMES), first, Reply("places"), REGIONS)


def test_a_region_means_its_places_and_no_others() -> None:
    first = Reply("places", places=("blsi",))
    assert follow_up(asked(region="Flanders"), first, Reply("places", places=("ghent",)), REGIONS)
    assert not follow_up(asked(region="Flanders"), first, Reply("places", places=("ghent", "blsi")), REGIONS)
    assert not follow_up(asked(region="Flanders"), first, Reply("places"), REGIONS)


def test_the_second_one_is_the_second_of_the_first_reply() -> None:
    listed, second = Reply("places", places=("blsi", "ghent")), Reply("places", places=("ghent",))
    assert follow_up(asked(nth=2, places=("leuven",)), listed, second, REGIONS)
    assert not follow_up(asked(nth=2, places=("leuven",)), Reply("answer"), second, REGIONS)


def test_confusions_come_most_frequent_first() -> None:
    assert confusions([("a", "b"), ("a", "c"), ("a", "c")], 1) == [("a", "c", 2)]
