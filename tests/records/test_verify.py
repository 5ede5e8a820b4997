"""Verification: whatever is done to the rows behind the triggers' back, it shows."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from records import anchors, consents, ledger
from records.choices import ACCEPT_ALL, REFUSE_ALL
from records.clock import now
from records.ledger import FIELDS, JSON_FIELDS, digest
from records.store import Store
from records.verify import Verdict, verify
from settings import Settings
from tests.conftest import with_settings
from tests.records.builders import an_occasion

ROOT = Path(__file__).parents[2]
RECORDS = 6
TEXT_FIELDS = [name for name in (*FIELDS, "hash") if name != "seq"]


@pytest.fixture
def ledger_file(store: Store, settings: Settings) -> Path:
    """A database with a few records, its triggers dropped as somebody with the file could do."""
    for number in range(RECORDS):
        where = an_occasion(settings, subject=f"subject-{number % 2}")
        consents.record(store, settings, where, REFUSE_ALL if number % 2 else ACCEPT_ALL)
    store.close()
    path = settings.var / "records.db"
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f"DROP TRIGGER {name}")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def tampered(ledger_file: Path, settings: Settings, *statements: tuple[str, tuple[object, ...]]) -> Verdict:
    """The verdict on a copy of the ledger after ``statements``; anchors in the file stay as they are."""
    copy = ledger_file.with_name("copy.db")
    shutil.copy(ledger_file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()
    store = Store(f"sqlite:///{copy}")
    try:
        return verify(store, settings)
    finally:
        store.close()
        for leftover in ledger_file.parent.glob("copy.db*"):
            leftover.unlink()


def test_untouched_is_intact(ledger_file: Path, settings: Settings) -> None:
    assert tampered(ledger_file, settings).message == f"{RECORDS} records, chain intact"


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seq=st.integers(1, RECORDS),
    field=st.sampled_from(TEXT_FIELDS),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30),
)
def test_any_edit_shows(ledger_file: Path, settings: Settings, seq: int, field: str, value: str) -> None:
    with closing(sqlite3.connect(ledger_file)) as connection:
        old = connection.execute(f"SELECT {field} FROM consent WHERE seq = ?", (seq,)).fetchone()[0]
    if value == old:
        value += "x"
    verdict = tampered(ledger_file, settings, (f"UPDATE consent SET {field} = ? WHERE seq = ?", (value, seq)))
    assert verdict.problem is not None
    assert f"record {seq}" in verdict.problem


@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(1, RECORDS), min_size=1))
def test_any_deletion_shows(ledger_file: Path, settings: Settings, gone: set[int]) -> None:
    verdict = tampered(ledger_file, settings, *(("DELETE FROM consent WHERE seq = ?", (seq,)) for seq in gone))
    assert verdict.problem is not None
    assert f"record {min(gone)}:" in verdict.problem


@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(1, RECORDS + 1)))
def test_any_reorder_shows(ledger_file: Path, settings: Settings, order: list[int]) -> None:
    away = [("UPDATE consent SET seq = ? WHERE seq = ?", (1000 + old, old)) for old in range(1, RECORDS + 1)]
    back = [("UPDATE consent SET seq = ? WHERE seq = ?", (new, 1000 + old)) for old, new in enumerate(order, 1)]
    verdict = tampered(ledger_file, settings, *away, *back)
    assert (verdict.problem is None) is (order == sorted(order))


@pytest.mark.parametrize("kept", range(RECORDS))
def test_cut_tail_shows_even_with_the_anchors_in_the_database(ledger_file: Path, settings: Settings, kept: int) -> None:
    cut = [(f"DELETE FROM {table} WHERE seq > ?", (kept,)) for table in ("anchor", "consent")]
    verdict = tampered(ledger_file, settings, *cut)
    assert verdict.problem == f"record {kept + 1}: missing, although record {RECORDS} was anchored"


def test_rewritten_tail_shows(ledger_file: Path, settings: Settings) -> None:
    """Somebody who recomputes every hash is still caught by the anchors."""
    with closing(sqlite3.connect(ledger_file)) as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM consent WHERE seq = ?", (RECORDS,)).fetchone())
    row["choices"] = '{"analytics":true,"functional":true,"improvement":true}'
    parsed = row | {name: json.loads(row[name]) for name in JSON_FIELDS}
    change = ("UPDATE consent SET choices = ?, hash = ? WHERE seq = ?", (row["choices"], digest(parsed), RECORDS))
    verdict = tampered(ledger_file, settings, change)
    assert verdict.problem == f"record {RECORDS}: differs from its anchor"


@pytest.mark.parametrize("choices", ['{"analytics": true}', '{"analytics":false,"analytics":true}', "not json"])
def test_json_written_another_way_shows(ledger_file: Path, settings: Settings, choices: str) -> None:
    verdict = tampered(ledger_file, settings, ("UPDATE consent SET choices = ? WHERE seq = 2", (choices,)))
    assert verdict.problem is not None
    assert verdict.problem.startswith("record 2: choices")


def test_forged_anchor_shows(ledger_file: Path, settings: Settings) -> None:
    path = settings.var / anchors.FILE
    forged = anchors.sign(with_settings(settings, secret="another"), 2, "f" * 64, "2026-11-24T00:00:00.000000Z")
    path.write_text(path.read_text() + json.dumps(forged) + "\n")
    assert tampered(ledger_file, settings).problem == f"anchors.jsonl line {RECORDS + 1} was not made with this secret"
    path.write_text("{broken\n")
    assert tampered(ledger_file, settings).problem == "anchors.jsonl line 1 is not an anchor"


def test_every_record_is_anchored_and_lost_anchors_are_made_up_for(store: Store, settings: Settings) -> None:
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    assert [mark.seq for mark in anchors.read(settings)] == [1]
    assert anchors.anchor(store, settings) is False
    (settings.var / anchors.FILE).unlink()
    assert anchors.anchor(store, settings) is True
    assert [mark.seq for mark in anchors.read(settings)] == [1]
    assert verify(store, settings).problem is None


def test_anchor_that_cannot_be_written_does_not_lose_the_record(store: Store, settings: Settings) -> None:
    (settings.var / anchors.FILE).mkdir()
    record = consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    assert consents.latest(store, "subject-1") == record
    (settings.var / anchors.FILE).rmdir()
    assert anchors.anchor(store, settings) is True
    assert verify(store, settings).message == "1 records, chain intact"


def test_two_hashes_for_one_record_show(ledger_file: Path, settings: Settings) -> None:
    path = settings.var / anchors.FILE
    forged = anchors.sign(settings, 3, "f" * 64, "2026-11-25T00:00:00.000000Z")
    path.write_text(path.read_text() + json.dumps(forged) + "\n")
    assert tampered(ledger_file, settings).problem == "record 3: was anchored with two different hashes"


@pytest.mark.parametrize("after", range(1, RECORDS))
def test_inserted_record_shows(ledger_file: Path, settings: Settings, after: int) -> None:
    """A record made up and put in between, its own hash right."""
    with closing(sqlite3.connect(ledger_file)) as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM consent WHERE seq = ?", (after,)).fetchone())
    made_up = row | {"id": "made-up", "seq": after + 1, "prev_hash": row["hash"], "event": "given"}
    made_up["hash"] = digest(made_up | {name: json.loads(row[name]) for name in JSON_FIELDS})
    moves = [("UPDATE consent SET seq = ? WHERE seq = ?", (seq + 1, seq)) for seq in range(RECORDS, after, -1)]
    free = ("UPDATE consent SET prev_hash = 'moved' WHERE prev_hash = ?", (row["hash"],))
    insert = f"INSERT INTO consent ({', '.join(made_up)}) VALUES ({', '.join('?' * len(made_up))})"
    verdict = tampered(ledger_file, settings, *moves, free, (insert, tuple(made_up.values())))
    assert verdict.problem == f"record {after + 1}: differs from its anchor"


def test_day_without_records_is_anchored_once(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    for days in (0, 1, 1, 2):
        later = now() + timedelta(days=days)
        monkeypatch.setattr(anchors, "now", lambda later=later: later)
        anchors.anchor(store, settings)
    marks = list(anchors.read(settings))
    assert [mark.seq for mark in marks] == [1, 1, 1]
    assert len({mark.at[:10] for mark in marks}) == 3
    assert verify(store, settings) == Verdict(1, None)


def test_ledger_shorter_than_its_anchors_is_not_anchored(ledger_file: Path, settings: Settings) -> None:
    path = settings.var / anchors.FILE
    before = path.read_text()
    with closing(sqlite3.connect(ledger_file)) as connection:
        connection.execute("DELETE FROM anchor WHERE seq > 2")
        connection.execute("DELETE FROM consent WHERE seq > 2")
        connection.commit()
    store = Store(f"sqlite:///{ledger_file}")
    with structlog.testing.capture_logs() as logs:
        assert anchors.anchor(store, settings) is False
    store.close()
    assert path.read_text() == before
    assert [line["event"] for line in logs] == ["consent.anchor.ledger_differs"]


@pytest.mark.parametrize("left", ['{"at":"2026', ""])
def test_line_cut_short_by_a_full_disk_is_no_anchor(store: Store, settings: Settings, left: str) -> None:
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    path = settings.var / anchors.FILE
    whole = path.read_text()
    path.write_text(whole + left if left else whole.rstrip("\n"))
    consents.record(store, settings, an_occasion(settings), REFUSE_ALL)
    assert path.read_text().startswith(whole)
    assert [mark.seq for mark in anchors.read(settings)] == [1, 2]
    assert verify(store, settings).problem is None


def test_text_that_is_not_the_published_one_is_a_warning(store: Store, settings: Settings) -> None:
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    assert verify(store, settings).warnings == ()
    for _ in range(2):
        consents.record(store, settings, an_occasion(settings, shown="Something else entirely"), ACCEPT_ALL)
    consents.record(store, settings, an_occasion(settings, notice_version="2020-01-01"), REFUSE_ALL)
    verdict = verify(store, settings)
    assert verdict.message == "4 records, chain intact"
    version = an_occasion(settings).notice_version
    assert [warning.split(": ")[0] for warning in verdict.warnings] == ["2 records, first record 2", "record 4"]
    assert f"notice {version} in en" in verdict.warnings[0]
    renamed = verify(store, with_settings(settings, controller_name="Acme Region"))
    assert renamed.problem is None and "4" not in renamed.warnings[0].split(":")[0]
    assert renamed.warnings[0].startswith("3 records, first record 1")


def test_record_dated_back_is_a_warning(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    early = now() - timedelta(days=30)
    monkeypatch.setattr(ledger, "now", lambda: early)
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    verdict = verify(store, settings)
    assert (verdict.problem, verdict.warnings) == (
        None, ("record 2: dated before an anchor that was made without it",),
    )  # fmt: skip


def command() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "records.verify_consents"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_command_says_intact_or_names_the_record(ledger_file: Path) -> None:
    done = command()
    assert (done.returncode, done.stdout) == (0, f"{RECORDS} records, chain intact\n")
    with closing(sqlite3.connect(ledger_file)) as connection:
        connection.execute("UPDATE consent SET event = 'given' WHERE seq = 2")
        connection.commit()
    done = command()
    assert (done.returncode, done.stdout) == (1, "record 2: was changed, its hash does not match\n")


def test_command_on_an_empty_place(settings: Settings) -> None:
    done = command()
    assert (done.returncode, done.stdout) == (0, "0 records, chain intact\n")
