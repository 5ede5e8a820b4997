"""``action_request_erasure``: notes that somebody wants to be erased, and says what happens next."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions import conversation
from actions.safe import Events, SafeAction
from records import erasures
from records.errors import StoreDown


class RequestErasure(SafeAction):
    """Erasing itself is done by people, who see what the law makes us keep."""

    action_name = "action_request_erasure"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Store the request; when that fails, say so and name the address to write to."""
        settings = self.context.settings
        contact = settings.controller_contact
        try:
            reference = erasures.request(
                self.context.store,
                conversation.conversation(tracker),
                conversation.subject(tracker, settings),
                conversation.channel(tracker),
                conversation.language(tracker, settings),
            )
        except StoreDown:
            dispatcher.utter_message(
                response="utter_erasure_not_noted",
                json_message={"type": "erase", "reference": None, "error": "store_down"},
                contact=contact,
            )
            return []
        dispatcher.utter_message(
            response="utter_erasure_noted",
            json_message={"type": "erase", "reference": reference},
            reference=reference,
            contact=contact,
        )
        return []
