"""The chat API of the page and the widget: conversations, messages, event stream."""

from __future__ import annotations

from urllib.parse import unquote

from sanic import Blueprint, HTTPResponse
from structlog.contextvars import bind_contextvars

from gateway.bodies import field, parse, sent
from gateway.conversation import Conversation
from gateway.engine import EngineFailed
from gateway.errors import ApiError, too_many
from gateway.limits import address_key
from gateway.responses import as_json, language
from gateway.seals import SealBroken, SealExpired
from gateway.services import GatewayRequest, Services, services
from gateway.streams import cursor_of, stream
from gateway.turns import Input

CHANNEL = "web"

web = Blueprint("web", url_prefix="/api/conversations")


@web.post("/", strict_slashes=False)
async def open_conversation(request: GatewayRequest) -> HTTPResponse:
    """Open a conversation and say the assistant's first words."""
    ours = services(request)
    _limit_address(request, ours)
    asked = field(parse(request.body), "language")
    conversation = Conversation.new(CHANNEL, ours.options.language(asked) if asked else language(request))
    _bind(request, conversation)
    try:
        messages = await ours.turns.opening(conversation)
    except EngineFailed as failure:
        reference = await ours.tickets.open(conversation, "gateway", f"engine {failure.reason}")
        raise ApiError(503, "engine_down", {"reference": reference}, {"Retry-After": "5"}) from failure
    return as_json(
        {
            "id": conversation.id,
            "token": ours.seals.token(conversation),
            "subject": conversation.subject,
            "language": conversation.language,
            "shortcuts": _shortcuts(ours, conversation),
            "messages": messages,
        },
        201,
    )


@web.post("/<conversation_id:str>/messages")
async def send_message(request: GatewayRequest, conversation_id: str) -> HTTPResponse:
    """Take a message or a pressed button and give the reply."""
    ours = services(request)
    conversation = _conversation(request, ours, conversation_id)
    _limit_address(request, ours)
    _limit(ours, "conversation", ours.by_conversation.take(conversation.id))
    message = sent(request.body, ours.options.message_chars)
    if message.button is None:
        given = Input(message.text or "", key=message.key)
    else:
        try:
            press = ours.seals.press(conversation.id, message.button)
        except SealBroken as error:
            raise ApiError(403, "button_invalid") from error
        given = Input(press.payload, press.title, message.key)
    return as_json({"messages": await ours.turns.take(conversation, given)})


@web.get("/<conversation_id:str>/events")
async def follow(request: GatewayRequest, conversation_id: str) -> None:
    """Stream the assistant's messages after a cursor, then new ones as they come."""
    ours = services(request)
    conversation = _conversation(request, ours, conversation_id)
    _limit_address(request, ours)
    await stream(request, ours, conversation, cursor_of(request))


def _conversation(request: GatewayRequest, ours: Services, conversation_id: str) -> Conversation:
    try:
        conversation = ours.seals.conversation(request.token or "")
    except SealExpired as error:
        raise ApiError(401, "token_expired", headers={"WWW-Authenticate": "Bearer"}) from error
    except SealBroken as error:
        raise ApiError(401, "token_invalid", headers={"WWW-Authenticate": "Bearer"}) from error
    if conversation.id != unquote(conversation_id) or conversation.channel != CHANNEL:
        raise ApiError(403, "token_invalid")
    _bind(request, conversation)
    return conversation


def _bind(request: GatewayRequest, conversation: Conversation) -> None:
    request.ctx.language = conversation.language
    bind_contextvars(conversation=conversation.id, channel=conversation.channel, language=conversation.language)


def _limit_address(request: GatewayRequest, ours: Services) -> None:
    # remote_addr is what a trusted proxy says; it is empty where there is none.
    address = request.remote_addr or request.ip
    _limit(ours, "address", ours.by_address.take(address_key(address)))


def _limit(ours: Services, name: str, wait: float) -> None:
    if wait:
        ours.metrics.rate_limited.labels(name).inc()
        raise too_many(wait)


def _shortcuts(ours: Services, conversation: Conversation) -> dict[str, str]:
    offered = ours.pages.shortcuts(conversation.language)
    return {name: ours.seals.button(conversation.id, payload, title) for name, (payload, title) in offered.items()}
