"""The engine's door: Rasa's REST contract on loopback, without its silent turns.

``POST /webhooks/rest/webhook`` takes ``{"sender", "message", "metadata"?}`` and gives a list of messages
``{"recipient_id", "text"?, "buttons"?, "custom"?}``. A turn that fails, or whose action says nothing, is answered with
an apology that carries a reference; nothing of a turn that was not stored is shown.

``POST /webhooks/rest/forget`` takes ``{"sender"}``, erases that conversation and gives ``{"erased": <events>}``.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Optional

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from engine.replies.language import served
from engine.replies.texts import texts

MAX_CHARS = 1000
"""Longer messages are refused by the gateway; here they are only cut, since 200 kB would block the process for 3 s."""
MAX_SENDER = 255
LOCK_POLL_SECONDS = 0.05

log = structlog.get_logger(__name__)


class TurnFailed(BaseException):
    """An action failed and nothing was said: the turn counts as not taken. Rasa swallows every Exception."""


class OneMessage(CollectingOutputChannel):
    """Collects each utterance as one message with its text, buttons and custom object."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa's terms."""
        return "rest"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep what the message holds; buttons are stripped of anything but title and payload."""
        kept = {key: message[key] for key in ("text", "image", "attachment", "custom") if message.get(key)}
        if message.get("buttons"):
            kept["buttons"] = [{key: b[key] for key in ("title", "payload")} for b in message["buttons"]]
        if kept:
            self.messages.append({"recipient_id": recipient_id, **kept})


class LoopbackRest(InputChannel):
    """Answers on the POST itself. Bind the engine to loopback: there is no authentication here."""

    @classmethod
    def name(cls) -> str:
        """Keeps Rasa's address, ``/webhooks/rest``."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes, in Rasa's way."""
        routes = Blueprint("loopback_rest", __name__)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            loaded = _has_model(request.app)
            return json({"status": "ok" if loaded else "no model"}, status=200 if loaded else 500)

        @routes.listener("after_server_start")
        async def insist(app: Sanic, loop: Any) -> None:
            if not _has_model(app):  # Rasa would serve on, and answer nothing
                log.error("engine.model.unusable")
                app.stop()

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            problem = _problem(request.json)
            if problem:
                return json({"error": problem}, status=400)
            return json(await _turn(request.json, on_new_message))

        @routes.route("/forget", methods=["POST"])
        async def forget(request: Request) -> HTTPResponse:
            body = request.json
            problem = _wrong_sender(body) if isinstance(body, dict) else "the body must be a JSON object"
            if problem:
                return json({"error": problem}, status=400)
            return await _forget(request.app, body["sender"])

        return routes


def _has_model(app: Sanic) -> bool:
    if not hasattr(app.ctx, "agent"):
        return True  # not Rasa's server
    return app.ctx.agent is not None and bool(app.ctx.agent.is_ready())


def _problem(body: Any) -> Optional[str]:
    if not isinstance(body, dict):
        return "the body must be a JSON object"
    if not isinstance(body.get("message"), str) or not body["message"].strip():
        return "message must be a text"
    if not isinstance(body.get("metadata") or {}, dict):
        return "metadata must be an object"
    return _wrong_sender(body)


def _wrong_sender(body: dict[str, Any]) -> Optional[str]:
    sender = body.get("sender")
    well = isinstance(sender, str) and 0 < len(sender) <= MAX_SENDER
    return None if well else f"sender must be a text of 1 to {MAX_SENDER} characters"


async def _forget(app: Sanic, sender: str) -> HTTPResponse:
    """Erase the conversation once its running turn has ended."""
    agent = app.ctx.agent
    try:
        async with agent.lock_store.lock(sender, wait_time_in_seconds=LOCK_POLL_SECONDS):
            erased = await agent.tracker_store.forget(sender)
    except Exception as error:
        log.exception("engine.forget.failed", conversation=sender)
        return json({"error": type(error).__name__}, status=503)
    log.info("engine.forgot", conversation=sender, erased=erased)
    return json({"erased": erased})


def _cut(message: str) -> str:
    return message if message.startswith("/") else message[:MAX_CHARS]


async def _turn(body: dict[str, Any], on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> list[dict[str, Any]]:
    sender, metadata = body["sender"], body.get("metadata") or {}
    output = OneMessage()
    reason = "silent"
    try:
        # Shielded: a caller that hangs up must not leave half a turn.
        await asyncio.shield(
            on_new_message(UserMessage(_cut(body["message"]), output, sender, input_channel="rest", metadata=metadata))
        )
        if output.messages:
            return output.messages
    except asyncio.CancelledError:
        raise
    except (Exception, TurnFailed) as error:
        reason = type(error).__name__
        log.exception("engine.turn.failed", conversation=sender)
    reference = f"E-{secrets.token_hex(4).upper()}"
    log.error("engine.turn.unanswered", conversation=sender, reference=reference, reason=reason)
    apology = texts(served(metadata.get("language"))).responses["utter_failed"]
    text = apology["text"].replace("{reference}", reference)
    return [{"recipient_id": sender, "text": text, "custom": {"type": "error", "reference": reference}}]
