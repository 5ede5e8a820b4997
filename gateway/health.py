"""The state of every component, asked at most every few seconds."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx

from gateway.metrics import Metrics
from gateway.options import Options
from records.store import Store


@dataclass(frozen=True)
class Report:
    """``status`` is the HTTP status: 200 if every component is up, else 503."""

    status: int
    body: dict[str, Any]


class Health:
    """Asks the components. Visitors who ask together get one answer."""

    def __init__(self, options: Options, store: Store, metrics: Metrics) -> None:
        self._options, self._store, self._metrics = options, store, metrics
        self._client: httpx.AsyncClient | None = None
        self._lock = asyncio.Lock()
        self._last: tuple[float, Report] | None = None

    def open(self) -> None:
        """Make the connection pool."""
        self._client = httpx.AsyncClient(timeout=self._options.health_seconds, trust_env=False)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._client:
            await self._client.aclose()

    async def report(self) -> Report:
        """The state now, or that of a moment ago."""
        async with self._lock:
            if self._last is None or time.monotonic() - self._last[0] >= self._options.health_seconds:
                self._last = (time.monotonic(), await self._ask())
            return self._last[1]

    async def _ask(self) -> Report:
        engine, actions, records = await asyncio.gather(
            self._answers(f"{self._options.engine_url}/"),
            self._answers(f"{self._options.actions_url}/health"),
            self._records(),
        )
        self._metrics.engine_up.set(int(engine))
        up = {"gateway": True, "engine": engine, "actions": actions, "records": records}
        components = {name: {"status": "ok" if well else "down"} for name, well in up.items()}
        well = all(up.values())
        return Report(200 if well else 503, {"status": "ok" if well else "degraded", "components": components})

    async def _answers(self, url: str) -> bool:
        if self._client is None:
            return False
        try:
            async with asyncio.timeout(self._options.health_seconds):
                return (await self._client.get(url)).is_success
        except (TimeoutError, httpx.HTTPError):
            return False

    async def _records(self) -> bool:
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._store.ping), self._options.health_seconds)
        except TimeoutError:
            return False
