"""``action_ask_consent``: the question, and the whole notice behind "Read more"."""

from __future__ import annotations

import structlog
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions import conversation
from actions.consent import shown
from actions.safe import Events, SafeAction
from records import consents
from records.errors import StoreDown
from records.notice import Notice

log = structlog.get_logger(__name__)


class AskConsent(SafeAction):
    """Asks once; stays quiet while the visitor's choice is in force."""

    action_name = "action_ask_consent"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Ask, unless the latest record still counts. A lapsed choice is noted as ``re-asked``: it grants nothing."""
        context = self.context
        on = shown.current(tracker, context)
        try:
            subject = conversation.subject(tracker, context.settings)
            if consents.current(context.store, context.settings, subject) is not None:
                return []
            if consents.latest(context.store, subject) is not None:
                asked = shown.occasion(tracker, context, on, shown.first_layer(on))
                consents.note_asked_again(context.store, context.settings, asked)
        except StoreDown as error:
            # Nothing is granted without a record, and an answer could not be stored now: ask on a later turn.
            log.warning("consent.not_asked", reason=str(error))
            return []
        ask(dispatcher, on)
        return []


def ask(dispatcher: CollectingDispatcher, on: Notice, response: str = "utter_consent_ask") -> None:
    """Show the short notice with buttons of equal weight."""
    dispatcher.utter_message(
        response=response,
        json_message={"type": "consent", "step": "ask", "notice": on.version},
        notice=on.first_layer,
    )


def read(dispatcher: CollectingDispatcher, on: Notice, response: str = "utter_consent_notice") -> None:
    """Show the whole notice, with a button for each purpose."""
    dispatcher.utter_message(
        response=response,
        json_message={"type": "consent", "step": "notice", "notice": on.version},
        notice=on.full,
    )
