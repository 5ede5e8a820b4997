"""A conversation begins, and goes on after a reload, on the next page, or on a later visit."""

from __future__ import annotations

import sqlite3
from typing import Any

import structlog
from sanic import Blueprint, HTTPResponse

from gateway.bodies import field, parse
from gateway.channels.web.access import (
    CHANNEL,
    bind,
    conversation_of,
    expired,
    limit_address,
    limit_visit,
    token_of,
)
from gateway.conversation import Conversation
from gateway.engine import EngineFailed
from gateway.errors import ApiError, gone, store_down
from gateway.responses import as_json, language
from gateway.seals import SealBroken, SealExpired
from gateway.services import GatewayRequest, Services, services

log = structlog.get_logger(__name__)

opening = Blueprint("opening", url_prefix="/api/conversations")


@opening.post("/", strict_slashes=False)
async def open_conversation(request: GatewayRequest) -> HTTPResponse:
    """Open a conversation and say the assistant's first words."""
    ours = services(request)
    limit_address(request, ours)
    body = parse(request.body)
    asked, consent = field(body, "language"), field(body, "consent")
    spoken = ours.options.language(asked) if asked else language(request)
    conversation = Conversation.new(CHANNEL, spoken, _subject(ours, consent))
    bind(request, conversation)
    try:
        messages = await ours.turns.opening(conversation)
    except EngineFailed as failure:
        reference = await ours.tickets.open(conversation, "gateway", f"engine {failure.reason}")
        raise ApiError(503, "engine_down", {"reference": reference}, {"Retry-After": "5"}) from failure
    return as_json({**described(ours, conversation), "messages": messages}, 201)


@opening.post("/<conversation_id:str>/resume")
async def resume(request: GatewayRequest, conversation_id: str) -> HTTPResponse:
    """Go on with a conversation: a fresh token and what was said so far."""
    ours = services(request)
    limit_visit(request, ours)
    conversation, functional = await _returning(request, ours, conversation_id)
    try:
        messages = await ours.events.after(conversation.id, 0)
        if not messages:
            raise gone()
        await ours.visits.note(conversation, functional=functional)
    except sqlite3.Error as error:
        log.error("gateway.event_log.unreadable", reason=str(error))
        raise store_down() from error
    ours.metrics.resumed.labels("yes" if functional else "no").inc()
    kept = {"kept": bool(functional), "messages": messages}
    return as_json({**described(ours, conversation), **kept})


def described(ours: Services, conversation: Conversation) -> dict[str, Any]:
    """What a client needs to know of its conversation, with a fresh token."""
    return {
        "id": conversation.id,
        "token": ours.seals.token(conversation),
        "subject": conversation.subject,
        "consent": ours.seals.subject_token(conversation.subject),
        "language": conversation.language,
        "languages": languages(ours),
        "limit": ours.options.message_chars,
        "shortcuts": shortcuts(ours, conversation),
    }


def languages(ours: Services) -> list[dict[str, str]]:
    """The languages served, under their own names."""
    return [{"code": code, "name": ours.texts.name(code)} for code in ours.options.languages]


def shortcuts(ours: Services, conversation: Conversation) -> dict[str, str]:
    """Buttons that are always there, signed, by name."""
    titles = ours.texts.shortcuts(conversation.language)
    offered = {
        **{name: (f"/{name}", title) for name, title in titles.items()},
        **ours.pages.shortcuts(conversation.language),
    }
    return {name: ours.seals.button(conversation.id, payload, title) for name, (payload, title) in offered.items()}


async def _returning(request: GatewayRequest, ours: Services, conversation_id: str) -> tuple[Conversation, bool | None]:
    """The conversation of a token that may be old, and whether we may remember it (None: cannot be told now)."""
    try:
        ours.seals.conversation(request.token or "")
    except SealExpired as error:
        longest = max(ours.options.consent_seconds, ours.options.token_seconds)
        old = token_of(request, ours, conversation_id, seconds=longest)
        functional = await ours.remembering.allowed(old.subject)
        if not functional:
            raise expired() from error
        if ours.gone.has(old.id):
            raise gone() from error
        return old, functional
    except SealBroken:
        pass  # refused below
    conversation = conversation_of(request, ours, conversation_id)
    return conversation, await ours.remembering.allowed(conversation.subject)


def _subject(ours: Services, consent: str | None) -> str | None:
    """Whom a cookie choice made before the chat belongs to; a token that is not ours is as good as none."""
    try:
        return ours.seals.subject(consent) if consent else None
    except SealBroken:
        return None
