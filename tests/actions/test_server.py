"""The action server as a process, over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from actions.registry import ACTIONS
from settings import Settings

ROOT = Path(__file__).parents[2]
BROKEN_ACTION = """
from rasa_sdk.interfaces import Action
from actions import registry, server
class Breaks(Action):
    def name(self):
        return "action_breaks"
    async def run(self, dispatcher, tracker, domain):
        raise RuntimeError(tracker.latest_message["text"])
class Rejects(Action):
    def name(self):
        return "action_rejects"
    async def run(self, dispatcher, tracker, domain):
        from rasa_sdk.interfaces import ActionExecutionRejection
        raise ActionExecutionRejection("action_rejects", tracker.latest_message["text"])
build = registry.build
registry.build = lambda context: [*build(context), Breaks(), Rejects()]
raise SystemExit(server.main())
"""


@dataclass
class Server:
    """A running action server."""

    url: str
    token: str
    process: subprocess.Popen[str]
    settings: Settings

    def call(self, action: str, text: str = "hello", **slots: Any) -> httpx.Response:
        """``POST /webhook`` as the engine does."""
        return httpx.post(f"{self.url}/webhook", json=body(action, text, **slots), headers=self.headers, timeout=60)

    @property
    def headers(self) -> dict[str, str]:
        """The token."""
        return {"X-Actions-Token": self.token}

    def end(self) -> str:
        """Stop the process and give what it logged."""
        self.process.send_signal(signal.SIGTERM)
        _out, logged = self.process.communicate(timeout=60)
        return logged


def body(action: str, text: str, **slots: Any) -> dict[str, Any]:
    message = {"text": text, "intent": {"name": "nlu_fallback", "confidence": 0.5}, "entities": [], "metadata": {}}
    tracker = {
        "sender_id": "conversation-1", "slots": slots, "latest_message": message, "paused": False,
        "events": [{"event": "user", "text": text}, {"event": "action", "name": "contact_form"}],
        "active_loop": {"name": "contact_form"}, "latest_action_name": "action_listen", "followup_action": None,
    }  # fmt: skip
    return {"version": "3.6.21", "next_action": action, "sender_id": "conversation-1", "tracker": tracker, "domain": {}}


def start(settings: Settings, *, blocked: bool = False) -> Server:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "ASSISTANT_ACTIONS_PORT": str(port), "ASSISTANT_LOG_FORMAT": "json", "ASSISTANT_OUTBOX_SECONDS": "0.2",
    }  # fmt: skip
    if blocked:
        environment["ASSISTANT_DATABASE_URL"] = f"sqlite:///{settings.var}/later/records.db"
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", BROKEN_ACTION], cwd=ROOT, env=environment, text=True,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", settings.actions_token.get_secret_value(), process, settings)
    while process.poll() is None:
        try:
            httpx.get(f"{server.url}/health", timeout=60)
            return server
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(process.communicate()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that only ask."""
    var = tmp_path_factory.mktemp("server")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_VAR", str(var))
        patch.setenv("ASSISTANT_DATABASE_URL", f"sqlite:///{var}/records.db")
        running = start(Settings.load())
        yield running
        logged = running.end()
    assert running.process.returncode == 0
    assert "a.doe@example.com" not in logged
    assert "Doe" not in logged


def test_health_needs_no_token(server: Server) -> None:
    answer = httpx.get(f"{server.url}/health")
    assert (answer.status_code, answer.json()["status"], answer.json()["store"]) == (200, "ok", "ok")


@pytest.mark.parametrize("token", [None, "", "wrong", "ünï"])
@pytest.mark.parametrize("path", ["/webhook", "/actions", "/nowhere"])
def test_without_the_token_nothing(server: Server, token: str | None, path: str) -> None:
    headers = {} if token is None else {"X-Actions-Token": token.encode()}
    answer = httpx.post(server.url + path, json=body("action_cancel_contact", "x"), headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()) == (403, {"error": "forbidden"})


def test_form_over_http(server: Server) -> None:
    answer = server.call("validate_contact_form", "Alex Doe", requested_slot="contact_name")
    assert answer.status_code == 200
    slots = {event["name"]: event["value"] for event in answer.json()["events"]}
    assert slots["contact_name"] == "Alex Doe"
    assert slots["requested_slot"] == "contact_company"


def test_compressed_call(server: Server) -> None:
    raw = zlib.compress(json.dumps(body("action_cancel_contact", "stop")).encode())
    answer = httpx.post(f"{server.url}/webhook", content=raw, headers=server.headers | {"Content-Encoding": "deflate"})
    assert answer.json()["responses"][0]["response"] == "utter_contact_cancelled"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"next_action": 3}', b'"x"', b"\xff\xfe"])
def test_broken_call(server: Server, content: bytes) -> None:
    answer = httpx.post(f"{server.url}/webhook", content=content, headers=server.headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "the body is not an action call"})


def test_unknown_action(server: Server) -> None:
    answer = server.call("action_unknown", "a.doe@example.com")
    assert answer.status_code == 404
    assert answer.json() == {"error": "unknown action", "action_name": "action_unknown"}


def test_rejection_is_what_the_engine_expects(server: Server) -> None:
    answer = server.call("action_rejects", "a.doe@example.com")
    assert (answer.status_code, answer.json()) == (400, {"error": "rejected", "action_name": "action_rejects"})


def test_failing_action_leaks_nothing(server: Server) -> None:
    answer = server.call("action_breaks", "I am Alex at a.doe@example.com")
    assert (answer.status_code, answer.json()) == (500, {"error": "failed"})


def test_actions_are_not_listed(server: Server) -> None:
    answer = httpx.get(f"{server.url}/actions", headers=server.headers)
    assert (answer.status_code, answer.json()) == (404, {"error": "refused"})
    assert "access-control-allow-origin" not in answer.headers


def test_contact_is_delivered_by_the_worker(server: Server) -> None:
    slots = {
        "contact_name": "Alex Doe", "contact_company": "Acme", "contact_email": "a.doe@example.com",
        "contact_phone": "", "contact_country": "BE", "contact_subject": "Labs", "contact_consent": True,
        "contact_confirmed": True,
    }  # fmt: skip
    answer = server.call("action_submit_contact", "yes", **slots)
    assert answer.json()["responses"][0]["custom"]["reference"].startswith("BLS-")
    while httpx.get(f"{server.url}/health").json()["outbox"]["pending"]:
        time.sleep(0.05)
    assert len(list((server.settings.var / "outbox").glob("*.eml"))) == 1


def test_starts_without_a_database_and_recovers(settings: Settings) -> None:
    server = start(settings, blocked=True)
    try:
        assert httpx.get(f"{server.url}/health").status_code == 503
        assert server.call("validate_contact_form", "Alex Doe", requested_slot="contact_name").status_code == 200
        (settings.var / "later").mkdir()
        while httpx.get(f"{server.url}/health").status_code != 200:
            time.sleep(0.05)
        answer = server.call("action_request_erasure", "erase me")
        assert answer.json()["responses"][0]["response"] == "utter_erasure_noted"
    finally:
        logged = server.end()
    assert server.process.returncode == 0
    assert "actions.store.unusable" in logged


def test_domain_and_server_know_the_same_actions() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    ours = {action.action_name for action in ACTIONS}
    assert ours == {name for name in domain["actions"] if not name.startswith("utter_")}
