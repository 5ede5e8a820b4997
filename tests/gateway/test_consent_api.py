"""The consent API as the banner uses it: notice, acts exactly once, what is in force, export."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import structlog

from gateway.consent.api import Door
from gateway.errors import ApiError
from gateway.metrics import Metrics
from gateway.seals import SealBroken, Seals
from records import consents, holds, notice
from records.choices import REFUSE_ALL
from records.notice import OPTIONAL
from records.verify import verify
from settings import Settings
from tests.gateway.conftest import Running
from tests.records.builders import an_occasion

pytestmark = pytest.mark.asyncio

ALL = dict.fromkeys(OPTIONAL, True)
NONE = dict.fromkeys(OPTIONAL, False)


def an_act(**changes: Any) -> dict[str, Any]:
    """Everything accepted on the first layer, under a new key."""
    body = {
        "key": str(uuid.uuid4()), "kind": "accept", "choices": ALL, "layer": 1, "method": "banner",
        "notice": {"version": notice.current_version(), "language": "en"},
    }  # fmt: skip
    return body | changes


async def act(gateway: Running, **changes: Any) -> httpx.Response:
    return await gateway.client.post("/api/consent", json=an_act(**changes))


async def done(gateway: Running, **changes: Any) -> dict[str, Any]:
    response = await act(gateway, **changes)
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def code(response: httpx.Response) -> tuple[int, str]:
    error = response.json()["error"]
    assert error["message"] and "{" not in error["message"]
    return response.status_code, error["code"]


def records(gateway: Running) -> int:
    verdict = verify(gateway.app.ctx.store, gateway.app.ctx.settings)
    assert verdict.problem is None
    return verdict.records


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
async def test_the_notice_is_what_is_recorded(gateway: Running, language: str) -> None:
    response = await gateway.client.get("/api/consent/notice", params={"language": language})
    shown = response.json()
    assert shown["language"] == language and shown["version"] == notice.current_version()
    assert hashlib.sha256(shown["first_layer"].encode()).hexdigest() == shown["hashes"]["1"]
    assert [purpose["id"] for purpose in shown["purposes"]] == ["necessary", *OPTIONAL]
    assert [purpose["required"] for purpose in shown["purposes"]] == [True, False, False, False]
    assert shown["valid_days"] == 180 and shown["labels"].keys() >= {"data", "lifetime"} and shown["texts"]
    for layer in (1, 2):
        made = await done(gateway, layer=layer, notice={"version": shown["version"], "language": language})
        record = consents.latest(gateway.app.ctx.store, gateway.app.ctx.seals.subject(made["token"]))
        assert record is not None and record["notice_hash"] == shown["hashes"][str(layer)]


async def test_the_notice_speaks_the_browsers_language(gateway: Running) -> None:
    response = await gateway.client.get("/api/consent/notice", headers={"Accept-Language": "nl-BE,nl;q=0.9"})
    assert response.json()["language"] == "nl"


async def test_an_act_is_recorded_and_in_force(gateway: Running) -> None:
    made = await done(gateway)
    assert made["current"]["choices"] == ALL and made["current"]["receipt"] == made["receipt"]
    assert made["current"]["event"] == "given" and made["current"]["valid_until"] > made["current"]["made_at"]
    response = await gateway.client.get("/api/consent", headers=bearer(made["token"]))
    assert response.json() == {"current": made["current"], "notice": {"version": notice.current_version()}}
    assert response.headers["cache-control"] == "no-store"
    refused = await done(gateway, token=made["token"], kind="refuse", choices=NONE)
    assert refused["token"] == made["token"] and refused["current"]["event"] == "withdrawn"
    assert (await gateway.client.get("/api/consent", headers=bearer(made["token"]))).json()["current"][
        "choices"
    ] == NONE


async def test_a_key_is_one_record_however_often_it_comes(gateway: Running) -> None:
    body = an_act()
    replies = await asyncio.gather(*(gateway.client.post("/api/consent", json=body) for _ in range(8)))
    assert {reply.status_code for reply in replies} == {201}
    assert all(reply.json() == replies[0].json() for reply in replies)
    made = replies[0].json()
    await done(gateway, token=made["token"], kind="refuse", choices=NONE)
    again = (await gateway.client.post("/api/consent", json=body | {"token": made["token"]})).json()
    assert again["receipt"] == made["receipt"] and again["current"]["choices"] == NONE
    assert records(gateway) == 2


async def test_a_key_of_somebody_else_is_refused(gateway: Running) -> None:
    body, other = an_act(), await done(gateway)
    await gateway.client.post("/api/consent", json=body)
    response = await gateway.client.post("/api/consent", json=body | {"token": other["token"]})
    assert code(response) == (409, "key_used")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "no uuid"}, "key"),
        ({"key": "00000000-0000-0000-0000-000000000000"}, "key"),
        ({"key": 5}, "key"),
        ({"key": None}, "key"),
        ({"kind": "opt-in"}, "kind"),
        ({"kind": None}, "kind"),
        ({"choices": ALL | {"functional": 1}}, "choices"),
        ({"choices": ALL | {"functional": "true"}}, "choices"),
        ({"choices": ALL | {"ads": True}}, "choices"),
        ({"choices": list(OPTIONAL)}, "choices"),
        ({"kind": "accept", "choices": NONE}, "choices"),
        ({"kind": "refuse", "choices": ALL}, "choices"),
        ({"kind": "choose", "choices": {}}, "choices"),
        ({"method": "gpc"}, "kind"),
        ({"method": "chat"}, "method"),
        ({"layer": "1"}, "layer"),
        ({"layer": True}, "layer"),
        ({"layer": 7}, "layer"),
        ({"notice": None}, "notice"),
        ({"notice": {"version": "2026-11-25"}}, "language"),
        ({"notice": {"version": "2026-11-25", "language": "de"}}, "notice.language"),
        ({"signals": {"gpc": "yes"}}, "signals"),
        ({"signals": {"dnt": True}}, "signals"),
        ({"token": 5}, "token"),
        ({"after": 5}, "after"),
    ],
)
async def test_wrong_acts_are_refused(gateway: Running, changes: dict[str, Any], field: str) -> None:
    response = await act(gateway, **changes)
    assert code(response) == (400, "invalid_body") and response.json()["error"]["field"] == field
    assert records(gateway) == 0


async def test_a_grant_under_an_old_notice_is_refused_in_the_readers_language(gateway: Running) -> None:
    old = {"version": "2026-11-24", "language": "nl"}
    response = await gateway.client.post("/api/consent", json=an_act(notice=old), headers={"Accept-Language": "nl"})
    assert code(response) == (409, "notice_outdated")
    assert "gewijzigd" in response.json()["error"]["message"]
    refused = await done(gateway, kind="refuse", choices=NONE, notice=old)
    assert refused["current"] is None, "the new notice is asked again"


async def test_the_browsers_signal_is_recorded(gateway: Running) -> None:
    refused = await done(gateway, kind="refuse", choices=NONE, method="gpc", signals={"gpc": True})
    headers = {"Sec-GPC": "1"}
    later = await gateway.client.post("/api/consent", json=an_act(token=refused["token"]), headers=headers)
    store = gateway.app.ctx.store
    newest = consents.latest(store, gateway.app.ctx.seals.subject(refused["token"]))
    assert later.status_code == 201 and newest is not None
    assert (newest["method"], newest["signals"], newest["choices"]) == ("banner", {"gpc": True}, ALL)


@pytest.mark.parametrize("token", ["made up", ".", "x" * 900])
async def test_made_up_tokens_are_refused(gateway: Running, token: str) -> None:
    assert code(await act(gateway, token=token)) == (401, "token_invalid")
    for path in ("/api/consent", "/api/consent/export"):
        assert code(await gateway.client.get(path, headers=bearer(token))) == (401, "token_invalid")
    visitor = await gateway.visitor()
    conversation = await gateway.client.get("/api/consent", headers=visitor.headers)
    assert code(conversation) == (401, "token_invalid"), "a conversation's token opens conversations only"


async def test_seals_do_not_open_each_others_doors() -> None:
    seals, others = Seals(b"key", 60), Seals(b"another key", 60)
    token, form = seals.subject_token("s-1"), seals.withdrawal("r-1", "s-1")
    assert seals.subject(token) == "s-1" and seals.withdrawer("r-1", form) == "s-1"
    for broken in (
        lambda: others.subject(token),
        lambda: seals.subject(form),
        lambda: seals.withdrawer("r-1", token),
        lambda: seals.withdrawer("r-2", form),
        lambda: seals.conversation(token),
    ):
        with pytest.raises(SealBroken):
            broken()


async def test_a_choice_made_in_the_chat_is_the_same_choice(gateway: Running) -> None:
    made, ours = await done(gateway), gateway.app.ctx
    where = an_occasion(ours.settings, subject=ours.seals.subject(made["token"]), channel="web")
    consents.record(ours.store, ours.settings, where, REFUSE_ALL)
    current = (await gateway.client.get("/api/consent", headers=bearer(made["token"]))).json()["current"]
    assert (current["choices"], current["event"]) == (NONE, "withdrawn")


async def test_a_late_grant_does_not_overtake_a_later_choice(gateway: Running) -> None:
    made = await done(gateway, kind="refuse", choices=NONE)
    late = {"token": made["token"], "signals": {"late": True}}
    assert code(await act(gateway, **late, after=None)) == (409, "superseded")
    assert (await done(gateway, **late, after=made["receipt"]))["current"]["choices"] == ALL


async def test_export_is_a_file_with_everything(gateway: Running) -> None:
    made = await done(gateway)
    await done(gateway, token=made["token"], kind="refuse", choices=NONE, layer=2)
    await done(gateway)
    response = await gateway.client.get("/api/consent/export", headers=bearer(made["token"]))
    assert response.headers["content-disposition"].startswith("attachment")
    found = response.json()
    assert [entry["record"]["seq"] for entry in found["records"]] == [1, 2]
    assert found["notices"] and found["how_to_verify"]
    nobody = bearer(gateway.app.ctx.seals.subject_token("s-nobody"))
    assert code(await gateway.client.get("/api/consent/export", headers=nobody)) == (404, "nothing_recorded")


async def test_while_the_records_are_away_a_refusal_counts(gateway: Running, settings: Settings) -> None:
    made, ours = await done(gateway), gateway.app.ctx
    subject = ours.seals.subject(made["token"])
    path = settings.var / "records.db"
    path.rename(path.with_name("away"))
    grant = await act(gateway, token=made["token"])
    assert code(grant) == (503, "store_down") and grant.json()["error"]["held"] is False
    assert not holds.is_held(settings, subject)
    refusal = an_act(token=made["token"], kind="refuse", choices=NONE)
    response = await gateway.client.post("/api/consent", json=refusal)
    assert code(response) == (503, "store_down") and response.json()["error"]["held"] is True
    assert response.headers["retry-after"]
    assert code(await gateway.client.get("/api/consent", headers=bearer(made["token"]))) == (503, "store_down")
    path.with_name("away").rename(path)
    assert (await gateway.client.get("/api/consent", headers=bearer(made["token"]))).json()["current"] is None
    response = await gateway.client.post("/api/consent", json=refusal | {"signals": {"late": True}})
    assert response.json()["current"]["choices"] == NONE
    assert records(gateway) == 2


async def test_too_many_acts_from_one_address_wait(settings: Settings) -> None:
    door = Door(settings.model_copy(update={"rate_limit_per_minute": 1}))
    request: Any = SimpleNamespace(
        remote_addr="", ip="192.0.2.1", app=SimpleNamespace(ctx=SimpleNamespace(metrics=Metrics()))
    )
    for _ in range(5):
        door.enter(request)
    with pytest.raises(ApiError) as refused:
        door.enter(request)
    assert (refused.value.status, refused.value.code) == (429, "rate_limited")
    request.ip = "192.0.2.2"
    door.enter(request)


async def test_nothing_personal_is_logged(gateway: Running) -> None:
    with structlog.testing.capture_logs() as logs:
        made = await done(gateway)
    subject = gateway.app.ctx.seals.subject(made["token"])
    assert "consent.recorded" in [line["event"] for line in logs]
    assert not any(secret in str(logs) for secret in (subject, made["token"], made["receipt"], "127.0.0.1"))
    for path in gateway.app.ctx.settings.var.glob("records.db*"):
        assert b"127.0.0.1" not in path.read_bytes()
