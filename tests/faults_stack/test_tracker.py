"""The engine cannot store the conversation: the visitor is told, and nothing of the turn is kept or shown."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest

from tests.faults_stack.house import House, apology, away, conversation, last, locked, no_room, rows
from tests.faults_stack.words import COMPANY, EMAIL, NAME, OPENING, QUESTION, TOPIC, fill

KINDS = ("locked", "missing", "folder", "garbage", "full")


def fault(house: House, kind: str) -> AbstractContextManager[None]:
    """The tracker database has this fault as long as the context lasts."""
    if kind == "locked":
        return locked(house.tracker)
    return no_room(house.pid("engine")) if kind == "full" else away(house.tracker, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_turn_that_cannot_be_stored_is_not_taken(house: House, kind: str) -> None:
    talk, other = conversation(), conversation()
    fill((house, talk), "company")
    before = rows(house.tracker, "SELECT count(*) AS n FROM events")
    with fault(house, kind):
        apology(house.say(COMPANY, talk))
        apology(house.say(QUESTION, other))
    assert rows(house.tracker, "SELECT count(*) AS n FROM events") == before
    assert house.heard(talk) == [OPENING, NAME]
    assert rows(house.tracker, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    fill((house, talk), "confirm", after="company")
    assert house.slots(talk)["contact_company"] == COMPANY
    assert last(house.say(QUESTION, other))["topic"] == TOPIC


@pytest.mark.parametrize("kind", ["locked", "full"])
def test_request_stored_by_a_turn_that_was_not(house: House, kind: str) -> None:
    """The contact is in the records, its turn is lost: sending it again gives the same reference and no second one."""
    talk = conversation()
    fill((house, talk), "confirm")
    with fault(house, kind):
        apology(house.say("yes, send it", talk))
    assert last(house.say("yes, send it", talk))["reference"] == house.contacts(talk)[0]["reference"]
    [contact] = house.contacts(talk)
    assert (contact["email"], len(contact["outbox"])) == (EMAIL, 1)
