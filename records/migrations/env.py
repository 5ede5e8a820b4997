"""Alembic's entry. ``records.migrate()`` hands over its connection; the command line opens its own."""

from __future__ import annotations

from alembic import context

from records.models import Base
from records.store import Store
from settings import Settings


def run() -> None:
    """Run the migrations on the given connection, or on the database of the settings."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        context.configure(connection=connection, target_metadata=Base.metadata)
        context.run_migrations()
        return
    store = Store(Settings.load().database_url)
    try:
        with store.engine.begin() as connection:
            context.configure(connection=connection, target_metadata=Base.metadata)
            context.run_migrations()
    finally:
        store.close()


run()
