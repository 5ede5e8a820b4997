"""``action_submit_contact``: stores the request, or says plainly that it could not be stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions import conversation, texts
from actions.contact.fields import DETAILS, SLOTS, Field
from actions.safe import Events, SafeAction
from records import contacts, notice
from records.errors import StoreDown

log = structlog.get_logger(__name__)

AGAIN = timedelta(minutes=30)
"""How long after a request a second press of its button gets the same reference."""
FORM = "contact_form"
CONSENT_TEXT = "utter_ask_contact_consent"


def cleared() -> Events:
    """Events that forget everything of a contact request."""
    return [SlotSet(slot, 0.0 if slot == "contact_attempts" else None) for slot in SLOTS]


class SubmitContact(SafeAction):
    """Runs when the form is complete, and when the visitor tries again after a failure."""

    action_name = "action_submit_contact"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Store once, answer with the reference. Without the visitor's agreement nothing is stored."""
        slots = tracker.slots
        if slots.get(Field.CONFIRM.slot) is False:
            dispatcher.utter_message(
                response="utter_contact_cancelled", json_message={"type": "contact", "kept": False}
            )
            return cleared()
        if slots.get(Field.CONSENT.slot) is False:
            dispatcher.utter_message(response="utter_contact_not_kept", json_message={"type": "contact", "kept": False})
            return cleared()
        try:
            if not any(slots.get(name.slot) for name in DETAILS):
                return self._already_sent(dispatcher, tracker)
            if any(slots.get(name.slot) is None for name in Field) or slots.get(Field.CONFIRM.slot) is not True:
                return [FollowupAction(FORM)]
            reference = contacts.add(self.context.store, self.context.settings, self._contact(tracker, slots))
        except StoreDown as error:
            log.error("contact.not_stored", reason=str(error))
            dispatcher.utter_message(
                response="utter_contact_store_down",
                json_message={"type": "contact", "step": str(Field.CONFIRM), "error": "store_down"},
            )
            return []  # the slots stay: nothing has to be typed again
        log.info("contact.stored", reference=reference)
        _thank(dispatcher, reference)
        return cleared()

    def after_failure(self, tracker: Tracker) -> Events:
        """The form asks once more whether to send: a "yes" said again then means that."""
        confirm = Field.CONFIRM.slot
        return [ActiveLoop(FORM), SlotSet(confirm, None), SlotSet(REQUESTED_SLOT, confirm)]

    def _already_sent(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        reference = contacts.latest_reference(self.context.store, conversation.conversation(tracker), AGAIN)
        if reference:
            _thank(dispatcher, reference)
        else:
            dispatcher.utter_message(response="utter_contact_nothing_to_send", json_message={"type": "contact"})
        return []

    def _contact(self, tracker: Tracker, slots: dict[str, Any]) -> contacts.NewContact:
        language = conversation.language(tracker, self.context.settings)
        agreed = next((text for name, text in conversation.said(tracker) if name == CONSENT_TEXT), "")
        return contacts.NewContact(
            conversation=conversation.conversation(tracker),
            channel=conversation.channel(tracker),
            language=language,
            phone=slots[Field.PHONE.slot] or None,
            question=slots.get("contact_question"),
            consent_text_hash=notice.text_hash(agreed or texts.text(CONSENT_TEXT, language)),
            notice_version=notice.current_version(),
            **{name.value: slots[name.slot] for name in DETAILS if name is not Field.PHONE},
        )


def _thank(dispatcher: CollectingDispatcher, reference: str) -> None:
    dispatcher.utter_message(
        response="utter_contact_sent", json_message={"type": "contact", "reference": reference}, reference=reference
    )
