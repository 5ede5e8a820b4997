"""Server-sent events: first what the client missed, then what comes.

``message`` is what the assistant or an adviser said, ``visitor`` what the visitor said in this or another tab, and
``gone`` the last event of a conversation that was deleted.
"""

from __future__ import annotations

import asyncio
import json
import time

from gateway.conversation import Conversation
from gateway.errors import ApiError, too_many
from gateway.event_log import Message
from gateway.services import GatewayRequest, Services

PER_CONVERSATION = 4
GONE = "event: gone\ndata: {}\n\n"
HEARTBEAT = ": still here\n\n"


def cursor_of(request: GatewayRequest) -> int:
    """The id of the last message the client has, 0 for none. Raises ApiError."""
    given = request.args.get("cursor") or request.headers.get("last-event-id") or "0"
    if not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise ApiError(400, "invalid_body", {"field": "cursor"})
    return int(given)


async def stream(request: GatewayRequest, ours: Services, conversation: Conversation, cursor: int) -> None:
    """Send events until the client leaves, the server stops or the stream has lasted long enough.

    The messages are always read from the log, and a notice only says that there are new ones: so none is lost between
    the replay and the live part, and none is sent twice.
    """
    if ours.events.subscribers(conversation.id) >= PER_CONVERSATION:
        raise too_many(ours.options.heartbeat_seconds)
    notice = ours.events.subscribe(conversation.id)
    ours.metrics.streams.inc()
    try:
        response = await request.respond(
            content_type="text/event-stream; charset=utf-8",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        if response is None:
            return
        await response.send("retry: 2000\n\n")
        end = time.monotonic() + ours.options.stream_seconds
        while time.monotonic() < end and not ours.stopping.is_set():
            notice.clear()
            if ours.gone.has(conversation.id):
                await response.send(GONE)
                break
            missed = await ours.events.after(conversation.id, cursor)
            if missed:
                cursor = int(missed[-1]["id"])
                await response.send("".join(map(_event, missed)))
            if not await _noticed(notice, ours):
                await response.send(HEARTBEAT)
        await response.eof()
    finally:
        ours.metrics.streams.dec()
        ours.events.unsubscribe(conversation.id, notice)


def _event(message: Message) -> str:
    kind = "visitor" if message["from"] == "visitor" else "message"
    return f"id: {message['id']}\nevent: {kind}\ndata: {json.dumps(message)}\n\n"


async def _noticed(notice: asyncio.Event, ours: Services) -> bool:
    """Whether there is something new, or the server stops, before the next heartbeat is due."""
    waits = [asyncio.create_task(notice.wait()), asyncio.create_task(ours.stopping.wait())]
    try:
        done, _ = await asyncio.wait(waits, timeout=ours.options.heartbeat_seconds, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
    finally:
        for wait in waits:
            wait.cancel()
