"""The way to the engine: one message in, its replies out, checked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.conversation import Conversation

WEBHOOK, FORGET = "/webhooks/rest/webhook", "/webhooks/rest/forget"


class EngineFailed(Exception):
    """The engine gave no usable reply. ``reason`` is down, timeout, status, garbage or silent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Said:
    """One message of the engine. ``buttons`` are pairs of title and payload."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)


class Engine:
    """Talks to the engine. ``open()`` and ``close()`` belong to the server's start and stop."""

    def __init__(self, url: str, seconds: float) -> None:
        """``seconds`` is the longest wait for the reply to one message."""
        self._url = url
        self._seconds = seconds
        self._client: httpx.AsyncClient | None = None

    def open(self) -> None:
        """Make the connection pool."""
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        self._client = httpx.AsyncClient(base_url=self._url, timeout=self._seconds, limits=limits, trust_env=False)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._client:
            await self._client.aclose()

    async def send(self, conversation: Conversation, message: str, title: str | None = None) -> list[Said]:
        """The replies to ``message``, at least one with a text. ``title`` is the button's. Raises EngineFailed."""
        metadata = {
            "language": conversation.language,
            "subject": conversation.subject,
            "channel": conversation.channel,
            **({"button": title} if title is not None else {}),
        }
        body = {"sender": conversation.id, "message": message, "metadata": metadata}
        replies = read(await self._post(WEBHOOK, body))
        if not any(reply.text for reply in replies):
            raise EngineFailed("silent")
        return replies

    async def forget(self, conversation: str) -> None:
        """Have the engine erase ``conversation``, after its running turn. Raises EngineFailed."""
        await self._post(FORGET, {"sender": conversation})

    async def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        if self._client is None:
            raise EngineFailed("down")
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._client.post(path, json=body)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise EngineFailed("timeout") from error
        except httpx.TransportError as error:
            raise EngineFailed("down") from error
        if response.status_code != 200:
            raise EngineFailed("status")
        try:
            return response.json()
        except ValueError as error:
            raise EngineFailed("garbage") from error


def read(value: Any) -> list[Said]:
    """The engine's list of messages. Raises EngineFailed where it is not in the contract's form."""
    try:
        if not isinstance(value, list):
            raise TypeError("not a list")
        return [_said(entry) for entry in value]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise EngineFailed("garbage") from error


def _said(entry: Any) -> Said:
    text = entry.get("text") or ""
    custom = entry.get("custom") or {}
    buttons = tuple((button["title"], button["payload"]) for button in entry.get("buttons") or ())
    if not isinstance(text, str) or not isinstance(custom, dict):
        raise TypeError("text or custom")
    if not all(isinstance(part, str) for button in buttons for part in button):
        raise TypeError("buttons")
    return Said(text.strip(), buttons, custom)
