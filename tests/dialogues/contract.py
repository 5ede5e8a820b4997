"""What every reply must be, whatever was said: the reply payload of the contract (design.md §3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import knowledge
from tests.stack import Message

STEPS = frozenset({"name", "company", "email", "phone", "country", "subject", "consent", "confirm", "change"})
PURPOSES = frozenset({"functional", "analytics", "improvement"})
_KEYS: dict[str, tuple[set[str], set[str]]] = {
    "answer": (
        {"topic", "language", "as_of", "facts", "confidence", "sources"},
        {"aliases", "body", "also", "checked", "others"},
    ),
    "places": (
        {"places", "language"},
        {"as_of", "rows", "sources", "cards", "table", "intro", "others", "closing", "topic", "facts"},
    ),
    "unknown": (set(), {"near", "sources"}),
    "clarify": ({"topics"}, set()),
    "out_of_scope": (set(), set()),
    "patient": (set(), set()),
    "contact": (set(), {"step", "reference", "error", "kept"}),
    "consent": (set(), {"step", "notice", "choices", "receipt", "event"}),
    "human": (set(), set()),
    "erase": ({"reference"}, set()),
    "privacy": (set(), set()),
    "chitchat": (set(), {"language"}),
}
"""For each type the fields it must have, and those it may have."""
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_PLACEHOLDER = re.compile(r"\{[a-z_][\w.:-]*\}", re.IGNORECASE)
_KNOWN = knowledge.load()


def breaches(replies: list[Message], conversation: str, language: str) -> list[str]:
    """Everything in ``replies`` that is not as the contract says."""
    if not replies:
        return ["a silent turn"]
    return [breach for reply in replies for breach in _reply(reply, conversation, language)]


def _reply(reply: Message, conversation: str, language: str) -> list[str]:
    found = []
    if reply.get("recipient_id") != conversation:
        found.append("recipient_id is not the sender")
    if set(reply) - {"recipient_id", "text", "buttons", "custom"}:
        found.append(f"unknown fields {sorted(reply)}")
    text = reply.get("text")
    if not isinstance(text, str) or not text.strip():
        found.append("no text")
    said = " ".join([str(text), *(str(button.get("title")) for button in reply.get("buttons", []))])
    if _PLACEHOLDER.search(said):
        found.append(f"a placeholder is left: {_PLACEHOLDER.findall(said)}")
    found += _buttons(reply.get("buttons", []))
    custom = reply.get("custom")
    if not isinstance(custom, dict) or custom.get("type") not in _KEYS:
        return [*found, f"custom is {custom!r}"]
    must, may = _KEYS[custom["type"]]
    fields = set(custom) - {"type"}
    if not must <= fields <= must | may:
        found.append(f"{custom['type']} has the fields {sorted(fields)}, not {sorted(must)} (+ {sorted(may)})")
        return found
    if custom.get("language", language) != language:
        found.append(f"answered in {custom['language']}")
    return found + _CHECKS.get(custom["type"], _nothing)(custom)


def _buttons(buttons: Any) -> list[str]:
    wrong = [
        button
        for button in buttons
        if set(button) != {"title", "payload"} or not all(isinstance(v, str) and v.strip() for v in button.values())
    ]
    titles = [button.get("title") for button in buttons]
    twice = ["the same button twice"] if len(set(titles)) < len(titles) else []
    return [f"button {button!r}" for button in wrong] + twice


def _answer(custom: Mapping[str, Any]) -> list[str]:
    found = []
    if custom["topic"] not in _KNOWN.topics:
        found.append(f"topic {custom['topic']!r} is none")
    if "also" in custom and (custom["also"] not in _KNOWN.topics or custom["also"] == custom["topic"]):
        found.append(f"also {custom['also']!r}")
    unknown = [fact for fact in custom["facts"] if fact not in _KNOWN.facts]
    if unknown or len(set(custom["facts"])) < len(custom["facts"]):
        found.append(f"facts {custom['facts']!r}")
    if not isinstance(custom["confidence"], int | float) or not 0 <= custom["confidence"] <= 1:
        found.append(f"confidence {custom['confidence']!r}")
    if custom["as_of"] is not None and not _DATE.fullmatch(custom["as_of"]):
        found.append(f"as_of {custom['as_of']!r}")
    return found + _sources(custom["sources"])


def _sources(sources: Any) -> list[str]:
    if not sources:
        return ["no source"]
    return [
        f"source {source!r}"
        for source in sources
        if set(source) != {"publisher", "title", "url", "as_of"} or not source["publisher"] or not source["title"]
    ]


def _places(custom: Mapping[str, Any]) -> list[str]:
    unknown = [place for place in custom["places"] if place not in _KNOWN.places]
    return [f"places {unknown!r}"] if unknown or len(set(custom["places"])) < len(custom["places"]) else []


def _clarify(custom: Mapping[str, Any]) -> list[str]:
    topics = custom["topics"]
    good = 0 < len(topics) <= 3 and len(set(topics)) == len(topics) and all(topic in _KNOWN.topics for topic in topics)
    return [] if good else [f"topics {topics!r}"]


def _contact(custom: Mapping[str, Any]) -> list[str]:
    found = []
    if custom.get("step", "name") not in STEPS:
        found.append(f"step {custom['step']!r}")
    if "reference" in custom and not re.fullmatch(r"[A-Z0-9-]{6,16}", str(custom["reference"])):
        found.append(f"reference {custom['reference']!r}")
    return found


def _consent(custom: Mapping[str, Any]) -> list[str]:
    if "choices" not in custom:
        return [] if custom.get("step") in ("ask", "notice") else [f"consent {custom!r}"]
    if "receipt" not in custom or set(custom["choices"]) != PURPOSES:
        return [f"consent {custom!r}"]
    return [] if all(isinstance(value, bool) for value in custom["choices"].values()) else [f"consent {custom!r}"]


def _nothing(custom: Mapping[str, Any]) -> list[str]:
    return []


_CHECKS: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "answer": _answer,
    "places": _places,
    "unknown": lambda custom: _sources(custom["sources"]) if "sources" in custom else [],
    "clarify": _clarify,
    "contact": _contact,
    "consent": _consent,
}
