"""Prometheus figures, in a registry of the application's own. Labels come from closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

TYPES = frozenset(
    [
        "answer", "places", "unknown", "clarify", "out_of_scope", "patient", "contact", "consent", "human", "erase",
        "privacy", "chitchat", "error",
    ]
)  # fmt: skip


class Metrics:
    """What is counted. All names begin with ``gateway_``."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.messages = Counter(
            "gateway_messages", "Visitors' messages by the reply they got.", ["channel", "language", "reply"],
            registry=registry,
        )  # fmt: skip
        self.conversations = Counter(
            "gateway_conversations", "Conversations opened.", ["channel", "language"], registry=registry
        )
        self.seconds = Histogram(
            "gateway_reply_seconds", "Seconds from a message to its reply.", ["channel"], registry=registry,
            buckets=(0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 20),
        )  # fmt: skip
        self.errors = Counter("gateway_errors", "Turns without a reply of the engine.", ["reason"], registry=registry)
        self.refused = Counter("gateway_refused", "Requests refused.", ["code"], registry=registry)
        self.rate_limited = Counter("gateway_rate_limited", "Requests over the limit.", ["limit"], registry=registry)
        self.resumed = Counter(
            "gateway_resumed", "Conversations gone on with, by whether we may keep them.", ["kept"], registry=registry
        )
        self.ratings = Counter("gateway_ratings", "Ratings given.", ["of", "value"], registry=registry)
        self.deletions = Counter(
            "gateway_deletions", "Conversations deleted: done, pending, and done late.", ["result"], registry=registry
        )
        self.streams = Gauge("gateway_streams", "Open event streams.", registry=registry)
        self.engine_up = Gauge("gateway_engine_up", "Whether the engine answered last time.", registry=registry)

    def text(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self._registry)


def reply_type(messages: list[dict[str, Any]]) -> str:
    """The type of a reply's first typed message."""
    types = (message["custom"].get("type") for message in messages if isinstance(message.get("custom"), Mapping))
    found = next((kind for kind in types if kind), "none")
    return found if found in TYPES else "other"
