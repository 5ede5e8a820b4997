"""When the database or an action fails, the visitor hears so, and nothing is lost or half-done."""

from __future__ import annotations

import time
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from sqlalchemy import select
from structlog.testing import capture_logs

from actions.context import Context
from actions.safe import Events, SafeAction
from records import contacts
from records.models import Contact, Outbox, Ticket
from records.store import Store
from tests.actions.simulator import DOMAIN, Conversation
from tests.actions.test_form import stored, until
from tests.conftest import with_settings
from tests.faults import every_fault, fault


@every_fault
def test_store_down_keeps_what_was_typed_and_tries_again(
    chat: Conversation, context: Context, store: Store, kind: str
) -> None:
    until(chat, "confirm")
    with fault(kind, context.settings.database_url) as broken:
        chat.use(Context(context.settings, broken))
        reply = chat.press("/affirm")[-1]
        assert reply.response == "utter_contact_store_down"
        assert reply.custom == {"type": "contact", "step": "confirm", "error": "store_down"}
        assert chat.press("/contact_retry")[-1].response == "utter_contact_store_down"
    assert chat.slots["contact_email"] == "a.doe@example.com"
    assert stored(context) == []
    chat.use(context)
    assert "reference" in chat.press("/contact_retry")[-1].custom
    with context.store.read() as session:
        assert len(session.scalars(select(Contact)).all()) == len(session.scalars(select(Outbox)).all()) == 1


def test_failure_of_ours_asks_again_whether_to_send(
    chat: Conversation, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(chat, "confirm")
    with monkeypatch.context() as broken:
        broken.setattr(contacts, "add", lambda *_: 1 / 0)
        assert chat.press("/affirm")[-1].custom["type"] == "error"
    assert "reference" in chat.say("yes", "affirm")[-1].custom
    assert len(stored(context)) == 1


@every_fault
def test_form_itself_needs_no_database(chat: Conversation, context: Context, store: Store, kind: str) -> None:
    with fault(kind, context.settings.database_url) as broken:
        chat.use(Context(context.settings, broken))
        until(chat, "confirm")
        assert chat.say("stop", "contact_cancel")[0].response == "utter_contact_cancelled"


class Breaks(SafeAction):
    """Says something, then fails with somebody's address in the error."""

    action_name = "action_breaks"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        dispatcher.utter_message(text="all is well")
        raise RuntimeError("a.doe@example.com")


class Hangs(SafeAction):
    """Takes longer than it may."""

    action_name = "action_hangs"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        time.sleep(0.3)
        dispatcher.utter_message(text="too late")
        return [{"event": "slot", "name": "late", "value": True}]


def a_tracker() -> Tracker:
    return Tracker("conversation-1", {}, {"text": "hi"}, [], False, None, {}, None)


async def ran(action: SafeAction) -> tuple[list[dict[str, Any]], Events]:
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, a_tracker(), DOMAIN)
    return dispatcher.messages, events


@pytest.mark.anyio
@pytest.mark.parametrize(("action", "error"), [(Breaks, "RuntimeError"), (Hangs, "TimeoutError")])
async def test_failure_ends_in_an_apology_and_a_ticket(context: Context, action: type[SafeAction], error: str) -> None:
    quick = Context(with_settings(context.settings, action_budget_seconds=0.1), context.store)
    with capture_logs() as lines:
        messages, events = await ran(action(quick))
    assert events == []
    (message,) = messages
    reference = message["custom"]["reference"]
    assert message["response"] == "utter_action_failed"
    assert message["custom"] == {"type": "error", "reference": reference}
    with context.store.read() as session:
        ticket = session.scalars(select(Ticket)).one()
    assert (ticket.reference, ticket.error, ticket.action) == (reference, error, action.action_name)
    assert (ticket.conversation, ticket.channel) == ("conversation-1", "unknown")
    assert [line["event"] for line in lines] == ["action.failed", "action.ticket.opened"]


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["locked", "gone"])
async def test_apology_comes_without_a_database_too(context: Context, kind: str) -> None:
    with fault(kind, context.settings.database_url) as broken, capture_logs() as lines:
        messages, _events = await ran(Breaks(Context(context.settings, broken)))
    assert messages[0]["custom"]["type"] == "error"
    assert lines[-1]["event"] == "action.ticket.not_stored"


def test_form_that_fails_asks_the_same_again_and_can_be_left(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(chat, "email")
    from actions.contact import turn

    monkeypatch.setattr(turn, "take", lambda *_: 1 / 0)
    chat.say("a.doe@example.com")
    assert [reply.custom["type"] for reply in chat.replies] == ["error", "contact"]
    assert chat.step() == "email"
    chat.say("stop", "contact_cancel")
    assert chat.replies[-1].response == "utter_contact_cancelled"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
