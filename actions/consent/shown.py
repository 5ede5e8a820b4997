"""Which notice the visitor has seen, and how the assistant shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk.interfaces import Tracker

from actions import conversation
from actions.context import Context
from records import consents, notice
from records.notice import Notice, Purpose

BUTTONS = ("accept", "refuse", "more")
PER_PURPOSE = ("accept", "refuse", "each purpose")


@dataclass(frozen=True)
class Shown:
    """The exact text of the notice a choice is made on, and the facts of its layout."""

    text: str
    layout: dict[str, Any]


def current(tracker: Tracker, context: Context) -> Notice:
    """The notice in the visitor's language."""
    return notice.load(context.settings, conversation.language(tracker, context.settings))


def first_layer(shown: Notice) -> Shown:
    """The short notice under its buttons."""
    return Shown(shown.first_layer, {"layer": 1, "buttons": list(BUTTONS), "preselected": []})


def full(shown: Notice) -> Shown:
    """The whole notice under its buttons."""
    return Shown(shown.full, {"layer": 2, "buttons": list(PER_PURPOSE), "preselected": []})


def seen(tracker: Tracker, shown: Notice) -> Shown | None:
    """The last of the current notice's texts that was said in this conversation, or None."""
    for _name, text in conversation.said(tracker):
        for layer in (full(shown), first_layer(shown)):
            if layer.text in text:
                return layer
    return None


def occasion(tracker: Tracker, context: Context, on: Notice, shown: Shown) -> consents.Occasion:
    """Where and how the visitor's act happens."""
    metadata = conversation.message(tracker).metadata
    signals = {"gpc": True} if metadata.get("gpc") is True else {}
    return consents.Occasion(
        subject=conversation.subject(tracker, context.settings),
        conversation=conversation.conversation(tracker),
        channel=conversation.channel(tracker),
        language=on.language,
        method="chat",
        shown=shown.text,
        notice_version=on.version,
        layout=shown.layout,
        signals=signals,
    )


def titles(on: Notice, choices: dict[str, bool], given: bool) -> str:
    """The titles of the purposes that are ``given`` or not, separated by commas."""
    named = (purpose for purpose in on.purposes.values() if choices.get(purpose.id) is given)
    return ", ".join(map(_title, named))


def _title(purpose: Purpose) -> str:
    return purpose.title
