"""Brings the database to the current schema; every process does so when it starts."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from records.errors import StoreDown
from records.store import Store

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_246_001
WAIT_SECONDS = 30.0


def migrate(url: str) -> None:
    """Apply the missing migrations to the database at ``url``; processes that start together take turns.

    Raises StoreDown when the database cannot be reached or written.
    """
    store = Store(url, busy_seconds=WAIT_SECONDS)
    try:
        with store.write(seconds=10 * WAIT_SECONDS) as session:
            store.lock(session, LOCK)
            config = Config(attributes={"connection": session.connection()})
            config.set_main_option("script_location", str(FOLDER))
            command.upgrade(config, "head")
    finally:
        store.close()


__all__ = ["StoreDown", "migrate"]
