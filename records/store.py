"""Access to the records database: one object a process, short transactions, one error for every outage."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from records.errors import StoreDown

BUSY_SECONDS = 2.0
"""How long a writer waits for another one; less than an action's time budget, so that the visitor still hears."""

WRITE_SECONDS = 4.0
"""A write not ready to commit after this long is given up, because by then the visitor was told that it failed."""

WAL_RETRY_SECONDS = 0.02
FILE = "file"
"""Where a pooled SQLite connection notes which file it has open."""


class Store:
    """The records database. Thread-safe; call ``close()`` at the end of the process."""

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        """``url`` is an SQLAlchemy URL; ``busy_seconds`` how long to wait for a lock. Does not connect yet."""
        self.url = url
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url, busy_seconds) if self.sqlite else _server_engine(url, busy_seconds)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session to read in. Raises StoreDown when the database does not answer."""
        with _outage(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, seconds: float = WRITE_SECONDS) -> Iterator[Session]:
        """A session whose work is stored whole at the end, or not at all.

        On SQLite the write lock is taken at the start. Raises StoreDown when it cannot be stored; IntegrityError
        passes, because the caller knows what a clash means.
        """
        deadline = time.monotonic() + seconds
        with _outage():
            engine = self.engine.execution_options(begin="IMMEDIATE") if self.sqlite else self.engine
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
                session.flush()
                if time.monotonic() > deadline:
                    raise StoreDown("the write took too long and was given up")

    def lock(self, session: Session, number: int) -> None:
        """Let one writer at a time go on until its transaction ends. SQLite's write lock already does."""
        if not self.sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    def ping(self) -> bool:
        """Whether the database answers."""
        try:
            with self.read() as session:
                session.execute(text("SELECT 1"))
        except StoreDown:
            return False
        return True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _outage() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout) as error:
        # The driver's message may quote values; the class and the database's own words are enough.
        reason = str(error.orig) if isinstance(error, OperationalError) else ""
        raise StoreDown(f"{type(error).__name__} {reason}".strip()) from error


def _use_wal(cursor: sqlite3.Cursor, busy_seconds: float) -> None:
    """Switch the file to WAL. SQLite does not wait for others to do the same, whatever the busy timeout says."""
    deadline = time.monotonic() + busy_seconds
    while cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(WAL_RETRY_SECONDS)


def _sqlite_engine(url: str, busy_seconds: float) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": busy_seconds, "check_same_thread": False}
    )

    path = _path(url)
    known: set[Path] = set()

    @event.listens_for(engine, "do_connect")
    def connecting(*_arguments: object) -> None:
        if path in known and not path.exists():  # SQLite would make an empty one, in the way of the real one's return
            raise sqlite3.OperationalError("the database file is gone")

    @event.listens_for(engine, "checkout")
    def still_there(_connection: object, record: Any, _proxy: object) -> None:
        # Without this our writes would go on, unseen, into a file that was moved away or replaced by a backup.
        if path and record.info.get(FILE) != _identity(path):
            raise DisconnectionError("the database file is another one now")

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not when the driver thinks so
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout={int(busy_seconds * 1000)}")
            _use_wal(cursor, busy_seconds)
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
        finally:
            cursor.close()
        if path:
            record.info[FILE] = _identity(path)
            known.add(path)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    return engine


def _path(url: str) -> Path | None:
    database = make_url(url).database
    return Path(database) if database and not database.startswith((":", "file:")) else None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _server_engine(url: str, busy_seconds: float) -> Engine:
    wait = int(busy_seconds * 1000)
    options = f"-c lock_timeout={wait} -c statement_timeout={2 * wait}"
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=busy_seconds,
        connect_args={"options": options, "connect_timeout": 2},
    )
