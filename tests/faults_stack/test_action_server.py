"""The action server dies: knowledge is still answered, the form says what is wrong and goes on afterwards."""

from __future__ import annotations

import signal

from tests.faults_stack.house import House, apology, conversation, kinds, last
from tests.faults_stack.words import COMPANY, EMAIL, NAME, OPENING, QUESTION, TOPIC, fill


def test_killed_before_the_form(house: House) -> None:
    talk = conversation()
    house.kill("actions")
    assert last(house.say(QUESTION, talk))["topic"] == TOPIC
    apology(house.say(OPENING, talk))
    apology(house.say("what did I accept?", talk))
    assert kinds(house.say("/open", conversation())) == ["chitchat"]  # the cookie question waits
    house.start("actions")
    fill((house, talk), "confirm")
    assert "reference" in last(house.say("yes, send it", talk))
    assert [contact["email"] for contact in house.contacts(talk)] == [EMAIL]


def test_killed_during_the_form(house: House) -> None:
    talk = conversation()
    fill((house, talk), "email")
    house.kill("actions")
    for text in (EMAIL, "Belgium", "stop", "/contact_skip"):
        apology(house.say(text, talk))
    answer = house.say(QUESTION, talk)
    assert (kinds(answer), last(answer)["topic"]) == (["answer"], TOPIC)
    assert last(house.say("where is BLSI?", talk))["places"] == ["blsi"]
    house.start("actions")
    assert last(house.say(EMAIL, talk)) == {"type": "contact", "step": "phone"}
    fill((house, talk), "confirm", after="phone")
    assert "reference" in last(house.say("yes, send it", talk))
    [contact] = house.contacts(talk)
    assert (contact["name"], contact["company"], contact["email"]) == (NAME, COMPANY, EMAIL)
    assert len(contact["outbox"]) == 1


def test_hangs_and_comes_round(house: House) -> None:
    """It takes the call and never answers; the conversation is not blocked for longer than the engine waits."""
    talk = conversation()
    fill((house, talk), "phone")
    process = house.services["actions"].process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    try:
        apology(house.say("no phone", talk))
    finally:
        process.send_signal(signal.SIGCONT)
    fill((house, talk), "confirm", after="phone")
