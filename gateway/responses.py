"""Responses as we send them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sanic import HTTPResponse

from gateway.errors import ApiError
from gateway.services import GatewayRequest, services


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HTTPResponse:
    """``value`` as JSON that no cache keeps."""
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return HTTPResponse(json.dumps(value), status, headers, "application/json")


def refusal(request: GatewayRequest, error: ApiError) -> HTTPResponse:
    """The refusal in the request's language."""
    text = services(request).texts.error(language(request), error.code, error.values)
    return as_json({"error": {"code": error.code, "message": text, **error.values}}, error.status, error.headers)


def file(request: GatewayRequest, content_type: str, body: bytes, packed: bytes, etag: str, cache: str) -> HTTPResponse:
    """A file, or 304 to whoever has it already; compressed for whoever understands that."""
    headers = {"ETag": etag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if etag in (tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")):
        return HTTPResponse(None, 304, headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HTTPResponse(packed, 200, {**headers, "Content-Encoding": "gzip"}, content_type)
    return HTTPResponse(body, 200, headers, content_type)


def language(request: GatewayRequest) -> str:
    """The conversation's language where the request belongs to one, else the browser's."""
    chosen = getattr(request.ctx, "language", None) or request.headers.get("accept-language")
    return services(request).options.language(chosen)
