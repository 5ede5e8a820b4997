"""What the engine does while its action server is away, or breaks off in the middle.

Rasa takes a turn whose action failed for done: it stores that the action ran, without its events. The visitor who then
says "yes, send it" again is answered as if nothing waited to be sent, and a form swallows every message.
"""

from __future__ import annotations

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from engine.channel import OneMessage, TurnFailed

SURE = 0.8
"""Below it a message may just as well be an answer to the form, which is not to be mistaken for a question."""
FREE_TEXT = frozenset({"contact_name", "contact_company", "contact_subject"})
"""Slots whose answers look like questions about our topics: there, only a question mark or a button counts."""
ANSWERED = frozenset(
    {"ask_topic", "directory_list", "directory_place", "directory_compare", "patient", "human", "privacy", "help"}
)
"""Intents that need no action server, besides the questions about our topics."""


class OutageAction(RemoteAction):
    """An action whose failure fails the turn, unless the visitor was already told something in it."""

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Run the action. Raises TurnFailed: then the turn is not stored, and the same message can be sent again."""
        try:
            events: list[Event] = await super().run(output_channel, nlg, tracker, domain)
            return events
        except ActionExecutionRejection:
            raise
        except Exception as error:
            if isinstance(output_channel, OneMessage) and not output_channel.messages:
                raise TurnFailed(self.name()) from error
            raise


class OutageForm(FormAction):
    """A form that steps aside for a question the engine can answer alone."""

    async def validate(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        """Ask the action server what of the message is for the form."""
        try:
            events: list[Event] = await super().validate(tracker, domain, output_channel, nlg)
            return events
        except ActionExecutionRejection:
            raise
        except (RasaException, TurnFailed) as error:
            if tracker.active_loop_name == self.name() and _is_answerable(tracker, domain):
                raise ActionExecutionRejection(self.name(), "the action server is away") from error
            raise


def _is_answerable(tracker: DialogueStateTracker, domain: Domain) -> bool:
    message = tracker.latest_message
    if message is None:
        return False
    text = (message.text or "").strip()
    if tracker.get_slot(REQUESTED_SLOT) in FREE_TEXT and not (text.endswith("?") or text.startswith("/")):
        return False
    name = (message.intent.get("name") or "").partition("/")[0]
    return message.intent.get("confidence", 0.0) >= SURE and (name in ANSWERED or name in domain.retrieval_intents)
