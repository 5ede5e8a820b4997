"""What clients send, checked: nothing of the wrong type or size gets past here."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from gateway.errors import ApiError

KEY = re.compile(r"[\w.:-]{1,64}", re.ASCII)
MESSAGE_ID = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
BUTTON_CHARS = 8000
COMMENT_CHARS = 1000
KEPT_CONTROLS = "\n\t"
# They turn the reading direction of whatever is shown after them, in the visitor's page and the operator's.
DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Sent:
    """A message: either ``text`` or ``button``. ``key`` is the client's idempotency key.

    ``text`` is for the engine; ``typed`` is what the visitor sees, with its slashes.
    """

    text: str | None
    button: str | None
    key: str | None
    typed: str | None = None


@dataclass(frozen=True)
class Rated:
    """A rating: of the message with the id ``message``, or with an empty one of the whole conversation."""

    message: str
    value: str
    comment: str | None


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``; an empty body is an empty object. Raises ApiError."""
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "invalid_json") from error
    if not isinstance(value, dict):
        raise ApiError(400, "invalid_body", {"field": "body"})
    return value


def field(body: dict[str, Any], name: str) -> str | None:
    """The text ``name`` of ``body``, None where absent. Raises ApiError for any other type."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise ApiError(400, "invalid_body", {"field": name})
    return value


def sent(body: bytes, limit: int) -> Sent:
    """The message in ``body``, of at most ``limit`` characters. Raises ApiError."""
    values = parse(body)
    text, button = field(values, "text"), field(values, "button")
    if (text is None) == (button is None):
        raise ApiError(400, "invalid_body", {"field": "text"})
    key = idempotency_key(values)
    if button is not None and not 0 < len(button) <= BUTTON_CHARS:
        raise ApiError(400, "invalid_body", {"field": "button"})
    if text is None:
        return Sent(None, button, key)
    shown = typed(text, limit)
    return Sent(plain(shown), None, key, shown)


def idempotency_key(values: dict[str, Any]) -> str | None:
    """The client's key for this message, None where it has none. Raises ApiError."""
    key = field(values, "idempotency_key")
    if key is not None and not KEY.fullmatch(key):
        raise ApiError(400, "invalid_body", {"field": "idempotency_key"})
    return key


def message(text: str, limit: int) -> str:
    """Typed ``text`` as the engine gets it: clean, not empty, not too long, never a command. Raises ApiError."""
    return plain(typed(text, limit))


def typed(text: str, limit: int) -> str:
    """What was typed, clean, not empty and not too long. Raises ApiError."""
    cleaned = clean(text)
    if not cleaned:
        raise ApiError(400, "empty")
    if len(cleaned) > limit:
        raise ApiError(413, "too_long", {"limit": limit, "length": len(cleaned)})
    return cleaned


def rated(body: bytes) -> Rated:
    """The rating in ``body``. Raises ApiError."""
    values = parse(body)
    rating, value, comment = field(values, "message"), values.get("value"), clean(field(values, "comment") or "")
    if rating is not None and not MESSAGE_ID.fullmatch(rating):
        raise ApiError(400, "invalid_body", {"field": "message"})
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5
    if not (whole if rating is None else value in ("up", "down")):
        raise ApiError(400, "invalid_body", {"field": "value"})
    if len(comment) > COMMENT_CHARS:
        raise ApiError(413, "too_long", {"limit": COMMENT_CHARS, "length": len(comment)})
    return Rated(rating or "", str(value), comment or None)


def clean(text: str) -> str:
    """``text`` without control characters, halves of characters and blanks at its ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(filter(_kept, lines)).strip()


def plain(text: str) -> str:
    """``text`` so that the engine cannot take it for an intent, as it takes anything that begins with a slash.

    The slashes are dropped, because "/help" then still asks for help; a text of nothing else keeps them as U+2044.
    """
    rest = text.strip()
    while rest.startswith("/"):
        rest = rest.lstrip("/").lstrip()
    return rest or text.replace("/", "\u2044")


def _kept(character: str) -> bool:
    if character in DIRECTION:
        return False
    return character in KEPT_CONTROLS or unicodedata.category(character) not in ("Cc", "Cs")
