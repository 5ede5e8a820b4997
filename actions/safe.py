"""The base of our actions: whatever happens, the visitor hears something and the operators get a ticket."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import structlog
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict
from structlog.contextvars import bound_contextvars

from actions import conversation
from actions.context import Context
from records import tickets
from records.errors import StoreDown

log = structlog.get_logger(__name__)

Events = list[dict[str, Any]]


class SafeAction(Action):
    """An action whose ``act()`` runs in a thread within the time budget and never fails silently.

    Subclasses set ``action_name`` and write ``act()``; ``after_failure()`` gives the events of a failed turn.
    """

    action_name: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self.context = context

    def name(self) -> str:
        """The action's name in the domain."""
        return self.action_name

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Do the work. May block and may raise anything."""
        raise NotImplementedError

    def after_failure(self, tracker: Tracker) -> Events:
        """The events of a turn that failed: none."""
        return []

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Run ``act()``; a failure or overrun ends in an apology with a reference."""
        settings = self.context.settings
        with bound_contextvars(
            conversation=tracker.sender_id,
            channel=conversation.channel(tracker),
            language=conversation.language(tracker, settings),
            action=self.name(),
        ):
            # Its own dispatcher: what an overrunning thread says late, or said before it failed, is not shown.
            own = CollectingDispatcher()
            try:
                work = asyncio.to_thread(self.act, own, tracker, domain)
                events = await asyncio.wait_for(work, settings.action_budget_seconds)
            except Exception as error:
                log.exception("action.failed")
                return await self._apologise(dispatcher, tracker, error)
            dispatcher.messages.extend(own.messages)
            return events

    async def _apologise(self, dispatcher: CollectingDispatcher, tracker: Tracker, error: Exception) -> Events:
        number = tickets.new_reference()
        try:
            await asyncio.wait_for(asyncio.to_thread(self._open_ticket, number, tracker, error), 1.0)
        except (StoreDown, TimeoutError) as problem:
            log.error("action.ticket.not_stored", reference=number, reason=type(problem).__name__)
        else:
            log.info("action.ticket.opened", reference=number)
        dispatcher.utter_message(
            response="utter_action_failed", json_message={"type": "error", "reference": number}, reference=number
        )
        return self.after_failure(tracker)

    def _open_ticket(self, number: str, tracker: Tracker, error: Exception) -> None:
        tickets.open_ticket(
            self.context.store,
            number,
            conversation.conversation(tracker),
            conversation.channel(tracker),
            self.name(),
            type(error).__name__,
        )
