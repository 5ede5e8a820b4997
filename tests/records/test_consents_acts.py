"""Acts from outside the chat: what a client sends is checked, recorded once, and never turned into more than it is."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from records import acts, consents, holds, ledger, notice
from records.choices import nothing
from records.errors import KeyUsed
from records.notice import OPTIONAL
from records.store import Store
from records.verify import verify
from settings import Settings
from tests.conftest import with_settings
from tests.faults import every_fault, fault
from tests.records.builders import a_request, an_occasion

ALL = dict.fromkeys(OPTIONAL, True)
NONE = nothing()


def perform(store: Store, settings: Settings, subject: str | None = None, **changes: Any) -> acts.Outcome:
    return acts.perform(store, settings, a_request(**changes), subject)


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_the_server_computes_what_was_shown(store: Store, settings: Settings, language: str, layer: int) -> None:
    done = perform(store, settings, layer=layer, language=language)
    shown = notice.load(settings, language)
    record = done.record
    assert record["notice_hash"] == notice.text_hash(shown.full if layer == 2 else shown.first_layer)
    assert record["layout"]["layer"] == layer and record["layout"]["preselected"] == []
    assert (record["method"], record["channel"], record["conversation"]) == ("banner", "web", "page")
    assert (record["event"], record["choices"], record["signals"]) == ("given", ALL, {})
    assert done.state is not None and done.state["choices"] == ALL and done.state["receipt"] == record["id"]
    assert verify(store, settings).warnings == ()


def test_switches_that_showed_what_was_in_force_are_noted(store: Store, settings: Settings) -> None:
    first = perform(store, settings, kind="choose", choices=NONE | {"analytics": True}, layer=2)
    again = perform(store, settings, first.subject, kind="choose", choices=ALL, layer=2)
    assert first.record["layout"]["switched_on"] == []
    assert again.record["layout"]["switched_on"] == ["analytics"]
    assert again.record["event"] == "changed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "opt-in"}, "kind"),
        ({"method": "chat"}, "method"),
        ({"method": "receipt"}, "method"),
        ({"method": "gpc"}, "kind"),
        ({"method": "gpc", "kind": "choose"}, "kind"),
        ({"layer": 3}, "layer"),
        ({"layer": 0}, "layer"),
        ({"signals": {"dnt": True}}, "signals"),
        ({"choices": ALL | {"marketing": True}}, "choices"),
        ({"choices": {"analytics": True}}, "choices"),
        ({"choices": ALL | {"analytics": False}}, "choices"),
        ({"choices": {}}, "choices"),
        ({"kind": "refuse", "choices": ALL}, "choices"),
        ({"kind": "refuse", "choices": NONE | {"analytics": True}}, "choices"),
        ({"kind": "refuse", "choices": {}}, "choices"),
        ({"kind": "withdraw", "choices": {"analytics": True}}, "choices"),
        ({"kind": "withdraw", "choices": {"marketing": False}}, "choices"),
        ({"kind": "choose", "choices": {"analytics": False}}, "choices"),
        ({"language": "de"}, "notice.language"),
        ({"language": "../2026-11-24/en"}, "notice.language"),
    ],
)
def test_contradictions_are_refused(store: Store, settings: Settings, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(acts.Unacceptable, match=f"^{field}$"):
        perform(store, settings, **changes)
    assert verify(store, settings).records == 0


@pytest.mark.parametrize("version", ["2026-11-24", "2020-01-01", "../notices/2026-11-25", ""])
def test_nothing_is_granted_under_another_notice(store: Store, settings: Settings, version: str) -> None:
    with pytest.raises(acts.NoticeOutdated):
        perform(store, settings, version=version)
    assert verify(store, settings).records == 0


@pytest.mark.parametrize("kind", ["refuse", "withdraw"])
@pytest.mark.parametrize(
    ("version", "language", "recorded", "layer"),
    [
        ("2026-11-24", "fr", ("2026-11-24", "fr"), 1),
        ("2020-01-01", "fr", ("2026-11-25", "fr"), 0),
        ("../../etc", "xx", ("2026-11-25", "en"), 0),
    ],
)
def test_refusing_is_never_refused(
    store: Store, settings: Settings, kind: str, version: str, language: str, recorded: tuple[str, str], layer: int
) -> None:
    granted = perform(store, settings)
    done = perform(store, settings, granted.subject, kind=kind, choices=NONE, version=version, language=language)
    assert (done.record["notice_version"], done.record["notice_language"]) == recorded
    assert (done.record["layout"]["layer"], done.record["event"]) == (layer, "withdrawn")
    assert (consents.in_force(store, settings, granted.subject) or NONE) == NONE


def test_one_purpose_can_be_taken_back_alone(store: Store, settings: Settings) -> None:
    granted = perform(store, settings)
    done = perform(store, settings, granted.subject, kind="withdraw", choices={"analytics": False})
    assert done.state is not None and done.state["choices"] == ALL | {"analytics": False}
    assert perform(store, settings, granted.subject, kind="withdraw", choices={}).record["choices"] == NONE


def test_a_signal_refuses_and_says_so(store: Store, settings: Settings) -> None:
    done = perform(store, settings, method="gpc", kind="refuse", choices=NONE)
    assert (done.record["method"], done.record["signals"]) == ("gpc", {"gpc": True})
    assert done.record["layout"] == {"layer": 0}
    assert done.state is not None and done.state["choices"] == NONE


def test_a_repeated_key_adds_nothing_and_tells_what_is_in_force_now(store: Store, settings: Settings) -> None:
    key = str(uuid.uuid4())
    first = perform(store, settings, key=key)
    refused = perform(store, settings, first.subject, kind="refuse", choices=NONE)
    again = perform(store, settings, first.subject, key=key)
    assert again.record == first.record and not again.new
    assert again.state is not None
    assert (again.state["choices"], again.state["receipt"]) == (NONE, refused.record["id"])
    assert verify(store, settings).records == 2


def test_a_repeated_first_act_belongs_to_the_same_person(store: Store, settings: Settings) -> None:
    """The reply with the token was lost: the client has only its key."""
    key = str(uuid.uuid4())
    assert perform(store, settings, key=key).subject == perform(store, settings, key=key).subject
    assert perform(store, settings).subject != perform(store, settings).subject


def test_a_repeated_key_is_answered_after_the_notice_changed(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid.uuid4())
    first = perform(store, settings, key=key)
    monkeypatch.setattr(notice, "current_version", lambda *_: "2026-11-24")
    again = perform(store, settings, key=key, version="2026-11-25")
    assert again.record == first.record and again.state is None


def test_somebody_elses_key_is_refused(store: Store, settings: Settings) -> None:
    key = str(uuid.uuid4())
    first = perform(store, settings, key=key)
    with pytest.raises(KeyUsed):
        perform(store, settings, "s-another", key=key)
    assert consents.in_force(store, settings, "s-another") is None
    assert consents.in_force(store, settings, first.subject) == ALL


def test_a_double_click_is_one_act(store: Store, settings: Settings) -> None:
    patient, request = Store(settings.database_url, busy_seconds=30), a_request()
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: acts.perform(patient, settings, request, None), range(12)))
    patient.close()
    assert len({outcome.record["id"] for outcome in done}) == 1
    assert sum(outcome.new for outcome in done) == 1
    assert verify(store, settings).message == "1 records, chain intact"


@every_fault
def test_refusal_that_cannot_be_stored_counts(store: Store, settings: Settings, kind: str) -> None:
    granted, refusal = perform(store, settings), a_request(kind="refuse", choices=NONE)
    with fault(kind, settings.database_url) as broken, pytest.raises(acts.NotStored) as down:
        acts.perform(broken, settings, refusal, granted.subject)
    assert down.value.held
    assert consents.in_force(store, settings, granted.subject) is None
    late = acts.perform(store, settings, replace(refusal, signals={"late": True}), granted.subject)
    assert late.state is not None and late.state["choices"] == NONE
    assert not holds.is_held(settings, granted.subject), "its own mark is taken away"


@pytest.mark.parametrize("subject", [None, "s-known"])
def test_grant_that_cannot_be_stored_changes_nothing(store: Store, settings: Settings, subject: str | None) -> None:
    before = perform(store, settings, subject, kind="choose", choices=NONE | {"analytics": True})
    with fault("locked", settings.database_url) as broken, pytest.raises(acts.NotStored) as down:
        perform(broken, settings, subject and before.subject)
    assert not down.value.held
    assert consents.in_force(store, settings, before.subject) == NONE | {"analytics": True}


def test_an_old_act_does_not_lift_what_a_newer_refusal_holds(store: Store, settings: Settings) -> None:
    accepted = a_request(signals={"late": True})
    granted = perform(store, settings)
    with fault("locked", settings.database_url) as broken, pytest.raises(acts.NotStored):
        perform(broken, settings, granted.subject, kind="refuse", choices=NONE)
    assert acts.perform(store, settings, accepted, granted.subject).state is None
    assert acts.perform(store, settings, accepted, granted.subject).state is None
    assert perform(store, settings, granted.subject).state is not None, "a choice made now counts again"


def test_a_late_grant_does_not_overtake_a_choice_its_sender_did_not_know(store: Store, settings: Settings) -> None:
    known = perform(store, settings, kind="refuse", choices=NONE)
    refused = consents.record(store, settings, an_occasion(settings, subject=known.subject), acts.REFUSE_ALL)
    for after in (known.record["id"], None):
        with pytest.raises(acts.Superseded):
            perform(store, settings, known.subject, signals={"late": True}, after=after)
    for kind in ("refuse", "withdraw"):
        perform(store, settings, known.subject, kind=kind, choices=NONE, signals={"late": True}, after=None)
    newest = consents.latest(store, known.subject)
    assert newest is not None and newest["id"] != refused["id"]
    done = perform(store, settings, known.subject, signals={"late": True}, after=newest["id"])
    assert done.record["signals"] == {"late": True} and done.state is not None


def test_what_a_rejected_choice_takes_away_counts(store: Store, settings: Settings) -> None:
    granted = perform(store, settings)
    only = {"kind": "choose", "choices": NONE | {"functional": True}}
    with pytest.raises(acts.NoticeOutdated):
        perform(store, settings, granted.subject, version="2026-11-24", **only)
    assert consents.in_force(store, settings, granted.subject) is None
    assert perform(store, settings, granted.subject).state is not None
    with pytest.raises(acts.Superseded):
        perform(store, settings, granted.subject, signals={"late": True}, after=None, **only)
    assert consents.in_force(store, settings, granted.subject) is None


def test_withdrawing_from_a_receipt_is_recorded_once(store: Store, settings: Settings) -> None:
    granted = perform(store, settings)
    with ThreadPoolExecutor(4) as pool:
        patient = Store(settings.database_url, busy_seconds=30)
        done = list(pool.map(lambda _: acts.withdraw(patient, settings, granted.subject, "nl"), range(4)))
        patient.close()
    found = {outcome.record["id"] for outcome in done if outcome}
    assert len(found) == 1 and verify(store, settings).records == 2
    record = ledger.read(store, found.pop())
    assert record is not None
    assert (record["method"], record["event"], record["choices"]) == ("receipt", "withdrawn", NONE)
    assert record["notice_language"] == "nl"
    assert acts.withdraw(store, settings, "s-nobody", "en") is None


def test_lapsed_grant_can_be_withdrawn_too(store: Store, settings: Settings) -> None:
    granted = perform(store, settings)
    done = acts.withdraw(store, with_settings(settings, consent_days=0), granted.subject, "en")
    assert done is not None and done.new and done.record["choices"] == NONE


def test_withdrawal_from_a_receipt_counts_in_an_outage(store: Store, settings: Settings) -> None:
    granted = perform(store, settings)
    with fault("locked", settings.database_url) as broken, pytest.raises(acts.NotStored) as down:
        acts.withdraw(broken, settings, granted.subject, "en")
    assert down.value.held and consents.in_force(store, settings, granted.subject) is None
    done = acts.withdraw(store, settings, granted.subject, "en")
    assert done is not None and done.new


def test_withdrawal_that_cannot_even_be_held_is_not_claimed(store: Store, settings: Settings) -> None:
    granted = perform(store, settings)
    (settings.var / "held").write_text("in the way")
    with fault("locked", settings.database_url) as broken, pytest.raises(acts.NotStored) as down:
        acts.withdraw(broken, settings, granted.subject, "en")
    assert not down.value.held
