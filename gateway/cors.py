"""Which other sites may use the API from a browser: those in ``ASSISTANT_WIDGET_ORIGINS``, and our own pages.

A browser asks before it sends (a preflight), and refuses its page the reply where our headers do not name its site.
Nothing here needs cookies, so credentials are never allowed.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import structlog
from sanic import HTTPResponse
from sanic.response import BaseHTTPResponse

from gateway.errors import ApiError
from gateway.services import GatewayRequest, services

API, WIDGET = "/api/", ("/widget.js", "/widget/")
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept-Language",
    "Access-Control-Max-Age": "600",
}
EXPOSED = "Content-Disposition, Retry-After"
LOG_SECONDS = 60.0
LOGGED_CHARS, LOGGED_ORIGINS = 200, 100

log = structlog.get_logger(__name__)


class Refusals:
    """Tells the operators of sites that were refused, each once a minute."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def tell(self, origin: str) -> None:
        """``origin`` was refused."""
        now = time.monotonic()
        self._last = {known: at for known, at in self._last.items() if now - at < LOG_SECONDS}
        shown = origin[:LOGGED_CHARS]
        if shown in self._last or len(self._last) >= LOGGED_ORIGINS:
            return
        self._last[shown] = now
        log.warning("gateway.origin.refused", origin=shown, setting="ASSISTANT_WIDGET_ORIGINS")


def preflight(request: GatewayRequest) -> HTTPResponse | None:
    """The answer to a browser's question whether its page may call; None for any other request. Raises ApiError."""
    asking = request.method == "OPTIONS" and "access-control-request-method" in request.headers
    if not asking or not request.path.startswith(API):
        return None
    if allowed(request) is None:
        raise ApiError(403, "origin_refused")
    return HTTPResponse(None, 204, {**PREFLIGHT, "Cache-Control": "public, max-age=600"})


def add_headers(request: GatewayRequest, response: BaseHTTPResponse, refusals: Refusals) -> None:
    """What lets other sites' pages read ``response``."""
    if request.path.startswith(WIDGET):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return
    if not request.path.startswith(API):
        return
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    vary = response.headers.get("vary")
    response.headers["Vary"] = f"{vary}, Origin" if vary else "Origin"
    origin = request.headers.get("origin")
    if origin is None:
        return
    answer = allowed(request)
    if answer is None:
        refusals.tell(origin)
        return
    response.headers["Access-Control-Allow-Origin"] = answer
    response.headers["Access-Control-Expose-Headers"] = EXPOSED


def allowed(request: GatewayRequest) -> str | None:
    """What to answer the request's origin, None where it may not call."""
    options = services(request).options
    if "*" in options.widget_origins:
        return "*"
    origin = request.headers.get("origin", "")
    named = {_plain(site) for site in (*options.widget_origins, options.public_url) if site}
    ours = request.headers.get("sec-fetch-site") == "same-origin" or urlsplit(origin).netloc == request.host
    return origin if origin and (ours or _plain(origin) in named) else None


def _plain(origin: str) -> str:
    return origin.strip().rstrip("/").lower()
