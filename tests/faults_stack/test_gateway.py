"""The gateway dies, or is told the same thing twice: the visitor keeps the conversation, and one turn is one turn."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.faults_stack.house import House, Visitor, last
from tests.faults_stack.words import EMAIL, NAME, OPENING, QUESTION, fill


def ids(messages: list[dict[str, Any]]) -> list[str]:
    return [message["id"] for message in messages]


def test_killed_and_started_again(house: House, visitor: Visitor) -> None:
    seen = ids(visitor.last)
    fill(visitor, "company")
    everything = [*seen, *visitor.replay(seen[-1], 5)]  # both sides: two messages of the visitor among them
    assert everything == [str(number) for number in range(1, len(everything) + 1)]
    house.kill("gateway")
    with pytest.raises(httpx.HTTPError):
        visitor.post(text="Doe Biotech")
    house.start("gateway")
    assert visitor.replay(seen[-1], 5) == everything[len(seen) :]
    assert visitor.replay("0", len(everything)) == everything
    fill(visitor, "email", after="company")
    newest = ids(visitor.last)
    own = str(len(everything) + 1)
    assert newest == [str(len(everything) + 2)]
    assert visitor.replay(everything[-1], 2) == [own, *newest]
    fill(visitor, "confirm", after="email")
    assert "reference" in last(visitor.press("Yes, send it"))  # a button sealed after the crash
    assert [contact["email"] for contact in house.contacts(visitor.id)] == [EMAIL]


def test_button_from_before_the_crash_still_works(house: House, visitor: Visitor) -> None:
    assert {button["title"] for button in visitor.last[-1]["buttons"]} == {"Accept", "Refuse", "Read more"}
    house.kill("gateway")
    house.start("gateway")
    assert not any(last(visitor.press("Refuse"))["choices"].values())
    assert [record["event"] for record in house.consents(visitor.id)] == ["refused"]


def test_reply_to_a_message_sent_before_the_crash_is_not_given_twice(house: House, visitor: Visitor) -> None:
    """The client saw no answer and sends the same message with the same key again."""
    first = visitor.say(QUESTION, idempotency_key="question")
    house.kill("gateway")
    house.start("gateway")
    assert visitor.say(QUESTION, idempotency_key="question") == first
    assert house.heard(visitor.id).count(QUESTION) == 1


def test_killed_while_the_engine_answers(house: House, visitor: Visitor) -> None:
    """Whatever came of the turn, the conversation goes on from a whole one."""
    fill(visitor, "company")
    posting = threading.Thread(target=_post_quietly, args=(visitor, "Doe Biotech"))
    posting.start()
    house.kill("gateway")
    posting.join()
    house.start("gateway")
    assert last(visitor.say("Doe Biotech")) == {"type": "contact", "step": "email"}
    assert house.slots(visitor.id)["contact_name"] == NAME


def _post_quietly(visitor: Visitor, text: str) -> None:
    try:
        visitor.post(text=text)
    except httpx.HTTPError:
        return


def test_same_key_twice_at_once_is_one_turn(house: House, visitor: Visitor) -> None:
    gate = threading.Barrier(4)

    def send(_number: int) -> httpx.Response:
        gate.wait()
        return visitor.post(text=OPENING, idempotency_key="same")

    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(send, range(4)))
    assert {response.status_code for response in responses} == {200}
    assert all(response.json() == responses[0].json() for response in responses)
    assert house.heard(visitor.id).count(OPENING) == 1


def test_request_sent_twice_at_once_without_a_key_is_one_contact(house: House, visitor: Visitor) -> None:
    fill(visitor, "confirm")
    button = next(button["button"] for button in visitor.last[-1]["buttons"] if button["title"] == "Yes, send it")
    with ThreadPoolExecutor(2) as pool:
        responses = list(pool.map(lambda _: visitor.post(button=button), range(2)))
    assert {response.status_code for response in responses} == {200}
    [contact] = house.contacts(visitor.id)
    assert len(contact["outbox"]) == 1
