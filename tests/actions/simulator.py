"""A stand-in for Rasa around our real actions: slots, the form's loop, and the texts of ``texts/en``.

It does what ``rasa.core.actions.forms.FormAction`` does with the answers of ``validate_contact_form``; the real engine
is tested end to end elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions import registry
from actions.context import Context
from actions.safe import SafeAction

TEXTS = Path(__file__).parents[2] / "texts" / "en"
DOMAIN: Any = {}
BY_INTENT = {
    "consent_accept": "action_log_consent",
    "consent_refuse": "action_log_consent",
    "consent_choose": "action_log_consent",
    "consent_withdraw": "action_log_consent",
    "consent_status": "action_show_consent",
    "consent_more": "action_read_notice",
    "contact_retry": "action_submit_contact",
    "contact_cancel": "action_cancel_contact",
    "erase": "action_request_erasure",
    "greet": "action_ask_consent",
    "affirm": "action_yes_or_no",
    "deny": "action_yes_or_no",
}


@cache
def responses(*more: str) -> dict[str, dict[str, Any]]:
    """The responses of our two text files, and of ``more``."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("contact", "consent", *more):
        found |= yaml.safe_load((TEXTS / f"{name}.yml").read_text(encoding="utf-8"))["responses"]
    return found


class Reply:
    """One message as the visitor gets it."""

    def __init__(self, message: Mapping[str, Any], slots: Mapping[str, Any]) -> None:
        given = responses("dialogue")[message["response"]]
        self.response: str = message["response"]
        self.text: str = given["text"]
        for name, value in {**slots, **message}.items():
            self.text = self.text.replace("{" + name + "}", str(value))
        self.custom: dict[str, Any] = {**given.get("custom", {}), **(message.get("custom") or {})}
        self.buttons = [*given.get("buttons", []), *(message.get("buttons") or [])]

    def __repr__(self) -> str:
        return f"<{self.response} {self.custom}: {self.text}>"


class Conversation:
    """Talks to the actions as Rasa would."""

    def __init__(self, context: Context, sender: str = "conversation-1") -> None:
        self.use(context)
        self.sender = sender
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.loop: str | None = None
        self.replies: list[Reply] = []

    def use(self, context: Context) -> None:
        """Go on with other actions: as after an outage."""
        self.actions: dict[str, SafeAction] = {action.name(): action for action in registry.build(context)}

    def say(self, text: str, intent: str = "nlu_fallback", confidence: float = 0.9, **more: Any) -> list[Reply]:
        """The visitor's message; gives this turn's replies. ``entities`` and ``metadata`` may be given."""
        self.replies = []
        entities = [{"entity": key, "value": value} for key, value in more.get("entities", {}).items()]
        metadata = more.get("metadata", {})
        if "question" in more.get("entities", {}):
            self.slots["contact_question"] = more["entities"]["question"]
        latest = {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": entities}
        self.latest = latest | {"metadata": metadata}
        self.events.append({"event": "user", "text": text, "input_channel": "rest"})
        if self.loop:
            if not self._form():
                if intent in BY_INTENT:
                    self.run(BY_INTENT[intent])
                if self.loop:  # the rules answered; the form goes on
                    self.events.append({"event": "action", "name": BY_INTENT.get(intent, "utter_answer")})
                    self._form()
        elif intent in ("contact", "inform", "contact_correct"):
            self._activate()
        else:
            self.run(BY_INTENT[intent])
        return self.replies

    def press(self, payload: str) -> list[Reply]:
        """A pressed button, such as ``/affirm``."""
        if not payload.startswith("/"):
            return self.say(payload)
        name, brace, rest = payload[1:].partition("{")
        return self.say(payload, name, 1.0, entities=yaml.safe_load(brace + rest) if brace else {})

    def run(self, name: str) -> list[dict[str, Any]]:
        """Run one action and apply its events."""
        extra = [{"event": "action", "name": "contact_form"}] if name == "validate_contact_form" else []
        tracker = Tracker(
            self.sender, dict(self.slots), self.latest, [*self.events, *extra], False, None,
            {"name": self.loop} if self.loop else {}, "action_listen",
        )  # fmt: skip
        dispatcher = CollectingDispatcher()
        events = asyncio.run(self.actions[name].run(dispatcher, tracker, DOMAIN))
        self._show(dispatcher.messages)
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "active_loop":
                self.loop = event["name"]
            elif event["event"] == "followup" and event["name"] == "contact_form":
                self._activate()
        return events

    def step(self) -> str:
        """What the form asks now: the last reply's step."""
        return str(self.replies[-1].custom.get("step"))

    def _activate(self) -> None:
        self.loop = "contact_form"
        self.slots["requested_slot"] = None
        self._form()

    def _form(self) -> bool:
        if not self.run("validate_contact_form"):
            return False
        asked = self.slots["requested_slot"]
        if asked is None:
            self.loop = None
            self.run("action_submit_contact")
        elif f"utter_ask_{asked}" in responses():
            self._show([{"response": f"utter_ask_{asked}"}])
        return True

    def _show(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            reply = Reply(message, self.slots)
            self.replies.append(reply)
            self.events.append({"event": "bot", "text": reply.text, "metadata": {"utter_action": message["response"]}})
