"""Ratings, and what is left of them when a conversation is deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text

from records import erasures, ratings
from records.erasures import Deleted
from records.errors import StoreDown
from records.models import ErasureRequest, Outbox, Rating
from records.ratings import NewRating
from records.store import Store

DELETED = Deleted("ERA-2222-22", "web-1", "s-1", "web", "fr")


def a_rating(**changes: Any) -> NewRating:
    given = {"conversation": "web-1", "message": "4", "channel": "web", "language": "en", "value": "up", **changes}
    return NewRating(**given)


def kept(store: Store) -> list[Rating]:
    with store.read() as session:
        return list(session.scalars(select(Rating).order_by(Rating.conversation, Rating.message)))


def erasure(store: Store) -> tuple[ErasureRequest, int]:
    """The only erasure, and how many mails are owed."""
    with store.read() as session:
        return session.scalars(select(ErasureRequest)).one(), len(session.scalars(select(Outbox)).all())


def test_a_repeated_rating_replaces_the_earlier_one(store: Store) -> None:
    ratings.add(store, a_rating(comment="Thank you", topic="clinical-trials/fees"))
    ratings.add(store, a_rating(value="down", language="fr"))
    [row] = kept(store)
    assert (row.value, row.comment, row.topic, row.language) == ("down", None, None, "fr")


def test_each_message_and_the_whole_have_their_own(store: Store) -> None:
    for given in (a_rating(), a_rating(message="6"), a_rating(message="", value="5"), a_rating(conversation="web-2")):
        ratings.add(store, given)
    assert [(row.conversation, row.message, row.value) for row in kept(store)] == [
        ("web-1", "", "5"), ("web-1", "4", "up"), ("web-1", "6", "up"), ("web-2", "4", "up"),
    ]  # fmt: skip


def test_clicks_at_the_same_time_leave_one(store: Store) -> None:
    patient = Store(store.url, busy_seconds=10)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda value: ratings.add(patient, a_rating(value=value)), ["up", "down"] * 6))
    patient.close()
    assert len(kept(store)) == 1


def test_a_deletion_takes_the_comments_and_leaves_the_ratings(store: Store) -> None:
    ratings.add(store, a_rating(comment="I am Alex"))
    ratings.add(store, a_rating(message="", value="2", comment="from Acme Bio"))
    ratings.add(store, a_rating(conversation="web-2", comment="another's"))
    erasures.note_deletion(store, DELETED, done=True)
    assert [(row.value, row.comment) for row in kept(store)] == [("2", None), ("up", None), ("up", "another's")]
    row, mails = erasure(store)
    assert (row.reference, row.status, row.kind, row.conversation) == ("ERA-2222-22", "done", "conversation", "web-1")
    assert mails == 0


def test_an_unfinished_deletion_is_told_once_and_ends_as_done(store: Store) -> None:
    for _ in range(2):
        erasures.note_deletion(store, DELETED, done=False)
    row, mails = erasure(store)
    assert (row.status, mails) == ("open", 1)
    for _ in range(2):
        erasures.note_deletion(store, DELETED, done=True)
    erasures.note_deletion(store, DELETED, done=False)
    row, mails = erasure(store)
    assert (row.status, mails) == ("done", 1)


def test_a_persons_request_is_another_thing(store: Store) -> None:
    erasures.note_deletion(store, DELETED, done=False)
    asked = erasures.request(store, "web-1", "s-1", "web", "fr")
    assert asked != DELETED.reference
    with store.read() as session:
        kinds = session.execute(select(ErasureRequest.reference, ErasureRequest.kind)).all()
    assert set(map(tuple, kinds)) == {(asked, "person"), (DELETED.reference, "conversation")}


def test_without_the_store_nothing_is_kept(store: Store) -> None:
    ratings.add(store, a_rating(comment="before"))
    other = Store(store.url)
    with other.write() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(StoreDown):
            ratings.add(store, a_rating(comment="after"))
        with pytest.raises(StoreDown):
            erasures.note_deletion(store, DELETED, done=True)
    other.close()
    assert [row.comment for row in kept(store)] == ["before"]
