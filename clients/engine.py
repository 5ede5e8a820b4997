"""The engine's REST contract, for the command line. Starts nothing: the engine must be running."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx

DEFAULT_URL = "http://127.0.0.1:5005"
SECONDS = 60.0


class EngineFailed(Exception):
    """The engine could not be reached or gave no usable reply; the message says which."""


@dataclass
class Conversation:
    """A fresh conversation with the engine at ``url``."""

    url: str
    language: str = "en"
    sender: str = field(default_factory=lambda: f"terminal-{secrets.token_hex(8)}")

    def send(self, client: httpx.Client, message: str) -> list[dict[str, Any]]:
        """The engine's messages for ``message``. Raises EngineFailed."""
        metadata = {"language": self.language, "channel": "terminal"}
        body = {"sender": self.sender, "message": message, "metadata": metadata}
        try:
            response = client.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=SECONDS)
            response.raise_for_status()
            messages = response.json()
        except httpx.HTTPStatusError as error:
            raise EngineFailed(f"the engine answered {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise EngineFailed(f"the engine at {self.url} cannot be reached ({type(error).__name__})") from error
        except ValueError as error:
            raise EngineFailed("the engine's reply is not JSON") from error
        if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
            raise EngineFailed("the engine's reply is not a list of messages")
        return messages


def engine_url() -> str:
    """The engine's address: ``ASSISTANT_ENGINE_URL``, else the default."""
    return (os.environ.get("ASSISTANT_ENGINE_URL") or DEFAULT_URL).rstrip("/")
