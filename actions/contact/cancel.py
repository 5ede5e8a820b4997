"""``action_cancel_contact``: leaves the form and forgets what was typed into it."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions.contact.fields import DETAILS
from actions.contact.submit import cleared
from actions.safe import Events, SafeAction


class CancelContact(SafeAction):
    """Runs when the visitor leaves the form, or a request that could not be stored."""

    action_name = "action_cancel_contact"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """End the form, clear its slots, and say that nothing was kept."""
        if not tracker.active_loop_name and not any(tracker.slots.get(name.slot) for name in DETAILS):
            dispatcher.utter_message(response="utter_contact_nothing_to_cancel", json_message={"type": "contact"})
            return []
        dispatcher.utter_message(response="utter_contact_cancelled", json_message={"type": "contact", "kept": False})
        return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None), *cleared()]
