"""The action server dies: knowledge is still answered, the form says what is wrong and goes on afterwards."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.faults_stack.house import BOTH, House, apology, conversation, kinds, last
from tests.faults_stack.relay import Relay, relay
from tests.faults_stack.words import COMPANY, EMAIL, NAME, OPENING, QUESTION, STEPS, TOPIC, fill


@pytest.fixture(scope="module")
def line(house: House) -> Iterator[Relay]:
    """The line from the engine to the action server."""
    engine = house.services["engine"]
    with relay(f"http://127.0.0.1:{house.settings.actions_port}/webhook") as made:
        engine.environment = {**engine.environment, "ASSISTANT_ACTIONS_URL": made.url}
        yield made
        house.stop()  # before the line goes


@pytest.fixture(autouse=True)
def up(house: House, line: Relay) -> None:
    """Action server and engine run, and the line between them is whole."""
    line.cut.clear()
    house.start(*BOTH)


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


@pytest.mark.parametrize("answered", [False, True], ids=["before it stores", "after it stored"])
@pytest.mark.parametrize("again", ["yes, send it", "/affirm"])
def test_dies_between_the_yes_and_the_thanks(house: House, line: Relay, answered: bool, again: str) -> None:
    """The visitor is asked to send the last message again. Doing so sends the request, and once only."""
    talk = conversation()
    fill((house, talk), "confirm")
    line.answered = answered
    line.cut.add("action_submit_contact")
    apology(house.say("yes, send it", talk))
    assert len(house.contacts(talk)) == answered
    line.cut.clear()
    reference = last(house.say(again, talk))["reference"]
    [contact] = house.contacts(talk)
    assert (contact["reference"], contact["email"]) == (reference, EMAIL)
    assert len(contact["outbox"]) == 1
    assert house.slots(talk)["contact_email"] is None


@pytest.mark.parametrize("step", ["company", "consent"])
def test_answer_lost_on_the_way(house: House, line: Relay, step: str) -> None:
    """The form took the detail, but the engine never heard: nothing is half-taken."""
    talk = conversation()
    steps = list(STEPS)
    fill((house, talk), steps[steps.index(step) - 1])
    line.answered = True
    line.cut.add("validate_contact_form")
    apology(house.say(STEPS[step], talk))
    line.cut.clear()
    fill((house, talk), "confirm", after=steps[steps.index(step) - 1])


def test_cookie_choice_whose_answer_was_lost(house: House, line: Relay) -> None:
    """The choice is in the ledger although the visitor was told it failed; saying it again changes nothing."""
    talk = conversation()
    house.say("/open", talk)
    line.answered = True
    line.cut.add("action_log_consent")
    apology(house.say("/consent_refuse", talk))
    line.cut.clear()
    assert not any(last(house.say("/consent_refuse", talk))["choices"].values())
    assert [record["event"] for record in house.consents(talk)] == ["refused", "refused"]
