"""Who may do what: the token of a conversation, and how much one visitor may ask for."""

from __future__ import annotations

from urllib.parse import unquote

from structlog.contextvars import bind_contextvars

from gateway.conversation import Conversation
from gateway.errors import ApiError, gone, too_many
from gateway.limits import Buckets, address_key
from gateway.seals import SealBroken, SealExpired
from gateway.services import GatewayRequest, Services

CHANNEL = "web"
TELL_TOKEN = {"WWW-Authenticate": "Bearer"}


def conversation_of(request: GatewayRequest, ours: Services, conversation_id: str) -> Conversation:
    """The conversation that the request's token opens, in its present language. Raises ApiError."""
    conversation = token_of(request, ours, conversation_id)
    if ours.gone.has(conversation.id):
        raise gone()
    return conversation


def token_of(
    request: GatewayRequest, ours: Services, conversation_id: str, *, seconds: int | None = None
) -> Conversation:
    """As ``conversation_of``, deleted or not; the token may be ``seconds`` old. Raises ApiError."""
    try:
        conversation = ours.seals.conversation(request.token or "", seconds)
    except SealExpired as error:
        raise expired() from error
    except SealBroken as error:
        raise ApiError(401, "token_invalid", headers=TELL_TOKEN) from error
    if conversation.id != unquote(conversation_id) or conversation.channel != CHANNEL:
        raise ApiError(403, "token_invalid")
    conversation = ours.visits.current(conversation)
    bind(request, conversation)
    return conversation


def expired() -> ApiError:
    """401 for a token that was good once."""
    return ApiError(401, "token_expired", headers=TELL_TOKEN)


def bind(request: GatewayRequest, conversation: Conversation) -> None:
    """Answer in the conversation's language, and log under its id."""
    request.ctx.language = conversation.language
    bind_contextvars(conversation=conversation.id, channel=conversation.channel, language=conversation.language)


def limit_address(request: GatewayRequest, ours: Services) -> None:
    """Count a request that makes work. Raises ApiError where it is one too many from its address."""
    _take(request, ours, ours.by_address, "address")


def limit_visit(request: GatewayRequest, ours: Services) -> None:
    """Count a request that reads or comes back. Raises ApiError where it is one too many from its address."""
    _take(request, ours, ours.by_visit, "visit")


def limit(ours: Services, name: str, wait: float) -> None:
    """Raises ApiError if there is a ``wait``, in seconds."""
    if wait:
        ours.metrics.rate_limited.labels(name).inc()
        raise too_many(wait)


def _take(request: GatewayRequest, ours: Services, buckets: Buckets, name: str) -> None:
    # remote_addr is what a trusted proxy says; it is empty where there is none.
    limit(ours, name, buckets.take(address_key(request.remote_addr or request.ip)))
