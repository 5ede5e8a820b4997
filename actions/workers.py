"""What runs beside the action server: deliveries of the outbox, and the ledger's anchors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from actions.context import Context
from records import anchors, mail, migrate, outbox, webhook
from records.errors import StoreDown

log = structlog.get_logger(__name__)


class Workers:
    """Two timers. A round that fails is logged and tried again; a round under way is finished before the end."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._migrated = False
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, on the running event loop."""
        settings = self._context.settings
        senders = {"mail": mail.sender(settings), "webhook": webhook.sender(settings)}

        def deliver() -> None:
            if not self._migrated:  # the database may have been away when the process started
                migrate(settings.database_url)
                self._migrated = True
            outbox.deliver_due(self._context.store, senders, settings.outbox_attempts)

        def anchor() -> None:
            anchors.anchor(self._context.store, settings)

        self._stopping.clear()
        self._tasks = [
            asyncio.create_task(self._every(settings.outbox_seconds, deliver, "outbox")),
            asyncio.create_task(self._every(settings.anchor_seconds, anchor, "anchors")),
        ]

    async def stop(self) -> None:
        """End after the rounds under way."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _every(self, seconds: float, work: Callable[[], None], name: str) -> None:
        while not self._stopping.is_set():
            try:
                await asyncio.to_thread(work)
            except StoreDown as error:
                log.error("worker.store.down", worker=name, reason=str(error))
            except Exception:
                log.exception("worker.round.failed", worker=name)
            try:
                await asyncio.wait_for(self._stopping.wait(), seconds)
            except TimeoutError:
                continue
