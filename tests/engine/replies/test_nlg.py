"""Every reply Rasa asks for has its words, its variables filled, and its custom object."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.events import Restarted

from engine.replies.answers import fill
from engine.replies.nlg import COMPOSED
from engine.replies.texts import known, texts
from tests.engine.replies.builders import bot, generate, tracker, user

FEES, TIMES = "clinical-trials/fees", "clinical-trials/approval-timelines"
VARIABLES = {
    "name": "Ann", "company": "Acme", "email": "a@b.be", "phone": "+32 2 555 01 23", "country": "Belgium",
    "subject": "labs", "reference": "ABC-123", "notice": "Text", "accepted": "all", "refused": "none", "typed": "x",
    "receipt": "r-1", "date": "2026-11-24", "choices": "functional", "count": 3, "as_of": "2026", "publisher": "P",
    "title": "T", "given": "2026-11-24", "until": "2027-05-23", "days": 180,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(texts("en").responses) - set(COMPOSED)))
def test_no_placeholder_is_left_when_its_value_is_given(name: str) -> None:
    wanted = set(re.findall(r"\{(\w+)\}", str(texts("en").responses[name])))
    reply = generate(name, tracker(user("hello")), **{key: VARIABLES.get(key, "value") for key in wanted})
    assert not re.search(r"\{\w+\}", reply["text"])


def test_a_slot_is_filled_in_too_and_an_empty_one_is_left_out() -> None:
    assert fill("{a} and {b}", {"a": 1}) == "1 and {b}"
    reply = generate("utter_contact_summary", tracker(user("yes")), **{**VARIABLES, "name": None})
    assert "Name: \n" in reply["text"] and "Company: Acme" in reply["text"]


def test_braces_that_people_type_do_no_harm() -> None:
    typed = {**VARIABLES, "name": "{email} {0} {{x}} {", "company": "{contact_question}", "subject": "100 % {subject}"}
    text = generate("utter_contact_summary", tracker(user("yes"), contact_question="secret"), **typed)["text"]
    assert "Name: {email} {0} {{x}} {\n" in text
    assert "Company: {contact_question}\n" in text and "secret" not in text
    assert text.endswith("Subject: 100 % {subject}")


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(alphabet="{}abc\\%$", max_size=12)))
def test_values_are_said_exactly_as_typed(values: dict[str, str]) -> None:
    assert fill("<{a}|{b}|{c}>", values) == "<" + "|".join(values.get(key, "{" + key + "}") for key in "abc") + ">"


def test_a_response_that_does_not_exist_is_none() -> None:
    assert generate("utter_no_such_thing", tracker(user("hello"))) is None


def test_replies_are_copies() -> None:
    first = generate("utter_greet", tracker(user("hello")))
    first["buttons"].clear()
    first["custom"]["type"] = "spoilt"
    again = generate("utter_greet", tracker(user("hello")))
    assert again["buttons"] and again["custom"] == {"type": "chitchat"}


def test_a_topic_is_answered_with_the_facts_that_were_asked_for() -> None:
    understood = {"topic": TIMES, "facts": ["ct-mononational-early-phase-20-days"], "alone": True, "choices": []}
    reply = generate("utter_answer", tracker(user("phase I?", "clinical-trials", understood=understood)))
    assert (reply["custom"]["topic"], reply["custom"]["facts"]) == (TIMES, understood["facts"])
    assert reply["custom"]["confidence"] == 0.8
    assert "20 days" in reply["text"]


@pytest.mark.parametrize("topic", ["no/such", None, 3])
def test_a_topic_that_is_gone_is_not_answered(topic: Any) -> None:
    """The model may be older than the knowledge."""
    understood = {"topic": topic, "facts": ["gone"], "choices": []}
    reply = generate("utter_answer", tracker(user("x", "clinical-trials", understood=understood)))
    assert reply["custom"]["type"] == "unknown"


def test_topics_that_may_be_meant_instead_are_offered_beside_an_answer() -> None:
    understood = {"topic": FEES, "facts": [], "alone": False, "choices": [TIMES, "clinical-trials/gone"]}
    reply = generate("utter_answer", tracker(user("fees?", "clinical-trials", understood=understood)))
    assert reply["custom"]["topic"] == FEES and reply["custom"]["others"] == [TIMES]
    assert reply["buttons"][0]["title"] == known().title(TIMES, "en")


def test_a_fact_that_is_gone_is_left_out() -> None:
    understood = {"topic": FEES, "facts": ["gone"], "alone": True, "choices": []}
    reply = generate("utter_answer", tracker(user("x", "clinical-trials", understood=understood)))
    assert reply["custom"]["topic"] == FEES and "gone" not in reply["custom"]["facts"] and reply["text"].strip()


def test_two_or_three_topics_are_offered_with_a_way_out() -> None:
    understood = {"choices": [FEES, TIMES, "no/such"]}
    reply = generate("utter_clarify", tracker(user("time and money", "clarify", understood=understood)))
    assert reply["custom"] == {"type": "clarify", "topics": [FEES, TIMES]}
    titles = [button["title"] for button in reply["buttons"]]
    assert titles == [known().title(FEES, "en"), known().title(TIMES, "en"), "None of these"]
    assert reply["buttons"][-1]["payload"] == "/nlu_fallback"


def test_an_unknown_question_goes_to_a_person_as_it_was_asked() -> None:
    question = 'Is "CAR-T" {ok}? é \\ </b>'
    reply = generate("utter_unknown", tracker(user(question, "nlu_fallback", understood={"choices": [FEES]})))
    import json

    first, second = reply["buttons"]
    assert json.loads(first["payload"].removeprefix("/contact")) == {"question": question}
    assert second["payload"] == f'/ask_topic{{"topic": "{FEES}"}}'
    assert reply["custom"]["type"] == "unknown"


def test_a_button_is_no_question() -> None:
    events = [user("what is this"), bot("?", {"type": "clarify"}), user("/nlu_fallback", "nlu_fallback")]
    reply = generate("utter_unknown", tracker(*events))
    assert reply["buttons"][0]["payload"] == '/contact{"question": "what is this"}'
    assert generate("utter_unknown", tracker(user("/nlu_fallback")))["buttons"][0]["payload"] == "/contact"


def test_a_very_long_question_is_cut() -> None:
    reply = generate("utter_unknown", tracker(user("x" * 1000, "nlu_fallback")))
    assert len(reply["buttons"][0]["payload"]) < 600


@pytest.mark.parametrize("slug", sorted(known().uncovered))
def test_a_question_that_was_researched_in_vain_names_the_nearest_topic(slug: str) -> None:
    understood = {"topic": f"uncovered/{slug}", "choices": []}
    reply = generate("utter_not_covered", tracker(user("x", "uncovered", understood=understood)))
    near = known().uncovered[slug].topic
    assert (reply["custom"]["type"], reply["custom"]["near"]) == ("unknown", near)
    payloads = [button["payload"] for button in reply["buttons"]]
    assert payloads[0].startswith("/contact") and f'/ask_topic{{"topic": "{near}"}}' in payloads


@pytest.mark.parametrize("topic", sorted(known().topics))
def test_every_topic_can_be_told_to_its_end(topic: str) -> None:
    """``more`` says every fact once, and then that there is nothing more."""
    events = [user("/ask_topic", "ask_topic", entities=[("topic", topic)])]
    told: list[str] = []
    reply = generate("utter_answer", tracker(*events))
    for _ in range(20):
        if reply["custom"]["type"] != "answer":
            break
        told += reply["custom"]["facts"]
        events += [bot(reply["text"], reply["custom"]), user("more", "more")]
        reply = generate("utter_more", tracker(*events))
    assert reply["custom"] == {"type": "chitchat"}
    assert {fact.id for fact in known().topics[topic].facts} <= set(told)
    assert len(told) == len(set(told))


def test_the_last_reply_is_repeated_with_its_buttons() -> None:
    said = bot("Twenty days.", {"type": "answer", "topic": TIMES, "facts": []}, [{"title": "Fees", "payload": "/x"}])
    reply = generate("utter_repeat", tracker(user("how long"), said, user("say again", "repeat")))
    assert reply == {"text": said.text, "buttons": said.data["buttons"], "custom": said.data["custom"]}


def test_what_was_said_before_a_restart_is_not_repeated() -> None:
    said = bot("Twenty days.", {"type": "answer", "topic": TIMES, "facts": []})
    reply = generate("utter_repeat", tracker(user("how long"), said, Restarted(), user("say again", "repeat")))
    assert "Twenty" not in reply["text"]
