"""Everything the routes work with, made once an application; it is the application's ``ctx``."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any, Self

import structlog
from sanic import Request, Sanic
from sanic.config import Config

from gateway.assets import Assets
from gateway.engine import Engine
from gateway.event_log import EventLog
from gateway.health import Health
from gateway.limits import Buckets
from gateway.metrics import Metrics
from gateway.options import Options
from gateway.page import Pages
from gateway.seals import Seals
from gateway.texts import Texts
from gateway.tickets import Tickets
from gateway.turns import Turns
from records.errors import StoreDown
from records.migrate import migrate
from records.store import Store
from settings import Settings

log = structlog.get_logger(__name__)

EXPIRY_SECONDS = 3600.0
PAGE_SECONDS = 5.0


@dataclass
class Services:
    """The application's parts. ``start()`` and ``stop()`` belong to the server's."""

    options: Options
    texts: Texts
    seals: Seals
    engine: Engine
    events: EventLog
    store: Store
    tickets: Tickets
    metrics: Metrics
    turns: Turns
    health: Health
    assets: Assets
    pages: Pages
    by_conversation: Buckets
    by_address: Buckets
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _chores: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings, options: Options) -> Self:
        """Make the parts, without touching the network or the database."""
        texts, metrics = Texts(options.languages), Metrics()
        seals = Seals(settings.keyed("gateway"), options.token_seconds)
        engine = Engine(options.engine_url, options.engine_seconds)
        events = EventLog(options.database, options.token_seconds)
        store = Store(options.records_url)
        tickets, assets = Tickets(store), Assets()
        return cls(
            options=options, texts=texts, seals=seals, engine=engine, events=events, store=store, tickets=tickets,
            metrics=metrics, turns=Turns(engine, events, seals, texts, tickets, metrics, options.queue_seconds),
            health=Health(options, store, metrics), assets=assets, pages=Pages(options, assets),
            by_conversation=Buckets(options.per_minute), by_address=Buckets(options.per_address_per_minute),
        )  # fmt: skip

    async def start(self) -> None:
        """Open files and connections. Raises what makes it pointless to serve."""
        await self.events.open()
        try:
            await asyncio.to_thread(migrate, self.options.records_url)
        except StoreDown as error:
            # The chat answers without the records; /health says that they are down.
            log.error("gateway.records.not_migrated", reason=str(error))
        await asyncio.to_thread(self.pages.refresh)
        self.engine.open()
        self.health.open()
        self._chores = [
            asyncio.create_task(self._every(EXPIRY_SECONDS, self.events.expire)),
            asyncio.create_task(self._every(PAGE_SECONDS, self.pages.refresh_if_changed)),
        ]

    async def stop(self) -> None:
        """Let the turns under way end, then close everything."""
        self.stopping.set()
        for chore in self._chores:
            chore.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await chore
        await self.turns.finish(self.options.engine_seconds + 1)
        await self.engine.close()
        await self.health.close()
        await self.events.close()
        self.store.close()

    @staticmethod
    async def _every(seconds: float, work: Any) -> None:
        while True:
            await asyncio.sleep(seconds)
            await work()


Gateway = Sanic[Config, Services]
GatewayRequest = Request[Gateway, Any]


def services(request: GatewayRequest) -> Services:
    """The services of the request's application."""
    return request.app.ctx
