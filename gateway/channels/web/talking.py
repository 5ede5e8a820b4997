"""What the visitor says, and in which language the conversation goes on."""

from __future__ import annotations

import json
from dataclasses import replace

from sanic import Blueprint, HTTPResponse

from gateway.bodies import field, idempotency_key, parse, sent
from gateway.channels.web.access import conversation_of, limit, limit_address, limit_visit
from gateway.channels.web.opening import shortcuts
from gateway.errors import ApiError
from gateway.responses import as_json
from gateway.seals import SealBroken
from gateway.services import GatewayRequest, services
from gateway.streams import cursor_of, stream
from gateway.turns import Input

talking = Blueprint("talking", url_prefix="/api/conversations/<conversation_id:str>")


@talking.post("/messages")
async def send_message(request: GatewayRequest, conversation_id: str) -> HTTPResponse:
    """Take a message or a pressed button and give the reply."""
    ours = services(request)
    conversation = conversation_of(request, ours, conversation_id)
    limit_address(request, ours)
    limit(ours, "conversation", ours.by_conversation.take(conversation.id))
    message = sent(request.body, ours.options.message_chars)
    if message.button is None:
        given = Input(message.text or "", key=message.key, shown=message.typed)
    else:
        try:
            press = ours.seals.press(conversation.id, message.button)
        except SealBroken as error:
            raise ApiError(403, "button_invalid") from error
        given = Input(press.payload, press.title, message.key, shown=press.title)
    return as_json({"messages": await ours.turns.take(conversation, given)})


@talking.post("/language")
async def change_language(request: GatewayRequest, conversation_id: str) -> HTTPResponse:
    """Go on in another language, whichever tab asked for it."""
    ours = services(request)
    before = conversation_of(request, ours, conversation_id)
    limit_address(request, ours)
    body = parse(request.body)
    asked, key = field(body, "language") or "", idempotency_key(body)
    if ours.options.language(asked) != asked[:2].lower():
        raise ApiError(400, "invalid_body", {"field": "language"})
    conversation = replace(before, language=ours.options.language(asked))
    request.ctx.language = conversation.language
    payload = "/change_language" + json.dumps({"language": conversation.language})
    messages = await ours.turns.take(conversation, Input(payload, key=key, language=conversation.language))
    return as_json(
        {
            "token": ours.seals.token(conversation),
            "language": conversation.language,
            "shortcuts": shortcuts(ours, conversation),
            "messages": messages,
        }
    )


@talking.get("/events")
async def follow(request: GatewayRequest, conversation_id: str) -> None:
    """Stream the messages of both sides after a cursor, then new ones as they come."""
    ours = services(request)
    conversation = conversation_of(request, ours, conversation_id)
    limit_visit(request, ours)
    await stream(request, ours, conversation, cursor_of(request))
