"""The line between engine and action server breaks in the middle of a turn: sending the message again repairs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults_stack.house import ALL, House, apology, conversation, last
from tests.faults_stack.relay import Relay, relay
from tests.faults_stack.words import EMAIL, STEPS, fill


@pytest.fixture(scope="module")
def laid(built: House) -> Iterator[Relay]:
    """A line that can be cut, with the engine started anew at its end."""
    engine = built.services["engine"]
    usual = engine.environment
    with relay(f"http://127.0.0.1:{built.settings.actions_port}/webhook") as made:
        engine.stop()
        engine.environment = {**usual, "ASSISTANT_ACTIONS_URL": made.url}
        built.start(*ALL)
        yield made
        engine.stop()
        engine.environment = usual


@pytest.fixture
def line(laid: Relay) -> Relay:
    """The line, whole."""
    laid.cut.clear()
    return laid


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
