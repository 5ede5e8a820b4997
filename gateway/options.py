"""What the gateway takes from the settings, and the limits it sets itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from settings import Settings

WIDGET = Path(__file__).parents[1] / "widget" / "dist"
BODY_BYTES = 64 * 1024
"""Largest request body accepted; a message of 1,000 characters needs at most 12 kB of JSON."""


@dataclass(frozen=True)
class Options:
    """Numbers are seconds where not said otherwise."""

    engine_url: str
    actions_url: str
    records_url: str
    database: Path
    languages: tuple[str, ...]
    controller: str
    message_chars: int
    per_minute: int
    per_address_per_minute: int
    public_url: str = ""
    """Where people reach the gateway, without a slash at the end."""
    widget_origins: tuple[str, ...] = ()
    """Other sites that may use the API; ``*`` is all."""
    consent_days: int = 180
    proxies: int = 0
    """Trusted proxies in front of us; 0 means that ``X-Forwarded-For`` is not believed."""
    tls: bool = False
    """Whether visitors reach us by HTTPS: then browsers are told to insist on it."""
    engine_seconds: float = 20.0
    queue_seconds: float = 40.0
    """Longest wait for the earlier messages of the same conversation."""
    token_seconds: int = 24 * 3600
    heartbeat_seconds: float = 15.0
    stream_seconds: float = 1800.0
    """A stream ends after this time; the client comes back and shows its token again."""
    deletion_seconds: float = 30.0
    """Time between two attempts to finish deletions that could not be finished."""
    widget: Path = WIDGET
    """Where the built widget is."""
    health_seconds: float = 2.0
    """Longest wait for a component, and the time for which a result is shown again."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The options that ``settings`` make."""
        options = cls(
            engine_url=settings.engine_url.rstrip("/"),
            actions_url=f"http://{settings.actions_host}:{settings.actions_port}",
            records_url=settings.database_url,
            database=settings.var / "gateway.db",
            languages=settings.languages,
            controller=settings.controller_name,
            message_chars=settings.message_max_chars,
            per_minute=settings.rate_limit_per_minute,
            per_address_per_minute=5 * settings.rate_limit_per_minute,
            public_url=settings.public_url,
            widget_origins=settings.widget_origins,
            consent_days=settings.consent_days,
        )
        # Settings of their own in settings.py, once it has them.
        own = {"proxies": "trusted_proxies", "tls": "tls", "engine_seconds": "engine_seconds"}
        return replace(
            options, **{ours: getattr(settings, name) for ours, name in own.items() if hasattr(settings, name)}
        )

    @property
    def consent_seconds(self) -> int:
        """How long a choice counts, and with it what it lets us keep."""
        return self.consent_days * 24 * 3600

    def language(self, asked: str | None) -> str:
        """``asked`` (a tag such as ``fr-BE``) reduced to a language that is served, the default otherwise."""
        short = (asked or "").strip()[:2].lower()
        return short if short in self.languages else self.languages[0]
