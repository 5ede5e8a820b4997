"""Follow-ups, on the trained model and with a real tracker."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Conversation

TIMES = "how long does approval of a clinical trial take in Belgium"


def test_and_the_fees_after_the_timelines_of_trials(conversation: Conversation) -> None:
    assert conversation.one(TIMES)["custom"]["topic"] == "clinical-trials/approval-timelines"
    assert conversation.one("and the fees?")["custom"]["topic"] == "clinical-trials/fees"


def test_what_the_words_of_a_follow_up_add_counts(conversation: Conversation) -> None:
    assert conversation.one("what does an application for a clinical trial cost")["custom"]["topic"].endswith("/fees")
    topic = conversation.one("and how long does it take?")["custom"]["topic"]
    assert topic == "clinical-trials/approval-timelines"


def test_the_same_words_mean_another_thing_after_another_topic(conversation: Conversation) -> None:
    conversation.one("how do I get the CE mark for my medical device")
    assert conversation.intent().startswith("medical-devices/")
    reply = conversation.one("and how long does that take?")
    topics = [reply["custom"].get("topic"), *reply["custom"].get("topics", [])]
    assert any(str(topic).startswith("medical-devices/") for topic in topics), reply


def test_a_question_that_stands_alone_is_not_bent(conversation: Conversation) -> None:
    conversation.one(TIMES)
    conversation.one("which incubators are there in Brussels")
    assert not conversation.intent().startswith("clinical-trials/")


@pytest.mark.parametrize("text", ["thanks", "hello", "bye"])
def test_small_talk_is_small_talk_after_an_answer_too(conversation: Conversation, text: str) -> None:
    conversation.one(TIMES)
    assert conversation.one(text)["custom"]["type"] == "chitchat"


def test_a_place_and_then_it(conversation: Conversation) -> None:
    assert conversation.one("where is EEBIC?")["custom"]["places"] == ["eebic"]
    reply = conversation.one("how big is it?")
    assert reply["custom"]["places"] == ["eebic"] and "2,600" in reply["text"]


def test_a_fact_about_a_place_is_said_with_its_entry(conversation: Conversation) -> None:
    reply = conversation.one("how many square metres has BLSI?")
    custom = reply["custom"]
    assert custom["places"] == ["blsi"] and custom["topic"] == "incubators/blsi"
    assert "blsi-floor-area" in custom["facts"] and reply["text"].startswith(custom["intro"])
    assert any(source["title"] for source in custom["sources"])


def test_a_place_that_was_answered_as_a_topic_and_then_it(conversation: Conversation) -> None:
    assert conversation.one("tell me about EEBIC")["custom"]["topic"] == "incubators/eebic"
    assert "2,600" in conversation.one("how big is it?")["text"]


def test_more_says_what_was_not_said(conversation: Conversation) -> None:
    first = conversation.one(TIMES)["custom"]["facts"]
    more = conversation.one("tell me more")["custom"]
    assert more["topic"] == "clinical-trials/approval-timelines"
    assert more["facts"] and not set(more["facts"]) & set(first)


def test_repeat_says_the_same(conversation: Conversation) -> None:
    said = conversation.one(TIMES)
    again = conversation.one("please repeat that")
    assert (again["text"], again["custom"], again["buttons"]) == (said["text"], said["custom"], said["buttons"])


def test_nothing_to_repeat_and_nothing_more_at_first(conversation: Conversation) -> None:
    assert conversation.one("please repeat that")["custom"] == {"type": "chitchat"}
    assert conversation.one("tell me more")["custom"] == {"type": "chitchat"}


def test_after_a_restart_nothing_is_leaned_on(conversation: Conversation) -> None:
    conversation.one(TIMES)
    conversation.say("start over please")
    again = conversation.one("please repeat that")
    assert again["custom"] == {"type": "chitchat"} and "days" not in again["text"]


def test_a_button_gives_the_whole_topic(conversation: Conversation) -> None:
    reply = conversation.one('/ask_topic{"topic": "clinical-trials/fees"}')
    assert (reply["custom"]["topic"], reply["custom"]["confidence"]) == ("clinical-trials/fees", 1.0)


@pytest.mark.parametrize("payload", ['/ask_topic{"topic": "no/such"}', "/ask_topic", '/ask_topic{"topic": 3}'])
def test_a_button_of_a_topic_that_is_gone_is_answered_honestly(conversation: Conversation, payload: str) -> None:
    assert conversation.one(payload)["custom"]["type"] == "unknown"


def test_a_question_without_an_answer_offers_a_person_with_the_question(conversation: Conversation) -> None:
    question = "What overhead percentage do the Brussels university hospitals put on a trial budget?"
    reply = conversation.one(question)
    assert reply["custom"]["type"] == "unknown"
    assert any(
        button["payload"].startswith("/contact{") and question in button["payload"] for button in reply["buttons"]
    )


def test_what_is_not_ours_is_refused(conversation: Conversation) -> None:
    assert conversation.one("what's the weather in Lisbon tomorrow")["custom"]["type"] in ("out_of_scope", "unknown")
