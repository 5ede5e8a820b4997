"""What every response carries, how every request is logged, and how errors leave."""

from __future__ import annotations

import time

import structlog
from sanic import HTTPResponse
from sanic.exceptions import SanicException
from sanic.response import BaseHTTPResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

from gateway import cors
from gateway.errors import ApiError
from gateway.responses import language, refusal
from gateway.services import Gateway, GatewayRequest, services
from records.tickets import new_reference

log = structlog.get_logger(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
INSIST_ON_TLS = "max-age=31536000; includeSubDomains"
QUIET = frozenset({"health", "metrics", "static/<version:str>/<name:path>", "widget/<version:str>/<name:str>"})
"""Routes that machines ask for all the time."""
CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 400: "invalid_body", 408: "request_timeout"}


def install(app: Gateway) -> None:
    """Put the middleware and error handlers into ``app``."""
    refusals = cors.Refusals()

    async def end(request: GatewayRequest, response: BaseHTTPResponse) -> None:
        _end(request, response)
        cors.add_headers(request, response, refusals)

    app.register_middleware(_begin, "request")
    app.register_middleware(end, "response")
    app.error_handler.add(ApiError, _refused)
    app.error_handler.add(SanicException, _sanic_error)
    app.error_handler.add(Exception, _crashed)


async def _begin(request: GatewayRequest) -> HTTPResponse | None:
    clear_contextvars()
    request.ctx.started = time.perf_counter()
    return cors.preflight(request)


def _end(request: GatewayRequest, response: BaseHTTPResponse) -> None:
    response.headers.update(HEADERS)
    if services(request).options.tls:
        response.headers["Strict-Transport-Security"] = INSIST_ON_TLS
    started = getattr(request.ctx, "started", None)
    seconds = time.perf_counter() - started if started else 0.0
    # The route, not the address: no query, no IP, nothing a visitor typed.
    route = request.route.path if request.route else "-"
    write = log.debug if route in QUIET and response.status < 400 else log.info
    milliseconds = round(1000 * seconds)
    write(
        "gateway.request", method=request.method, route=f"/{route}", status=response.status, milliseconds=milliseconds
    )


async def _refused(request: GatewayRequest, error: ApiError) -> HTTPResponse:
    services(request).metrics.refused.labels(error.code).inc()
    return refusal(request, error)


async def _sanic_error(request: GatewayRequest, error: SanicException) -> HTTPResponse:
    code = CODES.get(error.status_code)
    if code is None:
        return await _crashed(request, error)
    values = {"field": "body"} if code == "invalid_body" else {}
    allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return await _refused(request, ApiError(error.status_code, code, values, allow))


async def _crashed(request: GatewayRequest, error: Exception) -> HTTPResponse:
    reference = new_reference()
    bind_contextvars(language=language(request))
    log.error("gateway.request.failed", reference=reference, exc_info=error)
    return await _refused(request, ApiError(500, "internal", {"reference": reference}))
