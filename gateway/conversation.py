"""A conversation as the gateway knows it: all of it is in the token, so that a restart forgets none."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Conversation:
    """``id`` is the engine's sender, ``subject`` the pseudonym under which cookie choices are kept."""

    id: str
    subject: str
    language: str
    channel: str

    @classmethod
    def new(cls, channel: str, language: str, subject: str | None = None) -> Self:
        """A conversation with an id that cannot be guessed, of somebody new or of a known ``subject``."""
        return cls(f"{channel}-{secrets.token_hex(16)}", subject or f"s-{secrets.token_hex(16)}", language, channel)
