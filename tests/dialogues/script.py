"""The dialogue files: what is said, and what is expected of the replies (``README.md`` beside this file)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tests.stack import Message

FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(folder.name for folder in (FOLDER.parents[1] / "texts").iterdir() if folder.is_dir()))
Expectation = dict[str, Any]


class Turn(BaseModel):
    """One thing the visitor does, and what the assistant is expected to answer."""

    model_config = ConfigDict(extra="forbid")

    say: str | None = None
    press: str | None = None
    send: str | None = None
    metadata: dict[str, str] | None = None
    """What the page tells of the visitor, from this turn on; at first the language of the folder."""
    speaks: str | None = None
    """The language of the replies, from this turn on."""
    expect: Expectation | list[Expectation]
    stored: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_act(self) -> Turn:
        if sum(act is not None for act in (self.say, self.press, self.send)) != 1:
            raise ValueError("a turn has exactly one of say, press and send")
        if self.speaks is not None and self.speaks not in LANGUAGES:
            raise ValueError(f"nobody speaks {self.speaks}")
        for expected in self.expectations:
            unknown = set(expected) - set(CHECKS) - PLAIN
            if unknown or not expected:
                raise ValueError(f"expect knows no {', '.join(sorted(unknown)) or 'empty mapping'}")
        return self

    @property
    def expectations(self) -> list[Expectation]:
        """As a list, whichever way it was written."""
        return self.expect if isinstance(self.expect, list) else [self.expect]


class Dialogue(BaseModel):
    """One conversation. ``known_bug`` says why it fails today."""

    model_config = ConfigDict(extra="forbid")

    name: str
    turns: list[Turn] = Field(min_length=1)
    known_bug: str | None = None
    language: str
    file: str


def dialogues() -> list[Dialogue]:
    """All dialogues of all languages."""
    found = []
    for path in sorted(FOLDER.glob("*/*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["dialogues"]:
            found.append(Dialogue(**entry, language=path.parent.name, file=path.stem))
    return found


def payload(title: str, replies: Iterable[Message]) -> str:
    """The payload of the button called ``title``."""
    buttons = {button["title"]: button["payload"] for reply in replies for button in reply.get("buttons", [])}
    assert title in buttons, f"no button “{title}” among {list(buttons)}"
    return str(buttons[title])


def problems(turn: Turn, replies: list[Message]) -> list[str]:
    """What is not as expected. A list describes every reply, a mapping the last one."""
    expected = turn.expectations
    if isinstance(turn.expect, list) and len(expected) != len(replies):
        return [f"{len(replies)} replies instead of {len(expected)}"]
    pairs = zip(expected, replies[-len(expected) :], strict=True)
    return [problem for wanted, reply in pairs for problem in _differences(wanted, reply)]


def _differences(wanted: Expectation, reply: Message) -> list[str]:
    custom = reply.get("custom") or {}
    found = []
    for key, value in wanted.items():
        good = CHECKS[key](value, reply, custom) if key in CHECKS else same(value, custom.get(key))
        if not good:
            found.append(f"{key}: expected {value!r}, got {_shown(key, reply, custom)!r}")
    return found


def same(wanted: Any, got: Any) -> bool:
    """Texts are patterns for the whole value; all else must be equal."""
    if isinstance(wanted, str):
        return isinstance(got, str) and re.fullmatch(wanted, got) is not None
    return bool(wanted == got)


def _shown(key: str, reply: Message, custom: Mapping[str, Any]) -> Any:
    if key in ("text", "not_text"):
        return reply.get("text")
    if key == "buttons_include":
        return _titles(reply)
    if key == "topic_or_offer":
        return custom.get("topic") or custom.get("topics")
    return custom.get({"first_fact": "facts", "places_include": "places", "topics_include": "topics"}.get(key, key))


def _titles(reply: Message) -> list[str]:
    return [button["title"] for button in reply.get("buttons", [])]


def _found(pattern: str, reply: Message) -> bool:
    return re.search(pattern, reply.get("text", ""), re.IGNORECASE | re.DOTALL) is not None


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


CHECKS: dict[str, Any] = {
    "text": lambda value, reply, custom: all(_found(pattern, reply) for pattern in _all(value)),
    "not_text": lambda value, reply, custom: not any(_found(pattern, reply) for pattern in _all(value)),
    "facts": lambda value, reply, custom: set(value) <= set(custom.get("facts", [])),
    "first_fact": lambda value, reply, custom: (custom.get("facts") or [None])[0] in _all(value),
    "topic": lambda value, reply, custom: any(
        same(value, topic) for topic in [custom.get("topic"), *custom.get("aliases", [])]
    ),
    "topic_or_offer": lambda value, reply, custom: any(
        same(value, topic) for topic in [custom.get("topic"), *custom.get("aliases", []), *custom.get("topics", [])]
    ),
    "places_include": lambda value, reply, custom: set(value) <= set(custom.get("places", [])),
    "places_exclude": lambda value, reply, custom: not set(value) & set(custom.get("places", [])),
    "topics_include": lambda value, reply, custom: set(value) <= set(custom.get("topics", [])),
    "buttons_include": lambda value, reply, custom: set(value) <= set(_titles(reply)),
}
"""What is compared in a way of its own."""
PLAIN = frozenset(
    {"type", "step", "reference", "receipt", "choices", "event", "places", "error", "near", "kept", "notice", "also"}
)
"""Fields of the custom object that are compared as they are."""
