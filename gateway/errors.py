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


def too_many(seconds: float) -> ApiError:
    """429 for somebody who may try again after ``seconds``."""
    wait = max(1, int(seconds + 0.999))
    return ApiError(429, "rate_limited", {"seconds": wait}, {"Retry-After": str(wait)})
