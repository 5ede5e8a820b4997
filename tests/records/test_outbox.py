"""The outbox: tried until acknowledged, never twice at once, never given up in silence."""

from __future__ import annotations

import email
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

from records import contacts, erasures, mail, outbox, webhook
from records.clock import now
from records.errors import DeliveryFailed
from records.models import Outbox
from records.outbox import Delivery, deliver_due
from records.store import Store
from settings import Settings
from tests.conftest import with_settings
from tests.records.builders import a_contact


class Receiver:
    """A receiver that fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.got: list[Delivery] = []

    def __call__(self, store: Store, delivery: Delivery) -> None:
        self.got.append(delivery)
        if self.failures:
            self.failures -= 1
            raise DeliveryFailed("not now")


def the_row(store: Store) -> Outbox:
    with store.read() as session:
        return session.scalars(select(Outbox)).one()


def far(days: int) -> datetime:
    return now() + timedelta(days=days)


def test_tried_again_later_with_the_same_key(store: Store, settings: Settings) -> None:
    contacts.add(store, settings, a_contact())
    receiver = Receiver(failures=2)
    assert deliver_due(store, {"mail": receiver}, 10) == outbox.Outcome(0, 1)
    assert deliver_due(store, {"mail": receiver}, 10) == outbox.Outcome(0, 0), "not before its time"
    row = the_row(store)
    assert (row.status, row.attempts, row.last_error) == ("pending", 1, "not now")
    assert row.next_attempt_at > now()
    assert deliver_due(store, {"mail": receiver}, 10, far(1)) == outbox.Outcome(0, 1)
    assert deliver_due(store, {"mail": receiver}, 10, far(2)) == outbox.Outcome(1, 0)
    assert deliver_due(store, {"mail": receiver}, 10, far(3)) == outbox.Outcome(0, 0)
    assert len({delivery.id for delivery in receiver.got}) == 1
    row = the_row(store)
    assert (row.status, row.attempts, row.last_error) == ("delivered", 3, None)
    assert row.delivered_at is not None
    assert outbox.counts(store) == {"pending": 0, "delivered": 1, "stuck": 0}


def test_stuck_is_visible_and_still_tried(store: Store, settings: Settings) -> None:
    contacts.add(store, settings, a_contact())
    receiver = Receiver(failures=3)
    for day in range(3):
        deliver_due(store, {"mail": receiver}, 3, far(day))
    assert outbox.counts(store)["stuck"] == 1
    assert deliver_due(store, {"mail": receiver}, 3, far(2) + timedelta(hours=5)).delivered == 0
    assert deliver_due(store, {"mail": receiver}, 3, far(2) + timedelta(hours=7)).delivered == 1
    assert outbox.counts(store) == {"pending": 0, "delivered": 1, "stuck": 0}


def test_pauses_double_with_jitter_and_have_a_ceiling() -> None:
    for attempts in range(1, 30):
        longest = min(outbox.LONGEST_PAUSE, outbox.FIRST_PAUSE * 2**attempts)
        assert longest / 2 <= outbox.pause(attempts, 100) <= longest
    assert outbox.pause(10, 10) == outbox.STUCK_PAUSE


def test_two_workers_send_once(store: Store, settings: Settings) -> None:
    for number in range(10):
        contacts.add(store, settings, a_contact(subject=f"Subject {number}"))
    patient = Store(settings.database_url, busy_seconds=30)
    receiver = Receiver()
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: deliver_due(patient, {"mail": receiver}, 10), range(4)))
    patient.close()
    assert sum(outcome.delivered for outcome in done) == 10
    assert len({delivery.id for delivery in receiver.got}) == len(receiver.got) == 10


def test_claim_of_a_dead_worker_runs_out(store: Store, settings: Settings) -> None:
    contacts.add(store, settings, a_contact())

    class Died(BaseException):
        """The process ends in the middle of sending."""

    def dying(_store: Store, _delivery: Delivery) -> None:
        raise Died

    with pytest.raises(Died):
        deliver_due(store, {"mail": dying}, 10)
    receiver = Receiver()
    assert deliver_due(store, {"mail": receiver}, 10).delivered == 0
    assert deliver_due(store, {"mail": receiver}, 10, now() + outbox.CLAIM + timedelta(seconds=1)).delivered == 1


def test_late_worker_does_not_undo_the_other(store: Store, settings: Settings) -> None:
    contacts.add(store, settings, a_contact())
    later = now() + outbox.CLAIM + timedelta(seconds=1)

    def slow(inner: Store, _delivery: Delivery) -> None:
        assert deliver_due(inner, {"mail": Receiver()}, 10, later).delivered == 1
        raise DeliveryFailed("too late")

    deliver_due(store, {"mail": slow}, 10)
    assert the_row(store).status == "delivered"


@pytest.mark.parametrize("senders", [{}, {"mail": lambda _store, _delivery: 1 / 0}])
def test_our_own_fault_is_a_failed_attempt(store: Store, settings: Settings, senders: dict[str, outbox.Sender]) -> None:
    contacts.add(store, settings, a_contact())
    assert deliver_due(store, senders, 10).failed == 1
    assert the_row(store).last_error in ("no sender for mail", "ZeroDivisionError")


def test_mail_is_a_file(store: Store, settings: Settings) -> None:
    number = contacts.add(store, settings, a_contact(subject="Élan\nBcc: b@example.com", question="And the fees?"))
    assert deliver_due(store, {"mail": mail.sender(settings)}, 10).delivered == 1
    (path,) = (settings.var / "outbox").iterdir()
    assert path.name == f"{the_row(store).id}.eml"
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == settings.adviser_address
    assert message["Reply-To"] == "a.doe@example.com"
    assert message["Bcc"] is None
    body = message.get_content()
    assert number in message["Subject"]
    for told in (number, "Alex Doe", "+3225550123", "Élan", "And the fees?"):
        assert told in body


def test_mail_folder_that_cannot_be_written_is_a_failed_attempt(store: Store, settings: Settings) -> None:
    (settings.var / "outbox").write_text("in the way")
    contacts.add(store, settings, a_contact())
    assert deliver_due(store, {"mail": mail.sender(settings)}, 10).failed == 1
    (settings.var / "outbox").unlink()
    assert deliver_due(store, {"mail": mail.sender(settings)}, 10, far(1)).delivered == 1


def test_erasure_goes_to_the_controller(store: Store, settings: Settings) -> None:
    number = erasures.request(store, "conversation-1", "subject", "rest", "en")
    deliver_due(store, {"mail": mail.sender(settings)}, 10)
    (path,) = (settings.var / "outbox").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (message["To"], number in message["Subject"]) == (settings.controller_contact, True)


def test_a_deletion_that_could_not_be_finished_is_told_as_that(store: Store, settings: Settings) -> None:
    deleted = erasures.Deleted("ERA-TEST0001", "conversation-1", "subject", "web", "en")
    erasures.note_deletion(store, deleted, done=False)
    deliver_due(store, {"mail": mail.sender(settings)}, 10)
    (path,) = (settings.var / "outbox").iterdir()
    text = email.message_from_bytes(path.read_bytes(), policy=policy.default).get_content()
    assert "deleted this conversation" in text and "asked in the chat" not in text


def test_mail_server_that_is_away_is_a_failed_attempt(store: Store, settings: Settings) -> None:
    contacts.add(store, settings, a_contact())
    away = with_settings(settings, mail="smtp", smtp_port=1, smtp_security="none")
    assert deliver_due(store, {"mail": mail.sender(away)}, 10).failed == 1
    assert the_row(store).last_error == "mail server: ConnectionRefusedError"


class Hook(HTTPServer):
    """A CRM that answers with the statuses it is given, then 204."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Answer(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_webhook_is_signed_and_tried_until_acknowledged(store: Store, settings: Settings, hook: Hook) -> None:
    hook.statuses = [503, 302]
    ours = with_settings(settings, webhook_url=hook.url, webhook_secret="shared")
    number = contacts.add(store, ours, a_contact())
    senders: dict[str, outbox.Sender] = {"mail": Receiver(), "webhook": webhook.sender(ours)}
    assert deliver_due(store, senders, 10) == outbox.Outcome(1, 1)
    assert deliver_due(store, senders, 10, far(1)) == outbox.Outcome(0, 1)
    assert deliver_due(store, senders, 10, far(2)) == outbox.Outcome(1, 0)
    assert len(hook.got) == 3
    assert len({headers["Idempotency-Key"] for headers, _body in hook.got}) == 1
    for headers, body in hook.got:
        moment = int(headers["X-Signature-Timestamp"])
        assert headers["X-Signature"] == f"v1={webhook.signature(b'shared', moment, body)}"
    told = json.loads(hook.got[-1][1])
    assert told["type"] == "contact.created"
    assert told["contact"]["reference"] == number
    assert told["contact"]["email"] == "a.doe@example.com"


def test_webhook_that_is_away_is_a_failed_attempt(store: Store, settings: Settings) -> None:
    ours = with_settings(settings, webhook_url="http://127.0.0.1:1/")
    contacts.add(store, ours, a_contact())
    deliver_due(store, {"mail": Receiver(), "webhook": webhook.sender(ours)}, 10)
    with store.read() as session:
        errors = session.scalars(select(Outbox.last_error).where(Outbox.kind == "webhook")).all()
    assert errors == ["webhook: ConnectError"]
