"""Somebody with the database in hand changes the ledger: verification names what they did."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deploy.training import ROOT
from tests.faults_stack.house import ALL, House, conversation, last

CHOICES = ("/consent_refuse", "/consent_accept", "/consent_withdraw")


@pytest.fixture(scope="module")
def whole(built: House) -> tuple[House, int]:
    """A stack in which three cookie choices were just made, and the number of the last one."""
    built.start(*ALL)
    talk = conversation()
    built.say("/open", talk)
    for choice in CHOICES:
        assert last(built.say(choice, talk))["receipt"]
    return built, built.consents(talk)[-1]["seq"]


def verdict(house: House, var: Path, *statements: str) -> tuple[int, str]:
    """What ``python -m records.verify_consents`` says of a copy in ``var`` after ``statements``, triggers dropped."""
    var.mkdir()
    shutil.copy(house.settings.var / "anchors.jsonl", var)
    with closing(sqlite3.connect(house.records)) as source, closing(sqlite3.connect(var / "records.db")) as copy:
        source.backup(copy)
        for statement in statements:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                copy.execute(statement)
        for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            copy.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            copy.execute(statement)
        copy.commit()
    done = subprocess.run(
        [sys.executable, "-m", "records.verify_consents"],
        cwd=ROOT, env={**os.environ, "ASSISTANT_VAR": str(var)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.strip()


def test_untouched_is_intact(whole: tuple[House, int], tmp_path: Path) -> None:
    house, end = whole
    assert verdict(house, tmp_path / "var") == (0, f"{end} records, chain intact")


def test_edited_row_is_named(whole: tuple[House, int], tmp_path: Path) -> None:
    house, end = whole
    edit = f"UPDATE consent SET choices = replace(choices, 'true', 'false') WHERE seq = {end - 1}"
    assert verdict(house, tmp_path / "var", edit) == (1, f"record {end - 1}: was changed, its hash does not match")


@pytest.mark.parametrize("anchors", [(), ("DELETE FROM anchor",)], ids=["tail", "tail and the database's anchors"])
def test_cut_tail_is_named(whole: tuple[House, int], tmp_path: Path, anchors: tuple[str, ...]) -> None:
    house, end = whole
    cut = f"DELETE FROM consent WHERE seq >= {end - 1}"
    missing = f"record {end - 1}: missing, although record {end} was anchored"
    assert verdict(house, tmp_path / "var", *anchors, cut) == (1, missing)
