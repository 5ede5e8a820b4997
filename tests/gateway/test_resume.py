"""Both sides are kept, and a conversation goes on after a reload, in another tab, or on a later visit."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.event_log import KEPT
from gateway.seals import Seals
from records import choices
from settings import Settings
from tests.gateway.conftest import Running, Serve, Visitor
from tests.gateway.fake_engine import FakeEngine
from tests.gateway.storage import DAY, choose, later, old_token, sql
from tests.gateway.test_conversations import until
from tests.gateway.test_streams import take

pytestmark = pytest.mark.asyncio
FUNCTIONAL = choices.Act({"functional": True}, rest=False)


def silent(turn: dict[str, Any]) -> list[Any]:
    return []


async def expire(gateway: Running) -> None:
    await gateway.app.ctx.remembering.expire()


async def test_what_the_visitor_says_is_kept_before_the_engine_is_asked(visitor: Visitor, engine: FakeEngine) -> None:
    engine.gate.clear()
    sending = asyncio.create_task(visitor.send(text=" /help  me ", idempotency_key="k-1"))
    await until(lambda: len(engine.turns) == 2)
    [said] = await take(visitor, 1, cursor="1")
    assert said["at"] and said == {
        "id": "2", "from": "visitor", "text": "/help  me", "buttons": [], "custom": {}, "at": said["at"], "key": "k-1",
        "language": "en",
    }  # fmt: skip
    engine.gate.set()
    assert [message["from"] for message in (await sending).json()["messages"]] == ["assistant"]
    assert engine.turns[-1]["message"] == "help  me"


async def test_a_pressed_button_is_kept_by_its_title(visitor: Visitor) -> None:
    await visitor.send(button=visitor.opened["messages"][0]["buttons"][0]["button"])
    assert (await visitor.history())[1] == ("visitor", "Fees")


async def test_an_echo_is_kept_once_a_key(visitor: Visitor, engine: FakeEngine) -> None:
    await asyncio.gather(*(visitor.send(text="hi", idempotency_key="k") for _ in range(4)))
    engine.reply = silent
    for _ in range(2):
        await visitor.send(text="again", idempotency_key="k-2")
    said = [text for who, text in await visitor.history() if who == "visitor"]
    assert said == ["hi", "again"]


async def test_a_turn_that_was_cut_off_by_a_restart_is_echoed_once(serve: Serve, settings: Settings) -> None:
    visitor = await (await serve()).visitor()
    await visitor.send(text="hi", idempotency_key="k")
    sql(settings.var / "gateway.db", "DELETE FROM message WHERE turn = 'key-k'")  # it died before the reply was kept
    await visitor.send(text="hi", idempotency_key="k")
    assert [who for who, _ in await visitor.history()] == ["assistant", "visitor", "assistant"]


async def test_an_unwritable_log_does_not_stop_the_turn(gateway: Running, visitor: Visitor, settings: Settings) -> None:
    statement = "CREATE TRIGGER no BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'full'); END"
    sql(settings.var / "gateway.db", statement)
    reply = await visitor.send(text="hi", idempotency_key="k")
    assert reply.json()["messages"][0]["text"] == "You said: hi"


async def test_two_tabs_see_the_same(gateway: Running, visitor: Visitor) -> None:
    other = Visitor(gateway.client, (await visitor.post("resume")).json())
    watching = asyncio.create_task(take(other, 4, cursor="1"))
    await visitor.send(text="from one")
    await other.send(text="from the other")
    seen = [(message["from"], message["text"]) for message in await watching]
    assert seen == (await visitor.history())[1:]
    assert [text for who, text in seen if who == "visitor"] == ["from one", "from the other"]


async def test_both_sides_count_among_what_is_kept(visitor: Visitor) -> None:
    for number in range(KEPT // 2 + 2):
        await visitor.send(text=str(number))
    history = await visitor.history()
    assert len(history) == KEPT
    assert history[0] == ("visitor", "2") and history[-1] == ("assistant", f"You said: {KEPT // 2 + 1}")


async def test_coming_back_gives_all_that_opening_gave(gateway: Running, visitor: Visitor) -> None:
    await visitor.send(text="hi")
    back = (await visitor.post("resume")).json()
    same = ("id", "subject", "language", "languages", "limit", "shortcuts", "consent")
    assert {name: back[name] for name in same} == {name: visitor.opened[name] for name in same}
    assert back["kept"] is False
    assert [message["from"] for message in back["messages"]] == ["assistant", "visitor", "assistant"]
    assert back["languages"][1] == {"code": "fr", "name": "Français"} and back["limit"] == 1000
    assert (await Visitor(gateway.client, back).send(text="go on")).status_code == 200


async def test_a_choice_from_before_the_chat_belongs_to_the_conversation(gateway: Running, settings: Settings) -> None:
    seals = Seals(settings.keyed("gateway"), DAY)
    body = {"consent": seals.subject_token("s-banner")}
    opened = (await gateway.client.post("/api/conversations", json=body)).json()
    assert opened["subject"] == "s-banner" and seals.subject(opened["consent"]) == "s-banner"
    for wrong in ("x", opened["token"], ""):
        other = await gateway.client.post("/api/conversations", json={"consent": wrong})
        assert other.status_code == 201 and other.json()["subject"] != "s-banner"
    assert (await gateway.client.post("/api/conversations", json={"consent": 5})).status_code == 400


async def test_a_young_token_is_made_fresh(gateway: Running, visitor: Visitor, settings: Settings) -> None:
    later(settings, visitor, DAY - 60)
    back = await visitor.post("resume")
    assert back.status_code == 200
    later(settings, Visitor(gateway.client, back.json()), 3600)
    assert (await Visitor(gateway.client, back.json()).send(text="hi")).status_code == 200


async def test_without_consent_an_old_token_is_refused(visitor: Visitor, settings: Settings) -> None:
    await visitor.send(text="hi")
    later(settings, visitor, DAY + 60)
    for act in (None, choices.Act({"analytics": True}, rest=False), choices.REFUSE_ALL):
        if act:
            choose(settings, visitor.opened["subject"], act)
        back = await visitor.post("resume")
        assert (back.status_code, back.json()["error"]["code"]) == (401, "token_expired")


async def test_with_consent_it_goes_on_half_a_year_later(
    gateway: Running, visitor: Visitor, settings: Settings
) -> None:
    await visitor.send(text="hi")
    choose(settings, visitor.opened["subject"], FUNCTIONAL)
    later(settings, visitor, DAY + 60)
    await expire(gateway)
    later(settings, visitor, 170 * DAY)
    await expire(gateway)
    assert (await visitor.send(text="with the old token")).status_code == 401
    back = await visitor.post("resume")
    assert back.status_code == 200 and back.json()["kept"] is True
    assert [message["text"] for message in back.json()["messages"]][1:] == ["hi", "You said: hi"]
    again = Visitor(gateway.client, back.json())
    assert (await again.send(text="still there?")).status_code == 200
    later(settings, again, 179 * DAY)
    await expire(gateway)
    assert len(await again.history()) == 5


async def test_a_kept_conversation_ends_after_its_time(gateway: Running, visitor: Visitor, settings: Settings) -> None:
    choose(settings, visitor.opened["subject"], FUNCTIONAL)
    await visitor.post("resume")
    later(settings, visitor, 179 * DAY)
    await expire(gateway)
    visitor.opened["token"] = old_token(settings, visitor, 181 * DAY)
    assert (await visitor.post("resume")).json()["error"]["code"] == "token_expired"
    later(settings, visitor, 2 * DAY)
    await expire(gateway)
    visitor.opened["token"] = old_token(settings, visitor, 179 * DAY)
    back = await visitor.post("resume")
    assert (back.status_code, back.json()["error"]["code"]) == (410, "conversation_gone")


async def test_withdrawn_consent_forgets_the_day_after(gateway: Running, visitor: Visitor, settings: Settings) -> None:
    await visitor.send(text="hi")
    choose(settings, visitor.opened["subject"], FUNCTIONAL)
    assert (await visitor.post("resume")).json()["kept"] is True
    later(settings, visitor, 30 * DAY)
    choose(settings, visitor.opened["subject"], choices.withdraw("functional"))
    assert (await visitor.post("resume")).json()["error"]["code"] == "token_expired"
    await expire(gateway)
    visitor.opened["token"] = old_token(settings, visitor, 60)
    assert (await visitor.post("resume")).status_code == 410
    assert sql(settings.var / "gateway.db", "SELECT * FROM message") == []


async def test_without_the_ledger_a_young_token_works_and_an_old_one_does_not(
    gateway: Running, visitor: Visitor, settings: Settings
) -> None:
    await visitor.send(text="hi")
    choose(settings, visitor.opened["subject"], FUNCTIONAL)
    sql(settings.var / "records.db", "ALTER TABLE consent RENAME TO elsewhere")
    back = await visitor.post("resume")
    assert back.status_code == 200 and back.json()["kept"] is False
    later(settings, visitor, DAY + 60)
    assert (await visitor.post("resume")).status_code == 401
    await expire(gateway)
    sql(settings.var / "records.db", "ALTER TABLE elsewhere RENAME TO consent")
    assert len(await visitor.history()) == 3


async def test_nothing_kept_is_gone(gateway: Running, visitor: Visitor, settings: Settings) -> None:
    sql(settings.var / "gateway.db", "DELETE FROM message")
    back = await visitor.post("resume")
    assert (back.status_code, back.json()["error"]["code"]) == (410, "conversation_gone")


async def test_an_unreadable_log_is_not_the_end(visitor: Visitor, settings: Settings) -> None:
    sql(settings.var / "gateway.db", "ALTER TABLE message RENAME TO elsewhere")
    back = await visitor.post("resume")
    assert (back.status_code, back.json()["error"]["code"]) == (503, "store_down")
    sql(settings.var / "gateway.db", "ALTER TABLE elsewhere RENAME TO message")
    assert len(await visitor.history()) == 1


async def test_only_the_own_conversation_can_be_gone_on_with(gateway: Running) -> None:
    mine, theirs = await gateway.visitor(), await gateway.visitor()
    assert (await gateway.client.post(f"{theirs.path}/resume", headers=mine.headers)).status_code == 403
    assert (await gateway.client.post(f"{theirs.path}/resume")).status_code == 401


async def test_coming_back_often_locks_nobody_out(serve: Serve) -> None:
    gateway = await serve(per_address_per_minute=10)
    visitor = await gateway.visitor()
    statuses = [(await visitor.post("resume")).status_code for _ in range(25)]
    assert statuses[:20] == [200] * 20 and statuses[-1] == 429
    assert (await visitor.send(text="hi")).status_code == 200
    assert 'gateway_rate_limited_total{limit="visit"}' in (await gateway.client.get("/metrics")).text


async def test_a_person_can_always_be_asked_for(visitor: Visitor, engine: FakeEngine) -> None:
    await visitor.send(button=visitor.opened["shortcuts"]["human"])
    assert engine.turns[-1]["message"] == "/human"
    assert (await visitor.history())[1] == ("visitor", "Talk to a person")
