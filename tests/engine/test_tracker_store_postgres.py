"""Erasing conversations on PostgreSQL, where its programs are installed."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.tracker_store import ConversationForgotten, WindowedTrackerStore
from tests.engine.turns import DOMAIN, talk, turn

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL's programs are not installed")


def run(*command: str) -> None:
    """Run a program of PostgreSQL, which refuses to be root."""
    as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_other, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture
def store() -> Iterator[WindowedTrackerStore]:
    """A store on a server of its own, on a socket in a folder of its own."""
    folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = f"{folder}/data"
    run(f"{PROGRAMS}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N")
    run(f"{PROGRAMS}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", f"-k {folder} -h ''", "start")
    try:
        made = WindowedTrackerStore(DOMAIN, host=f"postgresql://postgres@/postgres?host={folder}")
        yield made
        made.engine.dispose()
    finally:
        run(f"{PROGRAMS}/pg_ctl", "-D", data, "-w", "-m", "fast", "stop")
        shutil.rmtree(folder)


def kept(store: WindowedTrackerStore) -> list[tuple[str, int]]:
    with store.engine.connect() as connection:
        statement = sa.text("select sender_id, count(*) from events group by sender_id order by sender_id")
        return [tuple(row) for row in connection.execute(statement)]


def test_a_conversation_is_forgotten_and_a_late_turn_does_not_bring_it_back(store: WindowedTrackerStore) -> None:
    for sender in ("a", "b"):
        talk(store, [turn("one"), turn("two")], sender)
    late = asyncio.run(store.retrieve("a"))
    assert late is not None and asyncio.run(store.forget("a")) == 8
    late.update_with_events(turn("late"), DOMAIN)
    with pytest.raises(ConversationForgotten):
        asyncio.run(store.save(late))
    assert kept(store) == [("b", 8)]
