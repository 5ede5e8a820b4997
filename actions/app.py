"""The action server: rasa-sdk's protocol (``POST /webhook``), without its openness.

rasa-sdk's own app has no authentication, lists its actions, allows every origin and repeats the request, with the
whole conversation in it, when something fails. This one answers nobody without the token and repeats nothing.
"""

from __future__ import annotations

import hmac
import json
import zlib
from collections.abc import Iterable
from typing import Any

import structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Action, ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException
from sanic import HTTPResponse, Request, Sanic, response
from sanic.exceptions import SanicException

from actions.context import Context
from actions.workers import Workers
from records import outbox
from records.errors import StoreDown

log = structlog.get_logger(__name__)

TOKEN_HEADER = "X-Actions-Token"
MAX_BODY = 20_000_000


def create_app(context: Context, actions: Iterable[Action], workers: Workers | None = None) -> Sanic[Any, Any]:
    """The app, serving ``actions``; ``workers`` run beside it from start to stop."""
    executor = ActionExecutor()
    for action in actions:
        executor.register_action(action)
    app: Sanic[Any, Any] = Sanic("actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    token = context.settings.actions_token.get_secret_value().encode()

    @app.middleware("request")
    async def authenticate(request: Request) -> HTTPResponse | None:
        given = str(request.headers.get(TOKEN_HEADER) or "").encode()
        if token and request.path != "/health" and not hmac.compare_digest(given, token):
            return response.json({"error": "forbidden"}, status=403)
        return None

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        call = _body(request)
        if call is None:
            return response.json({"error": "the body is not an action call"}, status=400)
        name = str(call["next_action"])
        try:
            result = await executor.run(call)
        except ActionExecutionRejection:
            return response.json({"error": "rejected", "action_name": name}, status=400)
        except ActionNotFoundException:
            log.error("actions.unknown", action=name[:80])
            return response.json({"error": "unknown action", "action_name": name}, status=404)
        except ActionMissingDomainException:
            return response.json({"error": "domain missing", "action_name": name}, status=449)
        return response.json(result.model_dump() if result else None)

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        del request
        try:
            owed = await app.loop.run_in_executor(None, outbox.counts, context.store)
        except StoreDown:
            return response.json({"status": "degraded", "store": "down"}, status=503)
        owed.pop("delivered")
        return response.json({"status": "ok", "store": "ok", "outbox": owed})

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        status = error.status_code if isinstance(error, SanicException) else 500
        if status >= 500:
            log.exception("actions.request.failed", exc_info=error, path=request.path)
        return response.json({"error": "failed" if status >= 500 else "refused"}, status=status)

    if workers is not None:

        @app.after_server_start
        async def start(_app: Sanic[Any, Any]) -> None:
            workers.start()

        @app.before_server_stop
        async def stop(_app: Sanic[Any, Any]) -> None:
            await workers.stop()

    return app


def _body(request: Request) -> dict[str, Any] | None:
    try:
        raw = request.body
        if request.headers.get("Content-Encoding") == "deflate":
            unpack = zlib.decompressobj()
            raw = unpack.decompress(raw, MAX_BODY)
            if unpack.unconsumed_tail:
                return None
        call = json.loads(raw)
    except (ValueError, zlib.error):
        return None
    usable = (
        isinstance(call, dict) and isinstance(call.get("next_action"), str) and isinstance(call.get("tracker"), dict)
    )
    return call if usable else None
