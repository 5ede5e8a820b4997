"""Anchors: the ledger's head, written to a file outside the database, so that a cut tail shows.

Each line of ``anchors.jsonl`` is ``{"at", "seq", "hash", "mac"}``; ``mac`` is keyed with the secret, so that a line
cannot be made up without it. There is a line after each record, and each day at least one, the same head again if need
be: it says that nothing was added until then. Ship the file elsewhere (it only grows) to be safe from someone who
holds both.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import structlog
from sqlalchemy import insert, select

from records.clock import now, stamp
from records.ledger import LOCK
from records.models import Anchor, Consent, canonical
from records.store import Store
from settings import Settings

FILE = "anchors.jsonl"
DAY = len("2026-11-25")
TAIL = 1024
"""More than the longest line, in bytes."""

log = structlog.get_logger(__name__)


class AnchorBroken(ValueError):
    """A line of the file is not an anchor made with our key; the message names the line."""


@dataclass(frozen=True)
class Mark:
    """The ledger had ``hash`` at ``seq``, and nothing after it, when it was ``at`` (as ``records.clock.stamp``)."""

    seq: int
    hash: str
    at: str


def anchor(store: Store, settings: Settings) -> bool:
    """Anchor the ledger's head if that was not done yet, or not yet today; says whether anything was written.

    The file comes first: an anchor in the database alone would not show a cut tail. A ledger that does not go on from
    the file's last line is not anchored, so that the lines there stay the last word. Raises StoreDown and OSError.
    """
    path = settings.var / FILE
    with open(path, "a+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with store.write() as session:
            store.lock(session, LOCK)
            head = session.execute(select(Consent.seq, Consent.hash).order_by(Consent.seq.desc()).limit(1)).first()
            filed = _last(stream)
            if filed and (head is None or head.seq < filed.seq or (head.seq == filed.seq and head.hash != filed.hash)):
                log.error("consent.anchor.ledger_differs", anchored=filed.seq, ledger=head.seq if head else 0)
                return False
            if head is None:
                return False
            line = sign(settings, head.seq, head.hash, stamp(now()))
            due = filed is None or filed.seq < head.seq or filed.at[:DAY] != line["at"][:DAY]
            if due:
                _write(stream, canonical(line).encode() + b"\n")
            known = session.scalar(select(Anchor.seq).order_by(Anchor.seq.desc()).limit(1)) or 0
            if known < head.seq:
                session.execute(
                    insert(Anchor).values(seq=head.seq, hash=head.hash, created_at=line["at"], mac=line["mac"])
                )
    return due or known < head.seq


def anchored(store: Store, seq: int) -> Mark | None:
    """The first anchor of the database that covers record ``seq``, or None. Raises StoreDown."""
    with store.read() as session:
        row = session.scalar(select(Anchor).where(Anchor.seq >= seq).order_by(Anchor.seq).limit(1))
        return Mark(row.seq, row.hash, row.created_at) if row else None


def sign(settings: Settings, seq: int, head: str, at: str) -> dict[str, Any]:
    """An anchor line."""
    mac = hmac.new(settings.keyed("anchor"), canonical([at, seq, head]).encode(), hashlib.sha256).hexdigest()
    return {"at": at, "seq": seq, "hash": head, "mac": mac}


def read(settings: Settings) -> Iterator[Mark]:
    """The marks in the file, in order. Raises AnchorBroken."""
    path = settings.var / FILE
    if not path.exists():
        return
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        yield check(settings, text, f"{FILE} line {number}")


def check(settings: Settings, text: str, where: str) -> Mark:
    """The mark of one anchor written as JSON. Raises AnchorBroken naming ``where``."""
    try:
        line = json.loads(text)
        mark = Mark(int(line["seq"]), str(line["hash"]), str(line["at"]))
        genuine = hmac.compare_digest(sign(settings, mark.seq, mark.hash, mark.at)["mac"], line["mac"])
    except (ValueError, KeyError, TypeError) as error:
        raise AnchorBroken(f"{where} is not an anchor") from error
    if not genuine:
        raise AnchorBroken(f"{where} was not made with this secret")
    return mark


def _write(stream: IO[bytes], line: bytes) -> None:
    stream.seek(0, os.SEEK_END)
    stream.write(line)
    stream.flush()
    os.fsync(stream.fileno())


def _last(stream: IO[bytes]) -> Mark | None:
    """The last line's mark. What a full disk left of a line begun is taken away: it never was an anchor."""
    start = max(0, stream.seek(0, os.SEEK_END) - TAIL)
    stream.seek(start)
    tail = stream.read()
    *_, before, unfinished = [b"", b"", *tail.split(b"\n")]
    if unfinished and _mark(unfinished):
        _write(stream, b"\n")
        return _mark(unfinished)
    if unfinished:
        stream.truncate(start + len(tail) - len(unfinished))
    return _mark(before)


def _mark(line: bytes) -> Mark | None:
    try:
        value = json.loads(line)
        return Mark(int(value["seq"]), str(value["hash"]), str(value["at"]))
    except (ValueError, KeyError, TypeError):
        return None  # none yet, or a broken line: verification will name it
