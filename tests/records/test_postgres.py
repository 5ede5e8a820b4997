"""The same records on PostgreSQL, where its programs are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from records import choices, consents, contacts, erasures, migrate, outbox
from records.errors import StoreDown
from records.models import Base, Contact
from records.store import Store
from records.verify import verify
from settings import Settings
from tests.conftest import with_settings
from tests.records.builders import a_contact, an_occasion
from tests.records.test_outbox import Receiver

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL's programs are not installed"),
]


def run(*command: str) -> None:
    """Run a program of PostgreSQL, which refuses to be root."""
    as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_other, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The URL of a server of our own, on a socket in a folder of its own."""
    folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = f"{folder}/data"
    run(f"{PROGRAMS}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N")
    run(f"{PROGRAMS}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", f"-k {folder} -h ''", "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        run(f"{PROGRAMS}/pg_ctl", "-D", data, "-w", "-m", "fast", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def store(cluster: str, settings: Settings) -> Iterator[Store]:
    """A migrated database, empty."""
    made = Store(cluster, busy_seconds=0.3)
    with made.write() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [cluster] * 4))
    yield made
    made.close()


def test_tables_are_what_the_classes_say(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_contacts(store: Store, settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: contacts.add(store, settings, a_contact()), range(8)))
    assert len(found) == 1
    with store.read() as session:
        row = session.scalars(select(Contact)).one()
    assert row.created_at.tzinfo is not None
    assert outbox.counts(store)["pending"] == 1
    assert erasures.request(store, "c", "s", "rest", "en") == erasures.request(store, "c", "s", "rest", "en")


def test_outbox_sends_once(store: Store, settings: Settings) -> None:
    for number in range(10):
        contacts.add(store, settings, a_contact(subject=f"Subject {number}"))
    receiver = Receiver()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: outbox.deliver_due(store, {"mail": receiver}, 10), range(4)))
    outbox.deliver_due(store, {"mail": receiver}, 10)
    assert len({delivery.id for delivery in receiver.got}) == len(receiver.got) == 10


def test_ledger(store: Store, settings: Settings, cluster: str) -> None:
    patient = Store(cluster, busy_seconds=30)

    def write(number: int) -> None:
        where = an_occasion(settings, subject=f"subject-{number % 3}")
        consents.record(patient, settings, where, choices.ACCEPT_ALL if number % 2 else choices.REFUSE_ALL)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(24)))
    patient.close()
    assert verify(store, settings).message == "24 records, chain intact"


@pytest.mark.parametrize(
    "statement", ["UPDATE consent SET event = 'x'", "DELETE FROM consent", "TRUNCATE consent CASCADE"]
)
def test_rows_cannot_be_changed(store: Store, settings: Settings, statement: str) -> None:
    consents.record(store, settings, an_occasion(settings), choices.ACCEPT_ALL)
    with pytest.raises((StoreDown, IntegrityError)), store.write() as session:
        session.execute(text(statement))
    assert verify(store, settings).message == "1 records, chain intact"


def test_tampering_shows(store: Store, settings: Settings) -> None:
    for _ in range(3):
        consents.record(store, settings, an_occasion(settings), choices.ACCEPT_ALL)
    with store.write() as session:
        session.execute(text("ALTER TABLE consent DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE consent SET event = 'refused' WHERE seq = 2"))
    assert verify(store, settings).problem == "record 2: was changed, its hash does not match"


def test_locked_table_is_store_down(store: Store, settings: Settings, cluster: str) -> None:
    other = Store(cluster)
    with other.write() as session:
        session.execute(text("LOCK TABLE contact, consent IN EXCLUSIVE MODE"))
        with pytest.raises(StoreDown):
            contacts.add(store, settings, a_contact())
        with pytest.raises(StoreDown):
            consents.record(store, settings, an_occasion(settings), choices.ACCEPT_ALL)
    other.close()
    assert contacts.add(store, settings, a_contact())
    assert consents.latest(store, "subject-1") is None


def test_absent_server_is_store_down(settings: Settings) -> None:
    absent = with_settings(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreDown):
        migrate(absent.database_url)
