"""The one form in which the API refuses: ``{"error": {"code", "message", …}}`` in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """A refusal. ``code`` names a text in ``texts/<lang>/gateway.yml``; ``values`` fill its placeholders."""

    def __init__(
        self,
        status: int,
        code: str,
        values: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = dict(values or {})
        self.headers = dict(headers or {})


def gone() -> ApiError:
    """410 for a conversation that was deleted, or of which nothing is left."""
    return ApiError(410, "conversation_gone")


def store_down() -> ApiError:
    """503 where something could not be stored or read: nothing was done."""
    return ApiError(503, "store_down", headers={"Retry-After": "5"})


def too_many(seconds: float) -> ApiError:
    """429 for somebody who may try again after ``seconds``."""
    wait = max(1, int(seconds + 0.999))
    return ApiError(429, "rate_limited", {"seconds": wait}, {"Retry-After": str(wait)})
