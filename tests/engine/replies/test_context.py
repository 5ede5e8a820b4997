"""What the conversation was about, read from what was said in it."""

from __future__ import annotations

from rasa.shared.core.events import BotUttered, Restarted, SessionStarted

from engine.replies import context
from tests.engine.replies.builders import bot, tracker, user

ANSWER = bot("A", {"type": "answer", "topic": "clinical-trials/fees", "facts": []})
OLDER = bot("B", {"type": "answer", "topic": "incubators/overview", "facts": []})
PLACES = bot("P", {"type": "places", "places": ["blsi", "eebic"]})
CHAT = bot("C", {"type": "chitchat"})


def test_the_topic_answered_last_is_the_topic() -> None:
    assert context.last_topic(tracker(OLDER, user("x"), ANSWER, CHAT, user("y"))) == "clinical-trials/fees"
    assert context.last_topic(tracker(CHAT, user("x"))) is None


def test_the_subject_is_what_was_said_last_of_both() -> None:
    assert context.subject(tracker(ANSWER, PLACES, CHAT)) == "places"
    assert context.subject(tracker(PLACES, ANSWER, CHAT)) == "answer"
    assert context.subject(tracker(CHAT)) is None


def test_the_places_shown_last() -> None:
    assert context.last_places(tracker(PLACES, CHAT)) == ["blsi", "eebic"]
    assert context.last_places(tracker(PLACES, ANSWER)) == ["blsi", "eebic"]
    assert context.places_now(tracker(PLACES, ANSWER)) == []


def test_an_answer_about_one_place_speaks_of_that_place() -> None:
    about = bot("E", {"type": "answer", "topic": "incubators/eebic", "facts": []})
    assert context.last_places(tracker(PLACES, about, CHAT)) == ["eebic"]


def test_a_restart_and_a_new_session_forget_it() -> None:
    for start in (Restarted(), SessionStarted()):
        conversation = tracker(ANSWER, PLACES, start, CHAT)
        assert (context.last_topic(conversation), context.last_places(conversation)) == (None, [])


def test_the_last_question_is_typed_text() -> None:
    assert context.last_question(tracker(user("one"), user("two"), CHAT, user("/button"))) == "two"
    assert context.last_question(tracker(user("/button"))) == ""


def test_the_last_reply_is_the_one_before_the_message() -> None:
    assert context.last_reply(tracker(ANSWER, user("x"), CHAT)) == ANSWER
    assert context.last_reply(tracker(user("x"))) is None


def test_replies_without_a_custom_object_do_not_disturb() -> None:
    assert context.last_topic(tracker(ANSWER, BotUttered("plain"), BotUttered("x", {"custom": "no object"}))) == (
        "clinical-trials/fees"
    )
