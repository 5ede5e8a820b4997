"""The ledger: append-only, one chain whatever the number of writers, and the acts it records."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from records import choices, consents, ledger, notice
from records.choices import ACCEPT_ALL, REFUSE_ALL, Act, withdraw
from records.clock import now, stamp
from records.errors import KeyUsed, StoreDown
from records.models import new_id
from records.store import Store
from records.verify import verify
from settings import Settings
from tests.records.builders import an_occasion

ROOT = Path(__file__).parents[2]
NOTHING = choices.nothing()


def test_record_holds_what_proves_it(store: Store, settings: Settings) -> None:
    occasion = an_occasion(settings, signals={"gpc": True})
    record = consents.record(store, settings, occasion, ACCEPT_ALL)
    assert record["seq"] == 1
    assert record["prev_hash"] == ledger.FIRST
    assert record["event"] == "given"
    assert record["choices"] == dict.fromkeys(notice.OPTIONAL, True)
    assert record["notice_hash"] == notice.text_hash(occasion.shown)
    assert record["layout"]["preselected"] == []
    assert record["signals"] == {"gpc": True}
    assert len(record["created_at"]) == 27
    assert record["hash"] == ledger.digest(record)
    second = consents.record(store, settings, occasion, withdraw("analytics"))
    assert second["prev_hash"] == record["hash"]
    assert second["event"] == "withdrawn"
    assert ledger.read(store, second["id"]) == second


@pytest.mark.parametrize("table", ["consent", "anchor"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}"])
def test_rows_cannot_be_changed(store: Store, settings: Settings, table: str, statement: str) -> None:
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    with pytest.raises(IntegrityError, match="append-only"), store.write() as session:
        session.execute(text(statement.format(table)))
    assert verify(store, settings).message == "1 records, chain intact"


def test_many_threads_make_one_chain(settings: Settings, store: Store) -> None:
    patient = Store(settings.database_url, busy_seconds=30)

    def write(number: int) -> None:
        where = an_occasion(settings, subject=f"subject-{number % 3}")
        consents.record(patient, settings, where, ACCEPT_ALL if number % 2 else REFUSE_ALL)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    patient.close()
    assert verify(store, settings).message == "40 records, chain intact"


WRITER = """
from records import consents
from records.choices import ACCEPT_ALL
from records.models import new_id
from records.store import Store
from settings import Settings
from tests.records.builders import an_occasion
settings = Settings.load()
store = Store(settings.database_url, busy_seconds=60)
for number in range(10):
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
store.close()
"""


def test_many_processes_make_one_chain(settings: Settings, store: Store) -> None:
    running = [subprocess.Popen([sys.executable, "-W", "error", "-c", WRITER], cwd=ROOT) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert verify(store, settings).message == "30 records, chain intact"


def test_choice_lapses_with_age_and_with_a_new_notice(store: Store, settings: Settings) -> None:
    record = consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    assert consents.is_current(settings, record)
    assert not consents.is_current(settings, record | {"created_at": stamp(now() - timedelta(days=181))})
    assert not consents.is_current(settings, record | {"notice_version": "2020-01-01"})
    for event in choices.LAPSED:
        assert not consents.is_current(settings, record | {"event": event})


def test_lapsed_choice_grants_nothing_to_a_later_act(store: Store, settings: Settings) -> None:
    old = an_occasion(settings, notice_version="2020-01-01")
    consents.record(store, settings, old, ACCEPT_ALL)
    assert consents.in_force(store, settings, "subject-1") is None
    now_chosen = consents.record(store, settings, an_occasion(settings), Act({"functional": True}))
    assert now_chosen["choices"] == NOTHING | {"functional": True}


def test_asked_again_is_noted_once_and_grants_nothing(store: Store, settings: Settings) -> None:
    consents.record(store, settings, an_occasion(settings, notice_version="2020-01-01"), ACCEPT_ALL)
    for _ in range(2):
        consents.note_asked_again(store, settings, an_occasion(settings))
    newest = consents.latest(store, "subject-1")
    assert newest is not None
    assert (newest["seq"], newest["event"], newest["choices"]) == (2, "re-asked", NOTHING)
    assert consents.in_force(store, settings, "subject-1") is None
    assert verify(store, settings).problem is None


def test_asked_again_does_not_end_a_choice_that_counts(store: Store, settings: Settings) -> None:
    consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    consents.note_asked_again(store, settings, an_occasion(settings))
    assert consents.in_force(store, settings, "subject-1") == dict.fromkeys(notice.OPTIONAL, True)


def test_a_record_id_is_written_once_and_belongs_to_one_person(store: Store, settings: Settings) -> None:
    def append(subject: str, act: Act) -> ledger.Written:
        return consents.write(store, settings, an_occasion(settings, subject=subject), lambda newest: act, "key-1")

    first = append("subject-1", ACCEPT_ALL)
    consents.record(store, settings, an_occasion(settings), REFUSE_ALL)
    again = append("subject-1", ACCEPT_ALL)
    assert first.new and first.record is not None
    assert (again.new, again.record) == (False, first.record)
    assert again.newest is not None and again.newest["event"] == "withdrawn"
    with pytest.raises(KeyUsed):
        append("subject-2", ACCEPT_ALL)
    assert verify(store, settings).message == "2 records, chain intact"


def test_record_of_the_future_does_not_count(store: Store, settings: Settings) -> None:
    record = consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    assert consents.is_current(settings, record | {"created_at": stamp(now() + timedelta(hours=23))})
    assert not consents.is_current(settings, record | {"created_at": stamp(now() + timedelta(days=2))})


acts = st.one_of(
    st.just(ACCEPT_ALL),
    st.just(REFUSE_ALL),
    st.builds(Act, named=st.dictionaries(st.sampled_from(notice.OPTIONAL), st.booleans(), min_size=1)),
)


@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(st.tuples(acts, st.booleans()), min_size=1, max_size=6))
def test_outages_turn_no_refusal_into_consent(
    store: Store, settings: Settings, sequence: list[tuple[Act, bool]]
) -> None:
    """Acts that could not be stored (False) leave no trace; the choice in force is that of those that were."""
    where = an_occasion(settings, subject=new_id())
    stored: list[Act] = []
    for act, works in sequence:
        if works:
            consents.record(store, settings, where, act)
            stored.append(act)
            continue
        with store.engine.connect() as blocker:
            blocker.exec_driver_sql("ROLLBACK")
            blocker.exec_driver_sql("BEGIN IMMEDIATE")
            quick = Store(settings.database_url, busy_seconds=0)
            with pytest.raises(StoreDown):
                consents.record(quick, settings, where, act)
            quick.close()
            blocker.exec_driver_sql("ROLLBACK")
            blocker.exec_driver_sql("BEGIN")
    in_force = consents.in_force(store, settings, where.subject) or NOTHING
    for purpose in notice.OPTIONAL:
        said = [sign for act in stored if (sign := act.named.get(purpose, act.rest)) is not None]
        assert in_force[purpose] is (bool(said) and said[-1])
