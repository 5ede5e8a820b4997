"""``action_log_consent`` and its kin: record a cookie choice, and say so only when it was recorded."""

from __future__ import annotations

from dataclasses import replace

import structlog
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions import conversation
from actions.consent import shown
from actions.consent.ask import ask, read
from actions.consent.parse import is_bare_choice, is_misheard, parse
from actions.conversation import Message
from actions.safe import Events, SafeAction
from records import consents, holds, receipts
from records.choices import ACCEPT_ALL, nothing
from records.errors import StoreDown
from records.notice import OPTIONAL, Notice

log = structlog.get_logger(__name__)

QUESTIONS = frozenset(
    {"utter_consent_ask", "utter_consent_ask_first", "utter_consent_notice", "utter_consent_notice_first"}
)
"""Responses that end in the cookie question."""


class LogConsent(SafeAction):
    """Runs for the intents consent_accept, consent_refuse, consent_choose and consent_withdraw."""

    action_name = "action_log_consent"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Record the act. A grant needs a notice that was shown: without one it is shown now, and asked."""
        self._record(dispatcher, tracker, conversation.message(tracker))
        return []

    def _record(self, dispatcher: CollectingDispatcher, tracker: Tracker, message: Message) -> None:
        context = self.context
        on = shown.current(tracker, context)
        language = conversation.language(tracker, context.settings)
        act = parse(message, language)
        if act is None:
            if is_misheard(message, language):
                dispatcher.utter_message(response="utter_help")
            else:
                read(dispatcher, on)
            return
        try:
            seen = self._seen(tracker, on, message.pressed)
            if seen is None and any(act.grants(purpose) for purpose in OPTIONAL):
                if act == ACCEPT_ALL:
                    ask(dispatcher, on, "utter_consent_ask_first")
                else:
                    read(dispatcher, on, "utter_consent_notice_first")
                return
            where = shown.occasion(tracker, context, on, seen or shown.first_layer(on))
            record = consents.record(context.store, context.settings, where, act)
        except StoreDown as error:
            log.error("consent.not_stored", reason=str(error))
            self._refuse_for_now(dispatcher, tracker, on)
            return
        log.info("consent.recorded", seq=record["seq"], consent_event=record["event"])
        choices = record["choices"]
        given = sum(choices.values())
        response = {0: "utter_consent_none", len(OPTIONAL): "utter_consent_all"}.get(given, "utter_consent_some")
        dispatcher.utter_message(
            response=response,
            json_message={
                "type": "consent", "choices": choices, "receipt": record["id"], "event": record["event"],
            },
            accepted=shown.titles(on, choices, True),
            refused=shown.titles(on, choices, False),
            receipt=receipts.address(context.settings, record["id"]),
        )  # fmt: skip

    def _refuse_for_now(self, dispatcher: CollectingDispatcher, tracker: Tracker, on: Notice) -> None:
        """The choice counts as refused. Where not even that can be kept, say so: an earlier choice may still count."""
        settings = self.context.settings
        error = {"type": "consent", "receipt": None, "error": "store_down"}
        try:
            holds.hold(settings, conversation.subject(tracker, settings))
        except OSError:
            log.exception("consent.not_held")
            dispatcher.utter_message(
                response="utter_consent_not_applied", json_message=error, contact=settings.controller_contact
            )
            return
        dispatcher.utter_message(
            response="utter_consent_not_stored", json_message=error | {"choices": nothing()}, notice=on.first_layer
        )

    def _seen(self, tracker: Tracker, on: Notice, pressed: bool) -> shown.Shown | None:
        """What the visitor has read: in this conversation, under the pressed button, or at an earlier choice."""
        seen = shown.seen(tracker, on)
        if seen is None and pressed:
            return shown.first_layer(on)
        if seen is None:
            subject = conversation.subject(tracker, self.context.settings)
            if consents.current(self.context.store, self.context.settings, subject) is not None:
                return shown.first_layer(on)
        return seen


class YesOrNo(LogConsent):
    """Runs for a "yes" or "no" outside the form: typed right after the cookie question, it is the answer to that."""

    action_name = "action_yes_or_no"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Record the choice, or go on with small talk."""
        message = conversation.message(tracker)
        last = next((name for name, _text in conversation.said(tracker)), "")
        if last in QUESTIONS and not message.pressed:
            no = message.intent == "deny"
            self._record(dispatcher, tracker, replace(message, intent="consent_refuse") if no else message)
        else:
            dispatcher.utter_message(response="utter_deny" if message.intent == "deny" else "utter_affirm")
        return []


class ReadNotice(LogConsent):
    """Shows every purpose with what it is for, its data and its lifetime."""

    action_name = "action_read_notice"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Show the whole notice and its buttons, unless the message is a choice already."""
        message = conversation.message(tracker)
        if is_bare_choice(message, conversation.language(tracker, self.context.settings)):
            self._record(dispatcher, tracker, replace(message, intent="consent_choose"))
        else:
            read(dispatcher, shown.current(tracker, self.context))
        return []
