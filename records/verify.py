"""Proves the ledger: every record's hash, every link, no gap, and everything that was anchored is still there.

What does not break the chain but should be looked at is a warning: texts that are not those of the published notices,
and times that do not fit (``records/suspicions.py``).
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, text

from records import anchors
from records.ledger import FIELDS, FIRST, JSON_FIELDS, digest
from records.models import canonical
from records.store import Store
from records.suspicions import Suspicions
from settings import Settings


@dataclass(frozen=True)
class Verdict:
    """``records`` were checked; ``problem`` names the first thing that is wrong, None when the chain is intact."""

    records: int
    problem: str | None
    warnings: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """One line for people."""
        return self.problem or f"{self.records} records, chain intact"


class _Broken(Exception):
    pass


def verify(store: Store, settings: Settings) -> Verdict:
    """Check the whole ledger. Reads only. Raises StoreDown."""
    count = 0
    previous = FIRST
    suspicions = Suspicions(settings)
    try:
        marks = _marks(store, settings, suspicions)
        with closing(_rows(store)) as rows:
            for row in rows:
                count += 1
                record = _check(row, count, previous)
                if marks.get(count, row["hash"]) != row["hash"]:
                    raise _Broken(f"record {count}: differs from its anchor")
                previous = row["hash"]
                suspicions.look(record)
        missing = max(marks, default=0)
        if missing > count:
            raise _Broken(f"record {count + 1}: missing, although record {missing} was anchored")
    except (_Broken, anchors.AnchorBroken) as problem:
        return Verdict(count, str(problem), suspicions.found())
    return Verdict(count, None, suspicions.found())


def _check(row: Mapping[str, Any], number: int, previous: str) -> Mapping[str, Any]:
    if row["seq"] != number:
        raise _Broken(f"record {number}: missing, the next one is number {row['seq']}")
    if row["prev_hash"] != previous:
        raise _Broken(f"record {number}: does not follow the record before it")
    parsed = dict(row)
    for name in JSON_FIELDS:
        try:
            parsed[name] = json.loads(row[name])
        except (TypeError, ValueError) as error:
            raise _Broken(f"record {number}: {name} is not JSON") from error
        # Two texts may mean the same to us and not to another reader: only the canonical one counts.
        if canonical(parsed[name]) != row[name]:
            raise _Broken(f"record {number}: {name} was rewritten")
    if digest(parsed) != row["hash"]:
        raise _Broken(f"record {number}: was changed, its hash does not match")
    return parsed


def _marks(store: Store, settings: Settings, suspicions: Suspicions) -> dict[int, str]:
    found: dict[int, str] = {}
    with closing(_table(store, "SELECT created_at AS at, seq, hash, mac FROM anchor ORDER BY seq", "anchor")) as rows:
        stored = [anchors.check(settings, canonical(dict(row)), f"anchor {row['seq']} in the database") for row in rows]
    for mark in (*anchors.read(settings), *stored):
        if found.setdefault(mark.seq, mark.hash) != mark.hash:
            raise _Broken(f"record {mark.seq}: was anchored with two different hashes")
        suspicions.anchored(mark)
    return found


def _rows(store: Store) -> Generator[Mapping[str, Any]]:
    columns = ", ".join((*FIELDS, "hash"))
    return _table(store, f"SELECT {columns} FROM consent ORDER BY seq", "consent")


def _table(store: Store, query: str, table: str) -> Generator[Mapping[str, Any]]:
    with store.read() as session:
        if not inspect(session.connection()).has_table(table):
            return
        with session.execute(text(query).execution_options(yield_per=500)) as result:
            for row in result.mappings():
                yield {str(key): value for key, value in row.items()}
