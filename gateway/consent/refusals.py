"""How the consent API refuses: the API's one form, with words of its own (``texts/<lang>/receipt.yml``, ``errors``)."""

from __future__ import annotations

from functools import cache
from typing import Any

from sanic import HTTPResponse

from gateway import texts
from gateway.errors import ApiError
from gateway.responses import as_json, language
from gateway.services import GatewayRequest, services


class Refusal(ApiError):
    """A refusal of the consent API. ``code`` names one of its own texts."""


def not_stored(held: bool) -> Refusal:
    """503: nothing was stored. With ``held`` nothing is in force all the same until a choice is recorded."""
    return Refusal(503, "store_down", {"held": held}, {"Retry-After": "5"})


def token_invalid() -> Refusal:
    """401 for a subject token that is none of ours."""
    return Refusal(401, "token_invalid", headers={"WWW-Authenticate": "Bearer"})


async def answer(request: GatewayRequest, error: Refusal) -> HTTPResponse:
    """The refusal in the request's language."""
    services(request).metrics.refused.labels(error.code).inc()
    message = words(language(request))["errors"][error.code]
    return as_json({"error": {"code": error.code, "message": message, **error.values}}, error.status, error.headers)


@cache
def words(language: str) -> dict[str, Any]:
    """The words of receipts in ``language``."""
    return texts.read(texts.ROOT / language / "receipt.yml")
