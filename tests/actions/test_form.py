"""The contact form as a conversation."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from actions.contact.fields import DETAILS, SLOTS, Field
from actions.context import Context
from records import notice
from records.models import Contact, Outbox
from tests.actions.simulator import Conversation, responses

ANSWERS = {
    "name": "Alex Doe",
    "company": "acme bio",
    "email": "a.doe@example.com",
    "phone": "no",
    "country": "Belgium",
    "subject": "clinical trial fees",
    "consent": "yes",
    "confirm": "yes",
}


def until(chat: Conversation, step: str) -> None:
    """Answer the form until it asks for ``step``."""
    if not chat.loop:
        chat.say("I want to talk to somebody", "contact")
    while chat.step() != step:
        chat.say(ANSWERS[chat.step()])


def stored(context: Context) -> list[Contact]:
    with context.store.read() as session:
        return list(session.scalars(select(Contact)))


def test_straight_through(chat: Conversation, context: Context) -> None:
    until(chat, "confirm")
    assert "Country: Belgium" in chat.replies[0].text
    assert "Phone: none" in chat.replies[0].text
    asked = next(
        e["text"] for e in chat.events if (e.get("metadata") or {}).get("utter_action", "").endswith("consent")
    )
    (reply,) = chat.say("yes")
    (row,) = stored(context)
    assert reply.custom == {"type": "contact", "reference": row.reference}
    assert row.reference in reply.text
    assert (row.name, row.company, row.email) == ("Alex Doe", "acme bio", "a.doe@example.com")
    assert (row.phone, row.country, row.subject, row.question) == (None, "BE", "clinical trial fees", None)
    assert row.consent_text_hash == notice.text_hash(asked)
    assert (row.language, row.channel, row.conversation) == ("en", "rest", "conversation-1")
    assert not any(chat.slots.get(slot) for slot in SLOTS)
    assert chat.loop is None


def test_every_reply_says_the_step(chat: Conversation) -> None:
    chat.say("contact please", "contact")
    seen = []
    while chat.loop:
        for reply in chat.replies:
            assert reply.custom["type"] == "contact"
        seen.append(chat.step())
        chat.say(ANSWERS[chat.step()])
    assert seen == list(ANSWERS)


def test_all_at_once_then_only_what_is_missing(chat: Conversation, context: Context) -> None:
    chat.say("I'm Alex Doe from Acme Bio in Canada, a.doe@example.com", "inform")
    assert chat.step() == "phone"
    chat.press("/contact_skip")
    assert chat.step() == "subject"
    chat.say("lab space")
    chat.press("/affirm")
    chat.press("/affirm")
    (row,) = stored(context)
    assert (row.name, row.company, row.country) == ("Alex Doe", "Acme Bio", "CA")


def test_question_from_the_button_is_the_subject(chat: Conversation, context: Context) -> None:
    chat.say('/contact{"question": "How long?"}', "contact", entities={"question": "How long is a phase I approval?"})
    until(chat, "confirm")
    assert "Subject: How long is a phase I approval?" in chat.replies[0].text
    chat.say("yes")
    assert stored(context)[0].question == "How long is a phase I approval?"


@pytest.mark.parametrize("step", ["name", "company", "email", "phone", "country", "subject", "consent", "confirm"])
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("How long does an approval take?", "clinical-trials"),
        ("what is the deadline for phase I", "clinical-trials"),
        ("tell me about incubators", "incubators"),
        ("how big is BLSI?", "directory_place"),
        ("hello", "greet"),
        ("help", "help"),
        ("I'd like to see my cookie choice", "consent_status"),
        ("are you a robot?", "bot_challenge"),
    ],
)
def test_questions_are_left_to_the_rules_and_the_form_goes_on(
    chat: Conversation, step: str, text: str, intent: str
) -> None:
    until(chat, step)
    before = {slot: value for slot, value in chat.slots.items() if slot != "contact_attempts"}
    chat.say(text, intent, 0.95)
    assert chat.step() == step
    assert {slot: value for slot, value in chat.slots.items() if slot != "contact_attempts"} == before
    assert not any("error" in reply.custom for reply in chat.replies)


@pytest.mark.parametrize("step", ["name", "company", "subject", "email", "confirm"])
@pytest.mark.parametrize("text", ["stop", "I want to stop", "/contact_cancel", "never mind"])
def test_leaving(chat: Conversation, context: Context, step: str, text: str) -> None:
    until(chat, step)
    (reply,) = chat.say(text, "contact_cancel", 0.9)
    assert reply.response == "utter_contact_cancelled"
    assert chat.loop is None
    assert not any(chat.slots.get(slot) for slot in SLOTS)
    assert stored(context) == []


@pytest.mark.parametrize(
    ("step", "text", "intent", "confidence"),
    [
        ("name", "Hope Help", "help", 0.9),
        ("name", "Bruno", "greet", 0.6),
        ("company", "Cancer Research Ltd", "contact_cancel", 0.9),
        ("company", "Medical Devices NV", "medical-devices", 0.95),
        ("company", "acme", "incubators", 0.4),
        ("subject", "clinical trial fees", "clinical-trials", 0.99),
        ("subject", "we need wet labs in Anderlecht", "directory_list", 0.99),
        ("subject", "Do you know somebody at the ministry of magic?", "out_of_scope", 0.9),
    ],
)
def test_answers_that_look_like_something_else(
    chat: Conversation, step: str, text: str, intent: str, confidence: float
) -> None:
    until(chat, step)
    chat.say(text, intent, confidence)
    assert chat.slots[f"contact_{step}"] == text


def test_key_words_at_the_name_are_a_question(chat: Conversation) -> None:
    until(chat, "name")
    chat.say("clinical trial fees", "clinical-trials", 0.95)
    assert chat.slots.get("contact_name") is None


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("no, my e-mail is x@example.com", "contact_email", "x@example.com"),
        ("change the company to Acme Biotech", "contact_company", "Acme Biotech"),
        ("the country is Canada", "contact_country", "CA"),
        ("my phone is +32 470 12 34 56", "contact_phone", "+32470123456"),
        ("x@example.com", "contact_email", "x@example.com"),
        ("name: Alex Roe", "contact_name", "Alex Roe"),
        ("the subject should be tax, and labs", "contact_subject", "tax, and labs"),
        ("yes but my e-mail is x@example.com", "contact_email", "x@example.com"),
    ],
)
@pytest.mark.parametrize("step", ["consent", "confirm"])
def test_correction_with_its_value(chat: Conversation, step: str, text: str, slot: str, value: str) -> None:
    until(chat, step)
    chat.say(text)
    assert chat.slots[slot] == value
    assert chat.step() == step
    assert chat.loop


def test_correction_while_something_else_is_asked(chat: Conversation) -> None:
    until(chat, "country")
    chat.say("no, my e-mail is x@example.com")
    assert (chat.slots["contact_email"], chat.step()) == ("x@example.com", "country")


@pytest.mark.parametrize("text", ["the phone is wrong", "change the phone", "wrong phone number"])
def test_wrong_detail_is_asked_again(chat: Conversation, context: Context, text: str) -> None:
    until(chat, "confirm")
    chat.say(text)
    assert chat.step() == "phone"
    chat.say("0470 12 34 56")
    assert chat.step() == "confirm"
    assert "+32470123456" in chat.replies[0].text
    chat.say("yes")
    assert stored(context)[0].phone == "+32470123456"


def test_no_at_the_end_asks_which(chat: Conversation) -> None:
    until(chat, "confirm")
    (reply,) = chat.say("no")
    assert reply.custom["step"] == "change"
    assert len(reply.buttons) == len(DETAILS) + 1
    chat.press(reply.buttons[1]["payload"])
    assert chat.step() == "company"
    chat.say("Acme Biotech")
    assert "Company: Acme Biotech" in chat.replies[0].text
    chat.press("/contact_correct")
    assert chat.step() == "change"
    chat.say("the country")
    assert chat.step() == "country"
    chat.say("Canada")
    chat.press("/contact_correct")
    chat.say("how big is BLSI?", "directory_place")
    assert chat.step() == "change"
    chat.press("/affirm")
    assert chat.step() == "confirm"
    assert chat.loop


@pytest.mark.parametrize(
    "text", ["yes", "Yes please", "ok, send it", "y", "that's correct", "/affirm", "sure, go ahead"]
)
def test_ways_to_say_yes(chat: Conversation, context: Context, text: str) -> None:
    until(chat, "confirm")
    chat.say(text, "affirm" if text.startswith("/") else "nlu_fallback", 1.0)
    assert len(stored(context)) == 1


@pytest.mark.parametrize(
    ("text", "intent"),
    [("no", "deny"), ("No, I don't agree", "nlu_fallback"), ("/deny", "deny"), ("I'd rather keep it", "deny"),
     ("I do not agree", "affirm"), ("don't store anything", "affirm")],
)  # fmt: skip
def test_without_agreement_nothing_is_stored(chat: Conversation, context: Context, text: str, intent: str) -> None:
    until(chat, "consent")
    chat.say(text, intent, 0.9)
    assert chat.replies[-1].response == "utter_contact_not_kept"
    assert stored(context) == []
    assert chat.loop is None
    assert not any(chat.slots.get(slot) for slot in SLOTS)


@pytest.mark.parametrize("text", ["maybe", "hmm", "what do you mean", "yes and no", "I am not sure"])
@pytest.mark.parametrize("step", ["consent", "confirm"])
def test_unclear_is_no_agreement(chat: Conversation, context: Context, step: str, text: str) -> None:
    until(chat, step)
    chat.say(text)
    assert chat.step() == step
    assert stored(context) == []


@pytest.mark.parametrize(
    ("step", "wrong", "code"),
    [
        ("email", "alex@example", "invalid_email"),
        ("email", "alex", "invalid_email"),
        ("phone", "12345", "phone_without_country"),
        ("phone", "+32 1", "invalid_phone"),
        ("country", "Atlantis", "unknown_country"),
        ("name", "12345", "not_a_name"),
        ("company", "???", "not_a_company"),
        ("subject", "x", "too_short"),
    ],
)
def test_wrong_value_is_explained_and_later_a_way_out_is_offered(
    chat: Conversation, step: str, wrong: str, code: str
) -> None:
    until(chat, step)
    for attempt in range(1, 5):
        chat.say(wrong)
        assert chat.replies[0].custom == {"type": "contact", "step": step, "error": code}
        assert chat.step() == step
        assert ("stuck" in chat.replies[0].response) is (attempt >= 3)
    payloads = [button["payload"] for button in chat.replies[0].buttons]
    assert "/contact_cancel" in payloads
    assert ("/contact_skip" in payloads) is (step == "phone")
    chat.say(ANSWERS[step])
    assert chat.step() != step
    assert chat.slots["contact_attempts"] == 0


def test_what_was_typed_is_repeated(chat: Conversation) -> None:
    until(chat, "email")
    chat.say("alex@example")
    assert "alex@example" in chat.replies[0].text


def test_country_is_offered_when_it_nearly_fits(chat: Conversation) -> None:
    until(chat, "country")
    chat.say("the kingdom of Belgiun")
    titles = [button["title"] for button in chat.replies[0].buttons]
    if titles:
        chat.press(titles[0])
        assert chat.slots["contact_country"]


def test_only_the_phone_can_be_skipped(chat: Conversation) -> None:
    until(chat, "email")
    chat.press("/contact_skip")
    assert chat.replies[0].custom["error"] == "required"
    chat.say("a.doe@example.com")
    chat.press("/contact_skip")
    assert chat.slots["contact_phone"] == ""
    assert chat.step() == "country"


@pytest.mark.parametrize("text", ["no", "none", "I'd rather not", "skip", "No thanks.", "I don't have one", "later"])
def test_ways_to_leave_no_number(chat: Conversation, text: str) -> None:
    until(chat, "phone")
    chat.say(text)
    assert (chat.slots["contact_phone"], chat.step()) == ("", "country")


def test_no_company(chat: Conversation) -> None:
    until(chat, "company")
    chat.say("self-employed")
    assert chat.slots["contact_company"] == "self-employed"


def test_pressed_twice_gives_the_same_reference(chat: Conversation, context: Context) -> None:
    until(chat, "confirm")
    first = chat.press("/affirm")[-1].custom["reference"]
    second = chat.press("/contact_retry")[-1].custom["reference"]
    assert first == second
    assert len(stored(context)) == 1
    with context.store.read() as session:
        assert len(session.scalars(select(Outbox)).all()) == 1


def test_nothing_to_send(chat: Conversation) -> None:
    (reply,) = chat.press("/contact_retry")
    assert reply.response == "utter_contact_nothing_to_send"


def test_retry_with_a_detail_missing_asks_for_it(chat: Conversation) -> None:
    chat.slots |= {"contact_name": "Alex Doe", "contact_consent": True, "contact_confirmed": True}
    chat.press("/contact_retry")
    assert chat.step() == "company"


def test_every_response_has_a_caller() -> None:
    """No response without a caller, no caller without a response."""
    root = Path(__file__).parents[2]
    modules = [*(root / "actions").rglob("*.py"), root / "records" / "details" / "checks.py"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    rules = "\n".join(path.read_text(encoding="utf-8") for path in (root / "data" / "rules").glob("*.yml"))
    asked = {f"utter_ask_{field.slot}" for field in Field}
    codes = {"not_a_name", "not_a_company", "invalid_email", "invalid_phone", "phone_without_country",
             "unknown_country", "too_short", "too_long", "required", "yes_or_no"}  # fmt: skip
    assert all(f"utter_contact_{code}" in responses() for code in codes)
    for name in responses():
        error = name.removeprefix("utter_contact_")
        assert f'"{name}"' in code or name in asked or name in rules or (error in codes and f'"{error}"' in code), name
