"""Export and receipts: all of one person and nothing of others, and checkable from the file alone."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from records import acts, anchors, consents, holds, notice, receipts
from records.choices import ACCEPT_ALL, REFUSE_ALL, Act, nothing
from records.export import export, subject_of
from records.store import Store
from settings import Settings
from tests.conftest import with_settings
from tests.records.builders import a_request, an_occasion

ROOT = Path(__file__).parents[2]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def receipt_of(store: Store, settings: Settings, record_id: str) -> dict[str, Any]:
    found = receipts.receipt(store, settings, record_id)
    assert found is not None
    return found


def test_receipt_says_what_was_agreed_to(store: Store, settings: Settings) -> None:
    record = consents.record(store, settings, an_occasion(settings), Act({"analytics": True}))
    named = with_settings(settings, public_url="https://assistant.example.com")
    receipt = receipt_of(store, named, record["id"])
    assert receipt["receipt_id"] == receipt["record_id"] == record["id"]
    assert receipt["receipt_url"] == f"https://assistant.example.com/receipts/{record['id']}"
    assert {p["purpose"]: p["consented"] for p in receipt["purposes"]} == nothing() | {"analytics": True}
    assert all(p["retention_period"] and p["pii_information"] and p["withdrawal_method"] for p in receipt["purposes"])
    assert receipt["parties"][0]["party_name"] == "the organisation that runs this assistant"
    assert (receipt["event"]["event_state"], receipt["event"]["event_type"]) == ("given", "explicit")
    assert receipt["event"]["valid_until"] > receipt["event"]["event_time"]
    assert receipt["standing"] == {"state": "in_force", "newest_receipt": record["id"]}
    assert receipts.receipt(store, settings, "unknown") is None


def test_receipt_can_be_checked_from_itself(store: Store, settings: Settings) -> None:
    acts.perform(store, settings, a_request(), None)
    second = acts.perform(store, settings, a_request(layer=2, language="fr"), None).record
    receipt = json.loads(json.dumps(receipt_of(store, settings, second["id"])))
    assert sha256(receipt["integrity"]["hashed_text"]) == receipt["integrity"]["sha256"] == second["hash"]
    assert json.loads(receipt["integrity"]["hashed_text"])["prev_hash"] == receipt["integrity"]["previous_sha256"]
    assert sha256(receipt["privacy_notice"]["text"]) == receipt["privacy_notice"]["sha256"]
    assert receipt["privacy_notice"]["text_matches_sha256"] is True
    assert receipt["integrity"]["anchor"]["sequence"] == 2
    renamed = receipt_of(store, with_settings(settings, controller_name="Acme Region"), second["id"])
    assert renamed["privacy_notice"]["text_matches_sha256"] is False


def test_receipt_tells_that_it_is_not_anchored_yet(store: Store, settings: Settings) -> None:
    (settings.var / anchors.FILE).mkdir()
    record = consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    assert receipt_of(store, settings, record["id"])["integrity"]["anchor"] is None


def test_standing(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def state(record: dict[str, Any], with_: Settings = settings) -> str:
        return str(receipt_of(store, with_, record["id"])["standing"]["state"])

    where = an_occasion(settings)
    first = consents.record(store, settings, where, ACCEPT_ALL)
    assert state(first) == "in_force"
    assert state(first, with_settings(settings, consent_days=0)) == "lapsed"
    holds.hold(settings, where.subject)
    assert state(first) == "held"
    second = consents.record(store, settings, where, Act({"functional": True}))
    assert (state(first), state(second)) == ("replaced", "in_force")
    third = consents.record(store, settings, where, REFUSE_ALL)
    assert [state(record) for record in (first, second, third)] == ["withdrawn", "withdrawn", "in_force"]
    monkeypatch.setattr(notice, "current_version", lambda *_: "2026-11-24")
    assert state(third) == "outdated"


def test_export_is_all_of_one_person(store: Store, settings: Settings) -> None:
    mine = [consents.record(store, settings, an_occasion(settings), act) for act in (ACCEPT_ALL, REFUSE_ALL)]
    consents.record(store, settings, an_occasion(settings, subject="subject-2"), ACCEPT_ALL)
    consents.record(store, settings, an_occasion(settings, language="fr"), ACCEPT_ALL)
    found = json.loads(json.dumps(export(store, settings, "subject-1")))
    assert [entry["record"]["seq"] for entry in found["records"]] == [1, 2, 4]
    assert "subject-2" not in json.dumps(found)
    for entry in found["records"]:
        assert sha256(entry["hashed_text"]) == entry["record"]["hash"] == entry["receipt"]["integrity"]["sha256"]
        shown = {
            layer["sha256"]
            for on in found["notices"]
            if (on["version"], on["language"])
            == (entry["record"]["notice_version"], entry["record"]["notice_language"])
            for layer in on["layers"]
        }
        assert shown and (entry["record"]["notice_hash"] in shown or entry["record"]["notice_language"] == "fr")
    assert all(sha256(layer["text"]) == layer["sha256"] for on in found["notices"] for layer in on["layers"])
    assert "sha256sum" in found["how_to_verify"]
    assert export(store, settings, "subject-9") is None
    assert subject_of(store, f"https://assistant.example.com/receipts/{mine[0]['id']}/") == "subject-1"
    assert subject_of(store, "subject-1") == "subject-1"


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "records.export_consents", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_command(store: Store, settings: Settings) -> None:
    record = consents.record(store, settings, an_occasion(settings), ACCEPT_ALL)
    by_receipt, by_subject = command(record["id"]), command("subject-1")
    assert by_receipt.returncode == by_subject.returncode == 0
    assert json.loads(by_receipt.stdout)["records"] == json.loads(by_subject.stdout)["records"]
    assert (command("nobody").returncode, command().returncode) == (1, 2)
    store.close()
    for path in settings.var.glob("records.db*"):
        path.unlink()
    (settings.var / "records.db").mkdir()
    assert command("subject-1").returncode == 2
