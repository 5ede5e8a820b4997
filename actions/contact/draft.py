"""The state of one turn of the contact form: what it found, what it changes, what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.contact import countries
from actions.contact.clean import clean
from actions.contact.fields import BY_SLOT, CHANGE, DETAILS, Field
from actions.conversation import Message
from records.details.countries import display

PATIENCE = 3
"""Refused answers to one question after which a way out is offered."""

Value = str | bool | None


@dataclass(frozen=True)
class Say:
    """A response to utter: its name, the ``custom`` object, and the variables for its text."""

    response: str
    custom: Mapping[str, Any]
    variables: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Form:
    """The form before the turn. ``requested`` is a slot's name, CHANGE, or None when the form just starts."""

    values: Mapping[Field, Value]
    requested: str | None
    attempts: int = 0
    question: str | None = None

    @property
    def asked(self) -> Field | None:
        """The field that was asked for."""
        return BY_SLOT.get(self.requested or "")


@dataclass(frozen=True)
class Turn:
    """What a turn did. ``requested`` is the slot to ask next, CHANGE, or None when the form is complete."""

    changes: Mapping[Field, Value]
    requested: str | None
    attempts: int
    says: tuple[Say, ...]


class Draft:
    """A turn in the making."""

    def __init__(self, form: Form, message: Message, language: str) -> None:
        self.form, self.message, self.language = form, message, language
        self.text = "" if message.pressed else clean(message.text)
        self.changes: dict[Field, Value] = {}
        self.says: list[Say] = []
        self.attempts = 0
        self.next: str | None = None

    def value(self, name: Field) -> Value:
        """The detail as this turn leaves it."""
        return self.changes[name] if name in self.changes else self.form.values.get(name)

    def missing(self) -> list[Field]:
        """The details that are still to be asked for."""
        return [name for name in Field if self.value(name) is None]

    def say(self, response: str, step: Field | str, error: str | None = None, **more: Any) -> None:
        """Say ``response`` at ``step``; ``error`` is the code of a refusal."""
        custom = {"type": "contact", "step": str(step)} | ({"error": error} if error else {})
        self.says.append(Say(response, custom, more.get("variables", {}), more.get("buttons", ())))

    def explain(self) -> None:
        """Say what happens with the details."""
        self.says.append(Say("utter_privacy", {"type": "privacy"}))

    def leave(self) -> None:
        """End the form without sending: action_submit_contact clears it."""
        self.changes = {Field.CONFIRM: False}

    def reopen(self, name: Field) -> None:
        """Forget a detail, and ask for it next."""
        self.changes[name] = None
        self.changes[Field.CONFIRM] = None
        self.next = name.slot

    def refuse(self, name: Field, code: str, typed: str) -> None:
        """Say why a value is not taken; after some failures, offer a way out."""
        self.attempts = self.form.attempts + 1 if self.form.asked is name else 1
        if self.attempts >= PATIENCE:
            response = "utter_contact_stuck_phone" if name is Field.PHONE else "utter_contact_stuck"
            self.say(response, name, code)
            return
        buttons: tuple[Mapping[str, str], ...] = ()
        if name is Field.COUNTRY:
            names = [display(found, self.language) for found in countries.suggestions(typed, self.language)]
            buttons = tuple({"title": title, "payload": title} for title in names)
        self.say(f"utter_contact_{code}", name, code, variables={"typed": typed[:80]}, buttons=buttons)

    def done(self) -> Turn:
        """Decide what is asked next."""
        if any(name in DETAILS for name, new in self.changes.items() if new is not None):
            self.changes.setdefault(Field.CONFIRM, None)
        left = self.missing()
        if False in (self.value(Field.CONSENT), self.value(Field.CONFIRM)):
            left = []  # refused, or left
        requested = self.next or (left[0].slot if left else None)
        if requested == Field.CONFIRM.slot:
            self.summary()
        if requested == CHANGE:
            self.say("utter_contact_which", "change")
        if requested != self.form.requested and BY_SLOT.get(requested or "") not in self.refused():
            self.attempts = 0
        return Turn(self.changes, requested, self.attempts, tuple(self.says))

    def refused(self) -> set[Field]:
        """The details refused in this turn."""
        return {Field(say.custom["step"]) for say in self.says if "error" in say.custom}

    def summary(self) -> None:
        """Show everything that was given."""
        shown = {name.value: str(self.value(name) or "") for name in DETAILS}
        shown["country"] = display(shown["country"], self.language)
        response = "utter_contact_summary" if shown["phone"] else "utter_contact_summary_without_phone"
        self.say(response, Field.CONFIRM, variables=shown)
