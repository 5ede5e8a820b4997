"""The signed webhook: each contact as JSON, for a CRM.

Headers: ``X-Signature-Timestamp`` (seconds since 1970), ``X-Signature`` (``v1=`` and the HMAC-SHA256, in hexadecimal,
of the timestamp, a full stop and the body), ``Idempotency-Key`` (the same on every attempt). Any 2xx acknowledges.
"""

from __future__ import annotations

import hashlib
import hmac
import time

import httpx

from records.clock import stamp
from records.errors import DeliveryFailed
from records.models import Contact, canonical
from records.outbox import Delivery, Sender
from records.store import Store
from settings import Settings

SECONDS = 10.0


def sender(settings: Settings) -> Sender:
    """A sender to the settings' ``webhook_url``."""
    key = settings.webhook_secret.get_secret_value().encode()

    def send(store: Store, delivery: Delivery) -> None:
        if not settings.webhook_url:
            raise DeliveryFailed("no webhook_url is set")
        body = payload(store, delivery)
        moment = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": delivery.id,
            "X-Signature-Timestamp": str(moment),
            "X-Signature": f"v1={signature(key, moment, body)}",
        }
        try:
            answer = httpx.post(settings.webhook_url, content=body, headers=headers, timeout=SECONDS)
        except httpx.HTTPError as error:
            raise DeliveryFailed(f"webhook: {type(error).__name__}") from error
        if not answer.is_success:
            raise DeliveryFailed(f"webhook: HTTP {answer.status_code}")

    return send


def signature(key: bytes, moment: int, body: bytes) -> str:
    """HMAC-SHA256 of ``moment.body`` in hexadecimal."""
    return hmac.new(key, str(moment).encode() + b"." + body, hashlib.sha256).hexdigest()


def payload(store: Store, delivery: Delivery) -> bytes:
    """The contact as canonical JSON. Raises DeliveryFailed when it is gone."""
    with store.read() as session:
        row = session.get(Contact, delivery.about_id)
    if row is None:
        raise DeliveryFailed("the record is gone")
    names = ("reference", "name", "company", "email", "phone", "country", "subject", "question", "language", "channel")
    data = {name: getattr(row, name) for name in names} | {
        "created_at": stamp(row.created_at),
        "consent": {"notice_version": row.notice_version, "text_hash": row.consent_text_hash},
    }
    return canonical({"type": "contact.created", "version": 1, "contact": data}).encode()
