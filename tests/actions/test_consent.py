"""The cookie choice as a conversation."""

from __future__ import annotations

import pytest

from actions.context import Context
from records import acts, consents, notice
from records.store import Store
from records.verify import verify
from tests.actions.simulator import Conversation
from tests.conftest import with_settings
from tests.faults import every_fault, fault

ALL = dict.fromkeys(notice.OPTIONAL, True)
NONE = dict.fromkeys(notice.OPTIONAL, False)


def records(context: Context) -> int:
    return verify(context.store, context.settings).records


def newest(chat: Conversation, context: Context) -> dict[str, object] | None:
    from rasa_sdk.interfaces import Tracker

    from actions import conversation as read

    tracker = Tracker(chat.sender, {}, {}, [], False, None, {}, None)
    return consents.latest(context.store, read.subject(tracker, context.settings))


def test_asked_once_with_equal_buttons(chat: Conversation, context: Context) -> None:
    (reply,) = chat.say("hello", "greet")
    assert reply.text == notice.load(context.settings, "en").first_layer
    assert [button["payload"] for button in reply.buttons] == ["/consent_accept", "/consent_refuse", "/consent_more"]
    assert reply.custom == {"type": "consent", "step": "ask", "notice": notice.current_version()}
    assert records(context) == 0
    chat.press("/consent_refuse")
    assert chat.say("hello", "greet") == []


@pytest.mark.parametrize(
    ("say", "choices", "event"),
    [
        ("/consent_accept", ALL, "given"),
        ("/consent_refuse", NONE, "refused"),
        ('/consent_choose{"choices": "analytics"}', NONE | {"analytics": True}, "given"),
    ],
)
def test_first_choice(chat: Conversation, context: Context, say: str, choices: dict[str, bool], event: str) -> None:
    (asked,) = chat.say("hello", "greet")
    (reply,) = chat.press(say)
    record = newest(chat, context)
    assert record is not None
    assert reply.custom == {"type": "consent", "choices": choices, "receipt": record["id"], "event": event}
    assert f"http://127.0.0.1:8080/receipts/{record['id']}" in reply.text
    assert record["notice_hash"] == notice.text_hash(asked.text)
    assert record["layout"] == {"layer": 1, "buttons": ["accept", "refuse", "more"], "preselected": []}
    assert (record["method"], record["channel"], record["conversation"]) == ("chat", "rest", "conversation-1")
    assert record["subject"] != "conversation-1"


def test_second_layer_is_what_was_agreed_to(chat: Conversation, context: Context) -> None:
    chat.say("hello", "greet")
    (read,) = chat.press("/consent_more")
    for purpose in notice.load(context.settings, "en").purposes.values():
        assert purpose.title in read.text
        assert purpose.lifetime in read.text
    chat.press(read.buttons[2]["payload"])
    record = newest(chat, context)
    assert record is not None
    assert record["notice_hash"] == notice.text_hash(read.text)
    assert record["choices"] == NONE | {"functional": True}


def test_changing_and_withdrawing(chat: Conversation, context: Context) -> None:
    chat.say("hello", "greet")
    chat.say("accept all", "consent_accept")
    assert chat.say("withdraw analytics", "consent_withdraw")[0].custom["choices"] == ALL | {"analytics": False}
    assert chat.replies[0].custom["event"] == "withdrawn"
    chat.say("analytics yes, functional no", "consent_choose")
    assert chat.replies[0].custom["choices"] == {"functional": False, "analytics": True, "improvement": True}
    assert chat.replies[0].custom["event"] == "changed"
    chat.say("I withdraw my consent", "consent_withdraw")
    assert chat.replies[0].custom["choices"] == NONE
    assert records(context) == 4


def test_what_did_i_choose(chat: Conversation) -> None:
    (reply,) = chat.say("what did I choose?", "consent_status")
    assert reply.custom == {"type": "consent", "choices": NONE, "receipt": None}
    chat.say("hello", "greet")
    receipt = chat.say("only analytics", "consent_choose")[0].custom["receipt"]
    (reply,) = chat.say("what did I choose?", "consent_status")
    assert reply.custom == {"type": "consent", "choices": NONE | {"analytics": True}, "receipt": receipt}
    for told in ("Analytics", "Functional, Improvement", "2026", "in the chat", f"/receipts/{receipt}"):
        assert told in reply.text


def test_choice_made_in_the_banner_counts_in_the_chat(context: Context) -> None:
    metadata = {"subject": "visitor-9", "channel": "web"}
    chosen = NONE | {"analytics": True}
    sent = acts.Request(
        "4b3c2f7e-92d1-4f0b-8f6e-2f1f0e8f8a11", "choose", chosen, "banner", 2, notice.current_version(), "fr", {}
    )
    acts.perform(context.store, context.settings, sent, "visitor-9")
    chat = Conversation(context)
    assert chat.say("hello", "greet", metadata=metadata) == []
    (reply,) = chat.say("what did I choose?", "consent_status", metadata=metadata)
    assert reply.custom["choices"] == chosen and "in the cookie banner" in reply.text
    chat.say("withdraw", "consent_withdraw", metadata=metadata)
    assert consents.in_force(context.store, context.settings, "visitor-9") == NONE


def test_grant_needs_a_notice_that_was_shown(chat: Conversation, context: Context) -> None:
    (reply,) = chat.say("I accept all cookies", "consent_accept")
    assert notice.load(context.settings, "en").first_layer in reply.text
    assert records(context) == 0
    assert chat.say("I accept all cookies", "consent_accept")[0].custom["choices"] == ALL


def test_partial_grant_shows_each_purpose_first(chat: Conversation, context: Context) -> None:
    (reply,) = chat.say("only analytics", "consent_choose")
    assert "13 months" in reply.text
    assert records(context) == 0
    assert chat.say("only analytics", "consent_choose")[0].custom["choices"] == NONE | {"analytics": True}


def test_refusing_needs_no_notice(chat: Conversation, context: Context) -> None:
    assert chat.say("no cookies", "consent_refuse")[0].custom["choices"] == NONE
    assert records(context) == 1


def test_unclear_wish_shows_the_notice(chat: Conversation, context: Context) -> None:
    (reply,) = chat.say("I want to choose", "consent_choose")
    assert reply.custom["step"] == "notice"
    assert records(context) == 0


def test_visitor_keeps_one_choice_across_conversations(context: Context) -> None:
    metadata = {"subject": "visitor-7", "channel": "slack", "gpc": True}
    first, second = Conversation(context, "one"), Conversation(context, "two")
    first.say("hello", "greet", metadata=metadata)
    first.say("/consent_accept", "consent_accept", metadata=metadata)
    record = consents.latest(context.store, "visitor-7")
    assert record is not None
    assert (record["channel"], record["signals"]) == ("slack", {"gpc": True})
    assert second.say("hello", "greet", metadata=metadata) == []
    assert second.say("what did I accept?", "consent_status", metadata=metadata)[0].custom["choices"] == ALL
    assert second.say("what did I accept?", "consent_status")[0].custom["choices"] == NONE


def test_lapsed_choice_is_asked_again_and_grants_nothing(chat: Conversation, context: Context) -> None:
    chat.say("hello", "greet")
    chat.press("/consent_accept")
    later = Context(with_settings(context.settings, consent_days=0), context.store)
    chat.use(later)
    (reply,) = chat.say("hello", "greet")
    assert reply.custom["step"] == "ask"
    assert chat.say("what did I choose?", "consent_status")[0].custom["choices"] == NONE
    record = newest(chat, context)
    assert record is not None
    assert (record["event"], record["choices"]) == ("re-asked", NONE)
    chat.say("hello", "greet")
    assert records(context) == 2


@every_fault
def test_choice_that_cannot_be_stored_counts_as_refused(
    chat: Conversation, context: Context, store: Store, kind: str
) -> None:
    chat.say("hello", "greet")
    with fault(kind, context.settings.database_url) as broken:
        chat.use(Context(context.settings, broken))
        (reply,) = chat.press("/consent_accept")
    assert reply.custom == {"type": "consent", "choices": NONE, "receipt": None, "error": "store_down"}
    assert "could not be stored" in reply.text
    assert "/consent_refuse" in [button["payload"] for button in reply.buttons]
    assert records(context) == 0
    chat.use(context)
    assert chat.press("/consent_accept")[0].custom["choices"] == ALL


@every_fault
def test_withdrawal_that_cannot_be_stored_ends_the_grant(
    chat: Conversation, context: Context, store: Store, kind: str
) -> None:
    chat.say("hello", "greet")
    chat.press("/consent_accept")
    subject = str((newest(chat, context) or {})["subject"])
    with fault(kind, context.settings.database_url) as broken:
        chat.use(Context(context.settings, broken))
        assert chat.press("/consent_withdraw")[0].custom["choices"] == NONE
    chat.use(context)
    assert consents.in_force(store, context.settings, subject) is None
    assert chat.say("what did I choose?", "consent_status")[0].custom["choices"] == NONE
    assert chat.say("hello", "greet")[0].custom["step"] == "ask"
    only = chat.press('/consent_choose{"purpose": "analytics"}')[0]
    assert only.custom["choices"] == NONE | {"analytics": True}, "what was held is not granted again"
    assert consents.in_force(store, context.settings, subject) == only.custom["choices"]


def test_withdrawal_that_cannot_even_be_held_is_not_claimed(chat: Conversation, context: Context) -> None:
    chat.say("hello", "greet")
    chat.press("/consent_accept")
    (context.settings.var / "held").write_text("in the way")
    with fault("locked", context.settings.database_url) as broken:
        chat.use(Context(context.settings, broken))
        (reply,) = chat.press("/consent_withdraw")
    assert reply.response == "utter_consent_not_applied"
    assert "choices" not in reply.custom


@pytest.mark.parametrize("kind", ["gone"])
def test_outage_does_not_ask(chat: Conversation, context: Context, kind: str) -> None:
    with fault(kind, context.settings.database_url) as broken:
        chat.use(Context(context.settings, broken))
        assert chat.say("hello", "greet") == []


def test_erasure(chat: Conversation, context: Context) -> None:
    (reply,) = chat.say("erase my data", "erase")
    reference = reply.custom["reference"]
    assert reply.custom == {"type": "erase", "reference": reference}
    assert reference in reply.text
    assert chat.say("erase my data", "erase")[0].custom["reference"] == reference


@every_fault
def test_erasure_that_cannot_be_stored(chat: Conversation, context: Context, store: Store, kind: str) -> None:
    with fault(kind, context.settings.database_url) as broken:
        chat.use(Context(context.settings, broken))
        (reply,) = chat.say("erase my data", "erase")
    assert reply.custom == {"type": "erase", "reference": None, "error": "store_down"}
    assert context.settings.controller_contact in reply.text


@pytest.mark.parametrize(("text", "intent", "choices"), [("yes", "affirm", ALL), ("no", "deny", NONE)])
@pytest.mark.parametrize("more", [False, True])
def test_yes_or_no_right_after_the_question(
    chat: Conversation, context: Context, text: str, intent: str, choices: dict[str, bool], more: bool
) -> None:
    chat.say("hello", "greet")
    if more:
        chat.press("/consent_more")
    (reply,) = chat.say(text, intent)
    assert reply.custom["choices"] == choices
    assert records(context) == 1


def test_yes_or_no_at_any_other_time_is_small_talk(chat: Conversation, context: Context) -> None:
    assert chat.say("yes", "affirm")[0].response == "utter_affirm"
    assert chat.say("no", "deny")[0].response == "utter_deny"
    chat.say("hello", "greet")
    assert chat.press("/affirm")[0].response == "utter_affirm"
    assert chat.say("yes", "affirm")[0].response == "utter_affirm"
    assert records(context) == 0


@pytest.mark.parametrize(
    ("text", "confidence"), [("yes?", 0.9), ("maybe yes", 0.9), ("yes", 0.3), ("great", 0.9), ("no problem", 0.9)]
)
def test_doubtful_yes_is_asked_again(chat: Conversation, context: Context, text: str, confidence: float) -> None:
    chat.say("hello", "greet")
    assert chat.say(text, "affirm", confidence)[0].custom["step"] == "notice"
    assert records(context) == 0


def test_go_back_is_no_withdrawal(chat: Conversation, context: Context) -> None:
    chat.say("hello", "greet")
    chat.press("/consent_accept")
    assert chat.say("go back", "consent_withdraw")[0].response == "utter_help"
    assert records(context) == 1


def test_bare_choice_is_no_wish_to_read(chat: Conversation, context: Context) -> None:
    chat.say("hello", "greet")
    assert chat.say("tell me only about analytics", "consent_more")[0].custom["step"] == "notice"
    assert records(context) == 0
    assert chat.say("only analytics cookies", "consent_more")[0].custom["choices"] == NONE | {"analytics": True}
