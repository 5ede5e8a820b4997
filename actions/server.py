"""``python -m actions.server``: serves the actions on loopback until SIGTERM or SIGINT."""

from __future__ import annotations

import sys

import structlog

from actions import registry
from actions.app import create_app
from actions.context import Context
from actions.workers import Workers
from records import logs, migrate
from records.errors import StoreDown
from records.store import Store
from settings import Settings

log = structlog.get_logger(__name__)


def main() -> int:
    """Bring the database up to date and serve. Without a database the server starts too: visitors are told."""
    settings = Settings.load()
    logs.configure(settings)
    try:
        migrate(settings.database_url)
    except StoreDown as error:
        log.error("actions.store.unusable", reason=str(error))  # the workers try again
    store = Store(settings.database_url)
    try:
        context = Context(settings, store)
        app = create_app(context, registry.build(context), Workers(context))
        log.info("actions.start", host=settings.actions_host, port=settings.actions_port)
        # One process: the work waits for the database, not for the processor, and there is no manager to orphan it.
        app.run(
            host=settings.actions_host,
            port=settings.actions_port,
            single_process=True,
            motd=False,
            access_log=False,
        )
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
