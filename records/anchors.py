"""Anchors: the ledger's head, written to a file outside the database, so that a cut tail shows.

Each line of ``anchors.jsonl`` is ``{"at", "seq", "hash", "mac"}``; ``mac`` is keyed with the secret, so that a line
cannot be made up without it. Ship the file elsewhere (it only grows) to be safe from someone who holds both.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from records.clock import now, stamp
from records.ledger import LOCK
from records.models import Anchor, Consent, canonical
from records.store import Store
from settings import Settings

FILE = "anchors.jsonl"


class AnchorBroken(ValueError):
    """A line of the file is not an anchor made with our key; the message names the line."""


@dataclass(frozen=True)
class Mark:
    """The ledger had ``hash`` at ``seq``."""

    seq: int
    hash: str


def anchor(store: Store, settings: Settings) -> bool:
    """Anchor the ledger's head if it is not anchored yet; says whether a line was added.

    The file comes first: an anchor in the database alone would not show a cut tail. Raises StoreDown and OSError.
    """
    path = settings.var / FILE
    with open(path, "a+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with store.write() as session:
            store.lock(session, LOCK)
            head = session.execute(select(Consent.seq, Consent.hash).order_by(Consent.seq.desc()).limit(1)).first()
            if head is None:
                return False
            known = session.scalar(select(Anchor.seq).order_by(Anchor.seq.desc()).limit(1))
            filed = _last_seq(stream)
            if (known or 0) >= head.seq and filed >= head.seq:
                return False
            line = sign(settings, head.seq, head.hash, stamp(now()))
            if filed < head.seq:
                stream.seek(0, os.SEEK_END)
                stream.write(canonical(line).encode() + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
            if (known or 0) < head.seq:
                session.execute(
                    insert(Anchor).values(seq=head.seq, hash=head.hash, created_at=line["at"], mac=line["mac"])
                )
    return True


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
        mark = Mark(int(line["seq"]), str(line["hash"]))
        genuine = hmac.compare_digest(sign(settings, mark.seq, mark.hash, line["at"])["mac"], line["mac"])
    except (ValueError, KeyError, TypeError) as error:
        raise AnchorBroken(f"{where} is not an anchor") from error
    if not genuine:
        raise AnchorBroken(f"{where} was not made with this secret")
    return mark


def _last_seq(stream: Any) -> int:
    stream.seek(0, os.SEEK_END)
    size = stream.tell()
    stream.seek(max(0, size - 1024))
    lines = [line for line in stream.read().splitlines() if line.strip()]
    try:
        return int(json.loads(lines[-1])["seq"]) if lines else 0
    except (ValueError, KeyError, TypeError):
        return 0  # an unfinished line: verification will name it
