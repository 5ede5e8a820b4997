"""What a visitor does with a conversation: rate it, take it along, delete it."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from typing import Any

import structlog
from sanic import Blueprint, HTTPResponse

from gateway import transcript
from gateway.bodies import Rated, rated
from gateway.channels.web.access import conversation_of, limit_address, limit_visit, token_of
from gateway.conversation import Conversation
from gateway.errors import ApiError, gone, store_down
from gateway.responses import as_json
from gateway.services import GatewayRequest, Services, services
from records import ratings
from records.errors import StoreDown

FORMS = {"html": "text/html; charset=utf-8", "text": "text/plain; charset=utf-8"}
SUFFIXES = {"html": "html", "text": "txt"}

log = structlog.get_logger(__name__)

ending = Blueprint("ending", url_prefix="/api/conversations/<conversation_id:str>")


@ending.post("/ratings")
async def rate(request: GatewayRequest, conversation_id: str) -> HTTPResponse:
    """Keep what the visitor thinks of a message or of the whole conversation, in the place of an earlier rating."""
    ours = services(request)
    conversation = conversation_of(request, ours, conversation_id)
    limit_visit(request, ours)
    given = rated(request.body)
    rating = ratings.NewRating(
        conversation=conversation.id,
        message=given.message,
        channel=conversation.channel,
        language=conversation.language,
        value=given.value,
        comment=given.comment,
        topic=await _topic(ours, conversation, given),
    )
    try:
        await asyncio.to_thread(ratings.add, ours.store, rating)
        if ours.gone.has(conversation.id):  # deleted meanwhile
            await asyncio.to_thread(ratings.drop_comments, ours.store, conversation.id)
            raise gone()
    except StoreDown as error:
        log.error("gateway.rating.not_stored", reason=str(error))
        raise store_down() from error
    of = "message" if given.message else "conversation"
    ours.metrics.ratings.labels(of, given.value).inc()
    log.info("gateway.rating", of=of, value=given.value, topic=rating.topic, comment=given.comment is not None)
    return as_json({}, 201)


@ending.get("/transcript")
async def download(request: GatewayRequest, conversation_id: str) -> HTTPResponse:
    """The conversation as a file."""
    ours = services(request)
    conversation = conversation_of(request, ours, conversation_id)
    limit_visit(request, ours)
    form = request.args.get("format") or "html"
    if form not in FORMS:
        raise ApiError(400, "invalid_body", {"field": "format"})
    try:
        messages = await ours.events.after(conversation.id, 0)
    except sqlite3.Error as error:
        log.error("gateway.event_log.unreadable", reason=str(error))
        raise store_down() from error
    if not messages:
        raise gone()
    words, today = ours.texts.transcript(conversation.language), datetime.now(UTC).date()
    write = transcript.as_html if form == "html" else transcript.as_text
    body = await asyncio.to_thread(write, messages, conversation.language, words, today)
    name = f"assistant-{today.isoformat()}.{SUFFIXES[form]}"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return HTTPResponse(body, 200, headers, FORMS[form])


@ending.delete("/")
async def delete(request: GatewayRequest, conversation_id: str) -> HTTPResponse:
    """Delete the conversation; a repeated request gets the same reference."""
    ours = services(request)
    conversation = token_of(request, ours, conversation_id)
    limit_address(request, ours)
    try:
        deletion = await ours.deletions.delete(conversation)
    except sqlite3.Error as error:
        log.error("gateway.deletion.failed", reason=str(error))
        raise store_down() from error
    return as_json({"reference": deletion.deleted.reference}, 200 if deletion.finished else 202)


async def _topic(ours: Services, conversation: Conversation, given: Rated) -> str | None:
    """The topic of the rated message. Raises ApiError where the assistant did not say it."""
    if not given.message:
        return None
    try:
        message = await ours.events.message(conversation.id, int(given.message))
    except sqlite3.Error as error:
        log.error("gateway.event_log.unreadable", reason=str(error))
        raise store_down() from error
    if message is None or message["from"] == "visitor":
        raise ApiError(400, "invalid_body", {"field": "message"})
    custom: dict[str, Any] = message.get("custom") or {}
    topic = custom.get("topic") or custom.get("type")
    return str(topic)[:120] if topic else None
