"""What clients of the consent API send, checked: types and sizes here, meaning in ``records/acts.py``."""

from __future__ import annotations

import uuid
from typing import Any

from gateway import bodies
from gateway.errors import ApiError
from records import acts
from records.acts import Request

TOKEN_CHARS = 1000
NAME_CHARS = 40
RANDOM = (4, 7)
"""Versions of UUIDs that cannot be guessed; a key that could would show its person's choice to somebody else."""


def act(body: bytes, gpc: bool) -> tuple[Request, str | None]:
    """The act in ``body`` and its subject token. ``gpc`` is whether the browser's header asks not to be tracked.

    Raises ApiError.
    """
    values = bodies.parse(body)
    notice, signals = _mapping(values, "notice"), _booleans(values, "signals")
    layer = values.get("layer")
    if isinstance(layer, bool) or not isinstance(layer, int):
        raise wrong("layer")
    return Request(
        key=_key(values),
        kind=_name(values, "kind"),
        choices=_booleans(values, "choices", required=True),
        method=_name(values, "method"),
        layer=layer,
        version=_name(notice, "version"),
        language=_name(notice, "language"),
        signals=signals | ({"gpc": True} if gpc else {}),
        after=_after(values),
    ), _token(values)


def wrong(field: str) -> ApiError:
    """400 for a ``field`` that is missing or makes no sense."""
    return ApiError(400, "invalid_body", {"field": field})


def _key(values: dict[str, Any]) -> str:
    try:
        key = uuid.UUID(_name(values, "key"))
    except ValueError as error:
        raise wrong("key") from error
    if key.version not in RANDOM:
        raise wrong("key")
    return str(key)


def _after(values: dict[str, Any]) -> str | None:
    return None if "after" in values and values["after"] is None else bodies.field(values, "after") or acts.UNKNOWN


def _token(values: dict[str, Any]) -> str | None:
    token = bodies.field(values, "token")
    if token is not None and len(token) > TOKEN_CHARS:
        raise wrong("token")
    return token


def _name(values: dict[str, Any], name: str) -> str:
    value = bodies.field(values, name)
    if value is None or len(value) > NAME_CHARS:
        raise wrong(name)
    return value


def _mapping(values: dict[str, Any], name: str) -> dict[str, Any]:
    value = values.get(name)
    if not isinstance(value, dict):
        raise wrong(name)
    return value


def _booleans(values: dict[str, Any], name: str, *, required: bool = False) -> dict[str, bool]:
    if not required and values.get(name) is None:
        return {}
    found = _mapping(values, name)
    if not all(isinstance(value, bool) for value in found.values()):
        raise wrong(name)
    return found
