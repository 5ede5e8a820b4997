"""Contacts: stored once, with their deliveries, or not at all."""

from __future__ import annotations

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from records import contacts, erasures, tickets
from records.errors import StoreDown
from records.models import Contact, ErasureRequest, Outbox, Ticket
from records.references import ALPHABET, reference
from records.store import Store
from settings import Settings
from tests.conftest import with_settings
from tests.faults import every_fault, fault
from tests.records.builders import a_contact


def rows(settings: Settings, table: str) -> int:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_stored_with_its_mail(store: Store, settings: Settings) -> None:
    number = contacts.add(store, settings, a_contact(question="How long is an approval?"))
    assert re.fullmatch(r"BLS-[2-9A-Z]{4}-[2-9A-Z]{2}", number)
    with store.read() as session:
        row = session.scalars(select(Contact)).one()
        owed = session.scalars(select(Outbox)).all()
    assert (row.reference, row.email, row.phone, row.country) == (number, "a.doe@example.com", "+3225550123", "CA")
    assert row.created_at.tzinfo is not None
    assert [(delivery.kind, delivery.about_id, delivery.status) for delivery in owed] == [("mail", row.id, "pending")]


def test_webhook_is_owed_where_one_is_set(store: Store, settings: Settings) -> None:
    contacts.add(store, with_settings(settings, webhook_url="http://127.0.0.1:9/hook"), a_contact())
    with store.read() as session:
        assert sorted(session.scalars(select(Outbox.kind))) == ["mail", "webhook"]


def test_same_request_has_one_reference(store: Store, settings: Settings) -> None:
    first = contacts.add(store, settings, a_contact())
    assert contacts.add(store, settings, a_contact(channel="web")) == first
    assert contacts.add(store, settings, a_contact(subject="Something else")) != first
    assert contacts.add(store, settings, a_contact(conversation="conversation-2")) != first
    assert (rows(settings, "contact"), rows(settings, "outbox")) == (3, 3)


def test_pressed_many_times_at_once_is_stored_once(settings: Settings, store: Store) -> None:
    patient = Store(settings.database_url, busy_seconds=30)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: contacts.add(patient, settings, a_contact()), range(16)))
    patient.close()
    assert len(found) == 1
    assert (rows(settings, "contact"), rows(settings, "outbox")) == (1, 1)


def test_taken_reference_is_drawn_again(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["BLS-AAAA-AA", "BLS-AAAA-AA", "BLS-BBBB-BB"])
    monkeypatch.setattr(contacts, "reference", lambda _prefix: next(drawn))
    assert contacts.add(store, settings, a_contact()) == "BLS-AAAA-AA"
    assert contacts.add(store, settings, a_contact(subject="Another")) == "BLS-BBBB-BB"


@every_fault
def test_nothing_is_half_stored(store: Store, settings: Settings, kind: str) -> None:
    with fault(kind, settings.database_url) as broken, pytest.raises(StoreDown):
        contacts.add(broken, settings, a_contact())
    assert (rows(settings, "contact"), rows(settings, "outbox")) == (0, 0)
    assert contacts.add(store, settings, a_contact())


@every_fault
def test_outage_says_nothing_about_the_person(store: Store, settings: Settings, kind: str) -> None:
    with fault(kind, settings.database_url) as broken, pytest.raises(StoreDown) as raised:
        contacts.add(broken, settings, a_contact())
    for told in (str(raised.value), repr(raised.value.__cause__)):
        assert "Doe" not in told
        assert "example.com" not in told


def test_write_that_took_too_long_is_given_up(store: Store, settings: Settings) -> None:
    with pytest.raises(StoreDown, match="too long"), store.write(seconds=0) as session:
        session.execute(text("DELETE FROM ticket"))


def test_latest_reference(store: Store, settings: Settings) -> None:
    assert contacts.latest_reference(store, "conversation-1", timedelta(minutes=30)) is None
    number = contacts.add(store, settings, a_contact())
    assert contacts.latest_reference(store, "conversation-1", timedelta(minutes=30)) == number
    assert contacts.latest_reference(store, "conversation-2", timedelta(minutes=30)) is None
    assert contacts.latest_reference(store, "conversation-1", timedelta(0)) is None


def test_references_have_no_look_alikes() -> None:
    assert not set("01ILO") & set(ALPHABET)
    assert len({reference("BLS") for _ in range(1000)}) == 1000


def test_ticket(store: Store) -> None:
    tickets.open_ticket(store, "ERR-AAAA-AA", "c" * 300, "rest", "action_x", "ValueError")
    with store.read() as session:
        row = session.scalars(select(Ticket)).one()
    assert (row.reference, len(row.conversation), row.error, row.status) == ("ERR-AAAA-AA", 255, "ValueError", "open")


def test_erasure_request_is_noted_once(store: Store) -> None:
    first = erasures.request(store, "conversation-1", "subject", "rest", "en")
    assert erasures.request(store, "conversation-1", "subject", "rest", "en") == first
    assert erasures.request(store, "conversation-2", "subject", "rest", "en") != first
    with store.read() as session:
        requests = session.scalars(select(ErasureRequest.id)).all()
        owed = session.execute(select(Outbox.kind, Outbox.about, Outbox.about_id)).all()
    assert sorted(map(tuple, owed)) == sorted(("mail", "erasure", request) for request in requests)
