"""Real faults of a database: locked by another writer, opened read-only, out of room."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from records.store import Store

FAULTS = ("locked", "read-only", "full", "gone")


@contextmanager
def fault(kind: str, url: str) -> Iterator[Store]:
    """A store on the database at ``url`` (a SQLite file) that has this fault."""
    path = url.removeprefix("sqlite:///")
    if kind == "gone":
        store = Store(f"sqlite:///{path}/nowhere/records.db", busy_seconds=0.05)
    elif kind == "read-only":
        store = Store(f"sqlite:///file:{path}?mode=ro&uri=true", busy_seconds=0.05)
    else:
        store = Store(url, busy_seconds=0.05)
    try:
        if kind == "locked":
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                yield store
                other.execute("ROLLBACK")
        elif kind == "full":
            with _no_room():
                yield store
        else:
            yield store
    finally:
        store.close()


@contextmanager
def _no_room() -> Iterator[None]:
    """No file of this process may grow past three pages: the operating system refuses, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * 4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


every_fault = pytest.mark.parametrize("kind", FAULTS)
