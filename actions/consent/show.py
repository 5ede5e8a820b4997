"""``action_show_consent``: "what did I choose?"."""

from __future__ import annotations

from babel.dates import format_datetime
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions import conversation
from actions.consent import shown
from actions.consent.ways import way
from actions.safe import Events, SafeAction
from records import consents, receipts
from records.choices import nothing
from records.clock import parse


class ShowConsent(SafeAction):
    """Tells the choice, when and how it was made, the notice's version and the receipt's number."""

    action_name = "action_show_consent"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Read the latest record; without one that counts, nothing is granted."""
        context = self.context
        on = shown.current(tracker, context)
        subject = conversation.subject(tracker, context.settings)
        newest = consents.current(context.store, context.settings, subject)
        if newest is None:
            dispatcher.utter_message(
                response="utter_consent_status_none",
                json_message={"type": "consent", "choices": nothing(), "receipt": None},
            )
            return []
        choices = newest["choices"]
        given = sum(choices.values())
        response = {0: "utter_consent_status_refused", len(choices): "utter_consent_status_all"}.get(
            given, "utter_consent_status_some"
        )
        moment = format_datetime(parse(newest["created_at"]), "d MMMM y, HH:mm", locale=on.language)
        dispatcher.utter_message(
            response=response,
            json_message={"type": "consent", "choices": choices, "receipt": newest["id"]},
            accepted=shown.titles(on, choices, True),
            refused=shown.titles(on, choices, False),
            moment=moment,
            method=way(newest["method"], on.language),
            version=newest["notice_version"],
            receipt=receipts.address(context.settings, newest["id"]),
        )
        return []
