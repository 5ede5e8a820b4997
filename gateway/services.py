"""Everything the routes work with, made once an application; it is the application's ``ctx``."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import structlog
from sanic import Request, Sanic
from sanic.config import Config

from gateway.assets import Assets
from gateway.database import Database
from gateway.deletion import Deletions
from gateway.engine import Engine
from gateway.event_log import EventLog
from gateway.gone import Gone
from gateway.health import Health
from gateway.limits import Buckets
from gateway.metrics import Metrics
from gateway.options import Options
from gateway.page import Pages
from gateway.remembering import Remembering
from gateway.seals import Seals
from gateway.texts import Texts
from gateway.tickets import Tickets
from gateway.turns import Turns
from gateway.visits import Spans, Visits
from gateway.widget_build import WidgetBuild
from gateway.widget_texts import WidgetTexts
from records.errors import StoreDown
from records.migrate import migrate
from records.store import Store
from settings import Settings

log = structlog.get_logger(__name__)

EXPIRY_SECONDS = 3600.0
FILES_SECONDS = 5.0


@dataclass
class Services:
    """The application's parts. ``start()`` and ``stop()`` belong to the server's."""

    settings: Settings
    options: Options
    texts: Texts
    seals: Seals
    engine: Engine
    database: Database
    events: EventLog
    visits: Visits
    gone: Gone
    remembering: Remembering
    store: Store
    tickets: Tickets
    metrics: Metrics
    turns: Turns
    deletions: Deletions
    health: Health
    assets: Assets
    pages: Pages
    widget: WidgetBuild
    widget_texts: WidgetTexts
    by_conversation: Buckets
    by_address: Buckets
    by_visit: Buckets
    """Limits, by address too, what reads and comes back, so that a tab that does so a lot leaves room for messages."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _chores: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings, options: Options) -> Self:
        """Make the parts, without touching the network or the database."""
        texts, metrics = Texts(options.languages), Metrics()
        seals = Seals(settings.keyed("gateway"), options.token_seconds)
        engine = Engine(options.engine_url, options.engine_seconds)
        store = Store(options.records_url)
        tickets, assets = Tickets(store), Assets()
        database = Database(options.database)
        events = EventLog(database)
        visits = Visits(database, Spans(options.token_seconds, options.consent_seconds))
        gone = Gone(database, max(options.token_seconds, options.consent_seconds))
        turns = Turns(engine, events, visits, gone, seals, texts, tickets, metrics, options.queue_seconds)
        return cls(
            settings=settings, options=options, texts=texts, seals=seals, engine=engine, database=database,
            events=events, visits=visits, gone=gone, remembering=Remembering(store, settings, visits), store=store,
            tickets=tickets, metrics=metrics, turns=turns,
            deletions=Deletions(engine, turns, events, visits, gone, store, metrics),
            health=Health(options, store, metrics), assets=assets, pages=Pages(options, assets),
            widget=WidgetBuild(options.widget), widget_texts=WidgetTexts(),
            by_conversation=Buckets(options.per_minute), by_address=Buckets(options.per_address_per_minute),
            by_visit=Buckets(2 * options.per_address_per_minute),
        )  # fmt: skip

    async def start(self) -> None:
        """Open files and connections. Raises what makes it pointless to serve."""
        await self.database.open()
        await self.gone.load()
        await self.visits.load()
        try:
            await asyncio.to_thread(migrate, self.options.records_url)
        except StoreDown as error:
            # The chat answers without the records; /health says that they are down.
            log.error("gateway.records.not_migrated", reason=str(error))
        await asyncio.to_thread(self.pages.refresh)
        await self.widget.refresh_if_changed()
        self.engine.open()
        self.health.open()
        self._chores = [
            asyncio.create_task(self._every(seconds, work))
            for seconds, work in (
                (EXPIRY_SECONDS, self.remembering.expire),
                (EXPIRY_SECONDS, self.gone.expire),
                (self.options.deletion_seconds, self.deletions.retry),
                (FILES_SECONDS, self.pages.refresh_if_changed),
                (FILES_SECONDS, self.widget.refresh_if_changed),
            )
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
        await self.database.close()
        self.store.close()

    @staticmethod
    async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:  # a chore that fails once is done the next time
                log.exception("gateway.chore.failed")
            await asyncio.sleep(seconds)


Gateway = Sanic[Config, Services]
GatewayRequest = Request[Gateway, Any]


def services(request: GatewayRequest) -> Services:
    """The services of the request's application."""
    return request.app.ctx
