"""Migrations: from nothing, again, together, and to what the classes say."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from records import migrate
from records.errors import StoreDown
from records.models import Base
from records.store import Store
from settings import Settings

ROOT = Path(__file__).parents[2]


def test_from_empty_and_again(settings: Settings) -> None:
    migrate(settings.database_url)
    migrate(settings.database_url)
    store = Store(settings.database_url)
    tables = set(inspect(store.engine).get_table_names())
    assert tables == set(Base.metadata.tables) | {"alembic_version"}
    with store.read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("PRAGMA busy_timeout")).scalar() == 2000
    store.close()


def test_tables_are_what_the_classes_say(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_processes_that_start_together_take_turns(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: migrate(settings.database_url), range(8)))
    store = Store(settings.database_url)
    with store.read() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0002"]
    store.close()


def test_failure_is_store_down(tmp_path: Path) -> None:
    with pytest.raises(StoreDown):
        migrate(f"sqlite:///{tmp_path / 'missing' / 'records.db'}")


def test_command_line_configuration_works(settings: Settings) -> None:
    command = [sys.executable, "-W", "error", "-m", "alembic", "-c", "records/alembic.ini", "upgrade", "head"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    store = Store(settings.database_url)
    assert inspect(store.engine).has_table("consent")
    store.close()
