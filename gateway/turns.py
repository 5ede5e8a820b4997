"""One turn: a message goes to the engine, and something always comes back."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog

from gateway.conversation import Conversation
from gateway.engine import Engine, EngineFailed, Said
from gateway.errors import ApiError, gone
from gateway.event_log import ConversationGone, EventLog, Message
from gateway.gone import Gone
from gateway.metrics import Metrics, reply_type
from gateway.seals import Seals
from gateway.texts import Texts
from gateway.tickets import Tickets
from gateway.visits import Visits

log = structlog.get_logger(__name__)

ENGINE_MARK = "E-"
"""References that the engine made (engine/channel.py); those of the actions have their tickets already."""


@dataclass(frozen=True)
class Input:
    """What the engine is to get: typed text or a button's payload, then with the button's ``title``.

    ``shown`` is what the visitor sees as said, None where nothing was said; ``language`` the one to go on in from now.
    """

    message: str
    title: str | None = None
    key: str | None = None
    shown: str | None = None
    language: str | None = None


class Turns:
    """Takes the turns of all conversations, those of one conversation one after another."""

    def __init__(
        self, engine: Engine, events: EventLog, visits: Visits, gone: Gone, seals: Seals, texts: Texts,
        tickets: Tickets, metrics: Metrics, queue_seconds: float,
    ) -> None:  # fmt: skip
        """``queue_seconds`` is the longest wait for the conversation's earlier messages."""
        self._engine, self._events, self._visits, self._gone, self._seals = engine, events, visits, gone, seals
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
        await self._visited(conversation)
        return await self._keep(conversation, f"open-{secrets.token_hex(8)}", said)

    async def take(self, conversation: Conversation, given: Input) -> list[Message]:
        """The reply to ``given``: at least one message.

        Raises ApiError if the queue is too long, or the conversation was deleted.

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

    @asynccontextmanager
    async def alone(self, conversation: str, seconds: float | None = None) -> AsyncIterator[None]:
        """No turn of ``conversation`` is under way inside. Raises ApiError after ``seconds`` of waiting."""
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        try:
            await asyncio.wait_for(lock.acquire(), seconds)
        except TimeoutError as error:
            raise ApiError(429, "busy", headers={"Retry-After": "5"}) from error
        try:
            yield
        finally:
            lock.release()

    async def _queued(self, conversation: Conversation, given: Input) -> list[Message]:
        try:
            async with self.alone(conversation.id, self._queue_seconds):
                earlier = await self._earlier(conversation, given.key)
                return earlier or await self._turn(self._present(conversation, given), given)
        except ConversationGone as error:
            raise gone() from error

    def _present(self, conversation: Conversation, given: Input) -> Conversation:
        """The conversation in its language now, which another tab may have changed since the message was sent."""
        current = self._visits.current(conversation)
        return replace(current, language=given.language) if given.language else current

    async def _earlier(self, conversation: Conversation, key: str | None) -> list[Message]:
        if key is None:
            return []
        try:
            return await self._events.of_turn(conversation.id, f"key-{key}")
        except sqlite3.Error as error:
            log.error("gateway.event_log.unreadable", reason=str(error))
            return []

    async def _turn(self, conversation: Conversation, given: Input) -> list[Message]:
        if self._gone.has(conversation.id):
            raise ConversationGone
        started = time.perf_counter()
        await self._echo(conversation, given)
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

    async def _echo(self, conversation: Conversation, given: Input) -> None:
        """Keep what the visitor said, once a key. Raises ConversationGone."""
        await self._visited(conversation, changed=given.language is not None)
        if given.shown is None:
            return
        echo: Message = {"from": "visitor", "text": given.shown, "buttons": [], "custom": {}, "at": _now()}
        echo["language"] = conversation.language
        if given.key:
            echo["key"] = given.key
        try:
            turn = f"said-{given.key or secrets.token_hex(8)}"
            await self._events.append(conversation.id, turn, [echo], once=True)
        except sqlite3.Error as error:
            log.error("gateway.event_log.unwritable", reason=str(error))

    async def _visited(self, conversation: Conversation, *, changed: bool = False) -> None:
        try:
            await (self._visits.speak(conversation) if changed else self._visits.note(conversation))
        except sqlite3.Error as error:
            log.error("gateway.visit.not_noted", reason=str(error))

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
        at = _now()
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
        language = said.custom.get("language") or conversation.language
        return {
            "from": "assistant", "text": said.text, "buttons": buttons, "custom": dict(said.custom), "at": at,
            "language": language,
        }  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
