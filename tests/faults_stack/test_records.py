"""The records cannot be written: the visitor is told, "try again" works, nothing is stored twice or granted unseen."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import AbstractContextManager, closing

import pytest

from tests.faults_stack.house import House, apology, away, conversation, kinds, last, locked, no_room, rows, until
from tests.faults_stack.words import EMAIL, QUESTION, TOPIC, fill

KINDS = ("locked", "missing", "folder", "garbage", "full")
STORE_DOWN = {"type": "contact", "step": "confirm", "error": "store_down"}
NOTHING = {"functional": False, "analytics": False, "improvement": False}


def fault(house: House, kind: str) -> AbstractContextManager[None]:
    """The records database has this fault, for the action server, as long as the context lasts."""
    if kind == "locked":
        return locked(house.records)
    return no_room(house.pid("actions")) if kind == "full" else away(house.records, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_request(house: House, kind: str) -> None:
    talk = conversation()
    fill((house, talk), "confirm")
    with fault(house, kind):
        told = house.say("yes, send it", talk)
        assert last(told) == STORE_DOWN and "not been sent" in told[-1]["text"]
        assert [button["payload"] for button in told[-1]["buttons"]] == ["/contact_retry", "/contact_cancel"]
        assert last(house.say("/contact_retry", talk)) == STORE_DOWN
        assert last(house.say(QUESTION, talk))["topic"] == TOPIC
    assert house.contacts(talk) == []
    reference = last(house.say("try again", talk))["reference"]
    assert last(house.say("/contact_retry", talk))["reference"] == reference
    [contact] = house.contacts(talk)
    assert (contact["reference"], contact["email"], len(contact["outbox"])) == (reference, EMAIL, 1)
    delivered = f"SELECT 1 FROM outbox WHERE about_id = '{contact['id']}' AND status = 'delivered'"
    until(lambda: rows(house.records, delivered), "the mail to leave")
    mails = [mail.read_text() for mail in (house.settings.var / "outbox").glob("*.eml")]
    assert sum(reference in mail for mail in mails) == 1


def test_yes_said_again_after_the_failure_is_about_the_request(house: House) -> None:
    talk = conversation()
    fill((house, talk), "confirm")
    with locked(house.records):
        assert last(house.say("yes, send it", talk)) == STORE_DOWN
    told = house.say("yes, send it", talk)
    assert "not been sent" in told[-1]["text"]
    assert [button["payload"] for button in told[-1]["buttons"]] == ["/contact_retry", "/contact_cancel"]
    assert "reference" in last(house.say("/contact_retry", talk))
    assert kinds(house.say("yes", talk)) == ["chitchat"]


def test_left_after_the_failure_is_forgotten(house: House) -> None:
    talk = conversation()
    fill((house, talk), "confirm")
    with locked(house.records):
        assert last(house.say("yes, send it", talk)) == STORE_DOWN
    assert last(house.say("/contact_cancel", talk)) == {"type": "contact", "kept": False}
    assert house.slots(talk)["contact_email"] is None
    assert "no request waiting" in house.say("/contact_retry", talk)[-1]["text"]
    assert house.contacts(talk) == []
    assert "nothing to cancel" in house.say("/contact_cancel", talk)[-1]["text"]


@pytest.mark.parametrize("kind", KINDS)
def test_cookie_choice(house: House, kind: str) -> None:
    talk = conversation()
    assert kinds(house.say("/open", talk)) == ["chitchat", "consent"]
    with fault(house, kind):
        told = house.say("/consent_accept", talk)
        assert last(told) == {"type": "consent", "choices": NOTHING, "receipt": None, "error": "store_down"}
        assert "could not be stored" in told[-1]["text"]
    assert house.consents(talk) == []
    assert last(house.say("what did I accept?", talk)) == {"type": "consent", "choices": NOTHING, "receipt": None}
    assert all(last(house.say("/consent_accept", talk))["choices"].values())
    assert [record["event"] for record in house.consents(talk)] == ["given"]


@pytest.mark.parametrize("kind", ["locked", "missing"])
def test_withdrawal_counts_although_it_cannot_be_stored(house: House, kind: str) -> None:
    talk = conversation()
    house.say("/open", talk)
    house.say("/consent_accept", talk)
    with fault(house, kind):
        assert last(house.say("/consent_withdraw", talk))["choices"] == NOTHING
    assert last(house.say("what did I accept?", talk)) == {"type": "consent", "choices": NOTHING, "receipt": None}


def test_database_replaced_by_a_backup(house: House) -> None:
    """What is stored afterwards goes into the backup, not into the file that was moved away."""
    talk, records = conversation(), house.records
    fill((house, talk), "confirm")
    copy, old = records.with_name("backup.db"), records.with_name("old.db")
    with closing(sqlite3.connect(records)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    shutil.move(records, old)
    for leftover in records.parent.glob("records.db-*"):
        leftover.unlink()
    shutil.move(copy, records)
    reference = last(house.say("yes, send it", talk))["reference"]
    assert [contact["reference"] for contact in house.contacts(talk)] == [reference]


def test_action_server_started_without_its_database(house: House) -> None:
    """It serves nevertheless, says so on /health, and takes part again when the database is back."""
    talk = conversation()
    fill((house, talk), "confirm")
    with away(house.records, "folder"):
        house.kill("actions")
        house.start("actions")
        assert last(house.say("yes, send it", talk)) == STORE_DOWN
    assert "reference" in last(house.say("try again", talk))
    assert len(house.contacts(talk)) == 1


def test_action_that_takes_too_long(house: House) -> None:
    """The visitor is told in time and asked again; whether or not the late write arrived, it is one request."""
    talk, actions = conversation(), house.services["actions"]
    usual = actions.environment
    fill((house, talk), "confirm")
    house.kill("actions")
    actions.environment = {**usual, "ASSISTANT_ACTION_BUDGET_SECONDS": "0.3"}
    house.start("actions")
    try:
        with locked(house.records):
            told = house.say("yes, send it", talk)
        apology(told)
        assert last(told) == {"type": "contact", "step": "confirm"}
    finally:
        house.kill("actions")
        actions.environment = usual
    house.start("actions")
    reference = last(house.say("yes, send it", talk))["reference"]
    [contact] = house.contacts(talk)
    assert (contact["reference"], len(contact["outbox"])) == (reference, 1)
