"""``validate_contact_form``: puts one turn of the contact form between Rasa's tracker and ``actions.contact.turn``."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions import conversation
from actions.contact import turn as turns
from actions.contact.draft import Form, Turn
from actions.contact.fields import Field
from actions.safe import Events, SafeAction


class ValidateContactForm(SafeAction):
    """Rasa runs it whenever the form runs. Without events the form is rejected, so that rules answer the message."""

    action_name = "validate_contact_form"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Give the slots of this turn, and the next one to ask."""
        language = conversation.language(tracker, self.context.settings)
        message = conversation.message(tracker)
        form = read_form(tracker)
        if form.requested is None:
            turn: Turn | None = turns.start(form, message, language)
        elif conversation.is_resumed(tracker):
            turn = turns.resume(form, message, language)
        else:
            turn = turns.take(form, message, language)
        if turn is None:
            return []
        for say in turn.says:
            dispatcher.utter_message(
                response=say.response,
                json_message=dict(say.custom),
                buttons=[dict(button) for button in say.buttons],
                **dict[str, Any](say.variables),
            )
        return [
            *(SlotSet(name.slot, value) for name, value in turn.changes.items()),
            SlotSet("contact_attempts", float(turn.attempts)),
            SlotSet(REQUESTED_SLOT, turn.requested),
        ]

    def after_failure(self, tracker: Tracker) -> Events:
        """Nothing is taken and the same question is asked again; but the way out stays open."""
        if conversation.message(tracker).intent == "contact_cancel":
            return []
        asked = tracker.slots.get(REQUESTED_SLOT) or Field.NAME.slot
        return [SlotSet("contact_attempts", 0.0), SlotSet(REQUESTED_SLOT, asked)]


def read_form(tracker: Tracker) -> Form:
    """The form as the tracker's slots have it."""
    slots = tracker.slots
    return Form(
        values={name: slots.get(name.slot) for name in Field},
        requested=slots.get(REQUESTED_SLOT),
        attempts=int(slots.get("contact_attempts") or 0),
        question=slots.get("contact_question"),
    )
