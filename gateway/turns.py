"""One turn: a message goes to the engine, and something always comes back."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog

from gateway.conversation import Conversation
from gateway.engine import Engine, EngineFailed, Said
from gateway.errors import ApiError
from gateway.event_log import EventLog, Message
from gateway.metrics import Metrics, reply_type
from gateway.seals import Seals
from gateway.texts import Texts
from gateway.tickets import Tickets

log = structlog.get_logger(__name__)

ENGINE_MARK = "E-"
"""References that the engine made (engine/channel.py); those of the actions have their tickets already."""


@dataclass(frozen=True)
class Input:
    """What the engine is to get: typed text or a button's payload, then with the button's ``title``."""

    message: str
    title: str | None = None
    key: str | None = None


class Turns:
    """Takes the turns of all conversations, those of one conversation one after another."""

    def __init__(
        self, engine: Engine, events: EventLog, seals: Seals, texts: Texts, tickets: Tickets, metrics: Metrics,
        queue_seconds: float,
    ) -> None:  # fmt: skip
        """``queue_seconds`` is the longest wait for the conversation's earlier messages."""
        self._engine, self._events, self._seals = engine, events, seals
        self._texts, self._tickets, self._metrics = texts, tickets, metrics
        self._queue_seconds = queue_seconds
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[list[Message]]] = set()

    async def opening(self, conversation: Conversation) -> list[Message]:
        """The assistant's first words. Raises EngineFailed: then there is no conversation."""
        try:
            said = await self._engine.send(conversation, "/open")
            await self._report(conversation, said)
        except EngineFailed as failure:
            self._failed(failure)
            raise
        self._metrics.engine_up.set(1)
        self._metrics.conversations.labels(conversation.channel, conversation.language).inc()
        return await self._keep(conversation, f"open-{secrets.token_hex(8)}", said)

    async def take(self, conversation: Conversation, given: Input) -> list[Message]:
        """The reply to ``given``: at least one message. Raises ApiError if the queue is too long.

        The turn goes on when the caller hangs up, so that its reply is there to be replayed.
        """
        work = asyncio.create_task(self._queued(conversation, given))
        self._running.add(work)
        work.add_done_callback(self._done)
        return await asyncio.shield(work)

    @property
    def under_way(self) -> int:
        """How many turns were taken and have not ended."""
        return len(self._running)

    async def finish(self, seconds: float) -> None:
        """Wait for the turns under way, at most ``seconds``."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    def _done(self, work: asyncio.Task[list[Message]]) -> None:
        self._running.discard(work)
        if not work.cancelled():
            work.exception()  # seen, even if the caller hung up

    async def _queued(self, conversation: Conversation, given: Input) -> list[Message]:
        lock = self._locks.setdefault(conversation.id, asyncio.Lock())
        try:
            await asyncio.wait_for(lock.acquire(), self._queue_seconds)
        except TimeoutError as error:
            raise ApiError(429, "busy", headers={"Retry-After": "5"}) from error
        try:
            earlier = await self._earlier(conversation, given.key)
            return earlier or await self._turn(conversation, given)
        finally:
            lock.release()

    async def _earlier(self, conversation: Conversation, key: str | None) -> list[Message]:
        if key is None:
            return []
        try:
            return await self._events.of_turn(conversation.id, f"key-{key}")
        except sqlite3.Error as error:
            log.error("gateway.event_log.unreadable", reason=str(error))
            return []

    async def _turn(self, conversation: Conversation, given: Input) -> list[Message]:
        started = time.perf_counter()
        try:
            said = await self._engine.send(conversation, given.message, given.title)
            await self._report(conversation, said)
            self._metrics.engine_up.set(1)
        except EngineFailed as failure:
            self._failed(failure)
            said = [await self._apology(conversation, failure)]
        turn = f"key-{given.key}" if given.key else f"own-{secrets.token_hex(8)}"
        messages = await self._keep(conversation, turn, said)
        reply = reply_type(messages)
        seconds = time.perf_counter() - started
        self._metrics.messages.labels(conversation.channel, conversation.language, reply).inc()
        self._metrics.seconds.labels(conversation.channel).observe(seconds)
        log.info("gateway.turn", reply=reply, messages=len(messages), milliseconds=round(1000 * seconds))
        return messages

    def _failed(self, failure: EngineFailed) -> None:
        self._metrics.errors.labels(failure.reason).inc()
        if failure.reason in ("down", "timeout"):
            self._metrics.engine_up.set(0)

    async def _apology(self, conversation: Conversation, failure: EngineFailed) -> Said:
        reference = await self._tickets.open(conversation, "gateway", f"engine {failure.reason}")
        log.error("gateway.turn.unanswered", reference=reference, reason=failure.reason)
        text = self._texts.apology(conversation.language, reference)
        return Said(text, custom={"type": "error", "reference": reference})

    async def _report(self, conversation: Conversation, said: Sequence[Said]) -> None:
        """Open the tickets of the engine's own apologies: it cannot write the records."""
        for entry in said:
            reference = entry.custom.get("reference")
            if entry.custom.get("type") == "error" and isinstance(reference, str) and reference.startswith(ENGINE_MARK):
                await self._tickets.open(conversation, "engine", "turn failed", reference[:16])

    async def _keep(self, conversation: Conversation, turn: str, said: Sequence[Said]) -> list[Message]:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        messages = [self._message(conversation, entry, at) for entry in said]
        try:
            return await self._events.append(conversation.id, turn, messages)
        except sqlite3.Error as error:
            # The visitor still gets the reply; it only cannot be replayed.
            log.error("gateway.event_log.unwritable", reason=str(error))
            return [{"id": f"x-{secrets.token_hex(6)}", **message} for message in messages]

    def _message(self, conversation: Conversation, said: Said, at: str) -> dict[str, Any]:
        buttons = [
            {"title": title, "button": self._seals.button(conversation.id, payload, title)}
            for title, payload in said.buttons
        ]
        return {"text": said.text, "buttons": buttons, "custom": dict(said.custom), "at": at}
