"""Deliveries to the outside: owed from the moment a record is stored, tried until they are acknowledged.

A delivery is claimed before it is sent, so that two workers do not send it at the same time. A worker that dies in
between leaves a claim that runs out; the receiver then may see the delivery twice and tells it by its id.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from records.clock import now
from records.errors import DeliveryFailed
from records.models import Outbox, new_id
from records.store import Store

log = structlog.get_logger(__name__)

CLAIM = timedelta(seconds=90)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
STUCK_PAUSE = timedelta(hours=6)
BATCH = 20


@dataclass(frozen=True)
class Delivery:
    """One owed delivery: ``id`` is the receiver's idempotency key, ``about`` and ``about_id`` name the record."""

    id: str
    kind: str
    about: str
    about_id: str


Sender = Callable[[Store, Delivery], None]
"""Delivers once; returns when acknowledged, raises DeliveryFailed when not."""


@dataclass(frozen=True)
class Outcome:
    """What one round did: numbers of deliveries."""

    delivered: int = 0
    failed: int = 0


def enqueue(session: Session, kind: str, about: str, about_id: str) -> None:
    """Owe a delivery, in the caller's transaction."""
    moment = now()
    session.add(
        Outbox(kind=kind, about=about, about_id=about_id, created_at=moment, next_attempt_at=moment, status="pending",
               attempts=0)
    )  # fmt: skip


def pause(attempts: int, limit: int) -> timedelta:
    """How long to wait after the ``attempts``-th failure: doubling with jitter; six hours once it is stuck."""
    if attempts >= limit:
        return STUCK_PAUSE
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts, 20)))
    return longest * random.uniform(0.5, 1.0)


def deliver_due(
    store: Store, senders: Mapping[str, Sender], attempts_limit: int, moment: datetime | None = None
) -> Outcome:
    """Send what is due at ``moment`` (default: now). Raises StoreDown; a sender's failure is noted, not raised."""
    worker = new_id()
    delivered = failed = 0
    for delivery in _claim(store, worker, moment or now()):
        error = _send(store, senders, delivery)
        _settle(store, worker, delivery, error, attempts_limit, moment or now())
        delivered, failed = delivered + (error is None), failed + (error is not None)
    return Outcome(delivered, failed)


def counts(store: Store) -> dict[str, int]:
    """How many deliveries are ``pending``, ``delivered`` and ``stuck``. Raises StoreDown."""
    with store.read() as session:
        rows = session.execute(select(Outbox.status, func.count()).group_by(Outbox.status))
        return {"pending": 0, "delivered": 0, "stuck": 0} | {status: number for status, number in rows}


def _claim(store: Store, worker: str, moment: datetime) -> list[Delivery]:
    due = (
        select(Outbox.id)
        .where(
            Outbox.status.in_(("pending", "stuck")),
            Outbox.next_attempt_at <= moment,
            or_(Outbox.claimed_until.is_(None), Outbox.claimed_until <= moment),
        )
        .order_by(Outbox.next_attempt_at)
        .limit(BATCH)
    )
    with store.read() as session:  # the common case, nothing due, takes no write lock
        if session.scalar(due.limit(1)) is None:
            return []
    with store.write() as session:
        ids = list(session.scalars(due.with_for_update(skip_locked=True)))
        session.execute(
            update(Outbox).where(Outbox.id.in_(ids)).values(claimed_by=worker, claimed_until=moment + CLAIM)
        )
        rows = session.execute(select(Outbox.id, Outbox.kind, Outbox.about, Outbox.about_id).where(Outbox.id.in_(ids)))
        return [Delivery(*row) for row in rows]


def _send(store: Store, senders: Mapping[str, Sender], delivery: Delivery) -> str | None:
    try:
        sender = senders.get(delivery.kind)
        if sender is None:
            raise DeliveryFailed(f"no sender for {delivery.kind}")
        sender(store, delivery)
    except DeliveryFailed as error:
        return str(error)
    except Exception as error:  # a fault of ours must not end the worker, and must not lose the delivery
        log.exception("outbox.sender.failed", kind=delivery.kind, delivery=delivery.id)
        return type(error).__name__
    return None


def _settle(
    store: Store, worker: str, delivery: Delivery, error: str | None, limit: int, moment: datetime
) -> None:  # fmt: skip
    mine = (Outbox.id == delivery.id, Outbox.claimed_by == worker)
    free = {"claimed_by": None, "claimed_until": None}
    with store.write() as session:
        attempts = session.scalar(select(Outbox.attempts).where(*mine))
        if attempts is None:
            return  # our claim ran out and another worker has it
        attempts += 1
        if error is None:
            values = {"status": "delivered", "delivered_at": moment, "attempts": attempts, "last_error": None}
        else:
            status = "stuck" if attempts >= limit else "pending"
            due = moment + pause(attempts, limit)
            values = {"status": status, "next_attempt_at": due, "attempts": attempts, "last_error": error[:500]}
        session.execute(update(Outbox).where(*mine).values(**values, **free))
    if error is None:
        log.info("outbox.delivered", kind=delivery.kind, delivery=delivery.id, attempts=attempts)
    else:
        level = log.error if attempts >= limit else log.warning
        level("outbox.not_delivered", kind=delivery.kind, delivery=delivery.id, attempts=attempts, reason=error)
