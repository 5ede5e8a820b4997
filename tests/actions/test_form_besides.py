"""What people say in the form besides its answers: leaving, taking back, asking what happens."""

from __future__ import annotations

import pytest

from actions.contact.fields import SLOTS
from actions.context import Context
from tests.actions.simulator import Conversation
from tests.actions.test_form import stored, until


@pytest.mark.parametrize("step", ["name", "company", "phone", "subject", "consent", "confirm"])
@pytest.mark.parametrize("text", ["stop, I changed my mind", "no wait, stop", "Please cancel it.", "hm, stop"])
def test_leaving_in_other_words(chat: Conversation, context: Context, step: str, text: str) -> None:
    until(chat, step)
    (reply,) = chat.say(text)
    assert reply.response == "utter_contact_cancelled"
    assert chat.loop is None
    assert not any(chat.slots.get(slot) for slot in SLOTS)
    assert not stored(context)


@pytest.mark.parametrize("text", ["Stop AIDS Foundation", "Exit Bio", "Full Stop"])
def test_companies_named_like_leaving(chat: Conversation, text: str) -> None:
    until(chat, "company")
    chat.say(text)
    assert chat.slots["contact_company"] == text


def test_phone_is_taken_out_again(chat: Conversation, context: Context) -> None:
    until(chat, "phone")
    chat.say("+32 2 555 01 23")
    until(chat, "confirm")
    chat.say("can you remove my phone number please", "erase", 0.95)
    assert chat.step() == "confirm"
    assert "Phone: none" in chat.replies[0].text
    chat.say("delete the company", "erase", 0.95)
    assert chat.step() == "company"


def test_request_for_erasure_in_the_form(chat: Conversation) -> None:
    until(chat, "confirm")
    replies = chat.say("remove my name from your records", "erase", 0.95)
    assert replies[0].custom["type"] == "erase"
    assert chat.step() == "confirm"


def test_condition_at_the_consent_is_neither_yes_nor_no(chat: Conversation) -> None:
    until(chat, "consent")
    privacy, again, question = chat.say("I would agree if you delete it after", "erase", 0.95)
    assert privacy.response == "utter_privacy"
    assert again.custom["error"] == "yes_or_no"
    assert question.custom["step"] == "consent"


@pytest.mark.parametrize("step", ["consent", "confirm"])
@pytest.mark.parametrize("text", ["maybe", "yes, if it stays here", "perhaps later"])
def test_half_a_yes_is_asked_again(chat: Conversation, step: str, text: str) -> None:
    until(chat, step)
    refused = chat.say(text, "affirm", 0.95)[0]
    assert refused.custom["error"] == "yes_or_no"
    assert chat.step() == step


@pytest.mark.parametrize("step", ["consent", "confirm"])
@pytest.mark.parametrize(
    ("text", "intent"), [("what will you do with it?", "smalltalk"), ("who sees it?", "out_of_scope")]
)
def test_what_happens_with_the_details(chat: Conversation, step: str, text: str, intent: str) -> None:
    until(chat, step)
    replies = chat.say(text, intent, 0.9)
    assert replies[0].custom == {"type": "privacy"}
    assert chat.step() == step


def test_bare_list_in_the_message_that_opens_the_form(chat: Conversation) -> None:
    chat.say("please call me back: Eva Lund, Lund Devices, eva@example.com", "contact")
    assert (chat.slots["contact_name"], chat.slots["contact_company"]) == ("Eva Lund", "Lund Devices")
    assert chat.slots["contact_email"] == "eva@example.com"
    assert chat.step() == "phone"
