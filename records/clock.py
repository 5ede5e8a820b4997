"""Time as the records keep it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC, with its zone."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """``moment`` as ``2026-11-24T21:55:00.000001Z``: microseconds, always 27 characters, sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> datetime:
    """The moment written by ``stamp``. Raises ValueError for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
