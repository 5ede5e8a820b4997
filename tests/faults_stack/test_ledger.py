"""Somebody with the database in hand changes the ledger: verification names what they did."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deploy.training import ROOT
from tests.faults_stack.house import BOTH, House, conversation, last

FLIPPED = "UPDATE consent SET choices = replace(choices, 'false', 'true') WHERE seq = 3"
CHOICES = ("/consent_refuse", "/consent_accept", "/consent_withdraw")


@pytest.fixture(scope="module")
def whole(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a stopped stack in which three cookie choices were made."""
    house.start(*BOTH)
    talk = conversation()
    house.say("/open", talk)
    for choice in CHOICES:
        assert last(house.say(choice, talk))["receipt"]
    house.stop()
    with closing(sqlite3.connect(house.records)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return house.settings.var


def verdict(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *statements: str) -> tuple[int, str]:
    """What ``python -m records.verify_consents`` says about a copy after ``statements``, the triggers dropped first."""
    copy = tmp_path / "var"
    shutil.copytree(var, copy)
    monkeypatch.setenv("ASSISTANT_VAR", str(copy))
    with closing(sqlite3.connect(copy / "records.db")) as connection:
        for statement in statements:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    command = [sys.executable, "-m", "records.verify_consents"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((), (0, "3 records, chain intact")),
        (("UPDATE consent SET event = 'given' WHERE seq = 1",), (1, "record 1: was changed")),
        (
            ("UPDATE consent SET choices = replace(choices, 'false', 'true') WHERE seq = 3",),
            (1, "record 3: was changed"),
        ),
        (("DELETE FROM consent WHERE seq = 2",), (1, "record 2: missing")),
        (("DELETE FROM consent WHERE seq = 3",), (1, "record 3: missing, although record 3 was anchored")),
        (("DELETE FROM anchor", "DELETE FROM consent WHERE seq >= 2"), (1, "record 2: missing, although record 3 was")),
        (("DELETE FROM anchor", "DELETE FROM consent"), (1, "record 1: missing, although record 3 was anchored")),
    ],
    ids=["untouched", "event", "choices", "middle", "tail", "tail and anchors", "everything"],
)
def test_tampering_is_named(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statements: tuple[str, ...], expected: tuple[int, str]
) -> None:
    code, said = verdict(whole, tmp_path, monkeypatch, *statements)
    assert code == expected[0] and said.startswith(expected[1]), said
