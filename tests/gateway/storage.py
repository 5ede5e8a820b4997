"""What tests do to the gateway's file and to the records behind its back."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

from gateway.conversation import Conversation
from gateway.seals import Seals
from records import choices, consents, notice
from records.store import Store
from settings import Settings
from tests.gateway.conftest import Visitor

DAY = 24 * 3600


def sql(path: Path, statement: str, *values: object) -> list[Any]:
    """Execute a statement in another connection."""
    with contextlib.closing(sqlite3.connect(path, timeout=5)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def later(settings: Settings, visitor: Visitor, seconds: float) -> None:
    """Let everything the gateway keeps, and the visitor's token, be ``seconds`` older."""
    path = settings.var / "gateway.db"
    sql(path, "UPDATE message SET at = at - ?", seconds)
    sql(path, "UPDATE visit SET visited = visited - ?, until = until - ?", seconds, seconds)
    visitor.opened = {**visitor.opened, "token": old_token(settings, visitor, seconds)}


def old_token(settings: Settings, visitor: Visitor, seconds: float) -> str:
    """The visitor's token, made ``seconds`` ago."""
    seals = Seals(settings.keyed("gateway"), DAY, clock=lambda: time.time() - seconds)
    opened = visitor.opened
    return seals.token(Conversation(opened["id"], opened["subject"], opened["language"], "web"))


def choose(settings: Settings, subject: str, act: choices.Act) -> None:
    """Record a cookie choice of ``subject``."""
    shown = notice.load(settings, "en")
    store = Store(settings.database_url)
    try:
        occasion = consents.Occasion(
            subject=subject, conversation="web-x", channel="web", language="en", method="chat",
            shown=shown.first_layer, notice_version=shown.version, layout={"layer": 1},
        )  # fmt: skip
        consents.record(store, settings, occasion, act)
    finally:
        store.close()
