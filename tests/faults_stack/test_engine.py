"""The engine dies: the visitor hears so through the gateway, and nothing of the conversation is lost."""

from __future__ import annotations

import shutil

import httpx
import pytest

from tests.faults_stack.house import House, Visitor, apology, last, tail, until
from tests.faults_stack.words import COMPANY, EMAIL, NAME, QUESTION, STEPS, TOPIC, fill


def test_killed_in_the_middle_of_the_form(house: House, visitor: Visitor) -> None:
    fill(visitor, "phone")
    house.kill("engine")
    before = house.heard(visitor.id)
    response = visitor.post(text="no phone", idempotency_key="first")
    assert response.status_code == 200
    reference = apology(response.json()["messages"])
    [ticket] = house.tickets(visitor.id)
    assert (ticket["reference"], ticket["channel"], ticket["error"]) == (reference, "web", "engine down")
    refused = visitor.client.post("/api/conversations")
    assert refused.status_code == 503 and refused.json()["error"]["reference"] in refused.json()["error"]["message"]
    until(lambda: visitor.client.get("/health").status_code == 503, "the gateway to miss the engine")
    assert visitor.client.get("/health").json()["components"]["engine"] == {"status": "down"}
    assert house.heard(visitor.id) == before == ["/open", *list(STEPS.values())[:4]]
    house.start("engine")
    fill(visitor, "confirm", after="phone")
    assert "reference" in last(visitor.press("Yes, send it"))
    [contact] = house.contacts(visitor.id)
    assert (contact["name"], contact["company"], contact["email"]) == (NAME, COMPANY, EMAIL)
    assert len(contact["outbox"]) == 1
    until(lambda: visitor.client.get("/health").status_code == 200, "the gateway to see the engine again")


def test_failure_behind_the_engine_has_its_ticket_too(house: House, visitor: Visitor) -> None:
    """The engine itself cannot write the records; the gateway does it for its apologies."""
    fill(visitor, "name")
    house.kill("actions")
    reference = apology(visitor.say(NAME))
    [ticket] = house.tickets(visitor.id)
    assert (ticket["reference"], ticket["action"]) == (reference, "engine")
    assert last(visitor.say(QUESTION))["topic"] == TOPIC
    assert len(house.tickets(visitor.id)) == 1
    house.start("actions")
    fill(visitor, "company", after="name")


def test_without_a_model_it_ends_instead_of_answering_nothing(house: House) -> None:
    house.kill("engine")
    engine = house.services["engine"]
    whole = list(engine.command)
    model = whole[whole.index("--model") + 1]
    half = house.settings.var / "half.tar.gz"
    shutil.copy(model, half)
    with half.open("r+b") as stream:
        stream.truncate(half.stat().st_size // 2)
    engine.command = [str(half) if part == model else part for part in whole]
    try:
        engine.start()
        until(lambda: not engine.running(), "the engine to end", lambda: tail(engine.log))
        with pytest.raises(httpx.ConnectError):
            httpx.get(engine.ready_url, trust_env=False)
    finally:
        engine.command = whole
        engine.stop()
