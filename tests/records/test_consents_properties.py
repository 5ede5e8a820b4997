"""Whatever happens in whatever order, nothing is granted that was not granted last, and each key is one record.

A person acts in the banner, in the chat and on receipts; the network repeats and delays; the database goes away before
or after it stored; the clock jumps; the notice changes. The ledger is the real one, on SQLite.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as rules
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.orm import Session

from records import acts, anchors, consents, holds, ledger, migrate, notice
from records.choices import REFUSE_ALL, Act
from records.errors import KeyUsed, StoreDown
from records.notice import OPTIONAL
from records.store import Store
from records.verify import verify
from settings import Settings
from tests.records.builders import an_occasion

VERSIONS = ("2026-11-24", "2026-11-25")
START = datetime(2026, 11, 25, 12, tzinfo=UTC)
REFUSED = (acts.NoticeOutdated, acts.Superseded, acts.Unacceptable, KeyUsed)


class FlakyStore(Store):
    """A store that is away: ``before`` nothing can be done, ``after`` it stores and the answer is lost."""

    away: str | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        if self.away:
            raise StoreDown("away")
        with super().read() as session:
            yield session

    @contextmanager
    def write(self, seconds: float = 60.0) -> Iterator[Session]:
        if self.away == "before":
            raise StoreDown("away")
        with super().write(seconds) as session:
            yield session
        if self.away == "after":
            raise StoreDown("the answer was lost")


@dataclass
class Person:
    """What a person did, in the order of doing: for each purpose the latest act that reached us, and what it said."""

    subject: str | None
    said: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def hears(self, act: Act, made: int, granted: bool) -> None:
        """An act made at step ``made`` reached us. What it takes away counts at once, what it grants if ``granted``."""
        for purpose in OPTIONAL:
            sign = act.named.get(purpose, act.rest)
            if sign is False or (sign and granted):
                self.said[purpose] = max(self.said.get(purpose, (-1, False)), (made, sign))

    def granted(self, purpose: str) -> bool:
        """Whether the latest thing the person said of it was yes."""
        return self.said.get(purpose, (-1, False))[1]


@dataclass(frozen=True)
class Sent:
    """An act in the banner: whose, when it was made, and as it goes over the wire."""

    person: Person
    made: int
    request: acts.Request


@cache
def empty_database() -> Path:
    """A migrated database to copy: migrating takes longer than a test case."""
    path = Path(tempfile.mkdtemp(prefix="consents")) / "records.db"
    migrate(f"sqlite:///{path}")
    return path


choices_of = st.fixed_dictionaries({purpose: st.booleans() for purpose in OPTIONAL})
chat_acts = st.one_of(
    st.just(Act(rest=True)),
    st.just(REFUSE_ALL),
    st.builds(Act, named=st.dictionaries(st.sampled_from(OPTIONAL), st.booleans(), min_size=1)),
)


class Consents(RuleBasedStateMachine):
    people = Bundle("people")
    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.folder = Path(tempfile.mkdtemp(prefix="consents"))
        shutil.copy(empty_database(), self.folder / "records.db")
        self.settings = Settings.model_construct(
            **{name: value.default for name, value in Settings.model_fields.items()}
            | {
                "var": self.folder,
                "secret": SecretStr("a secret"),
                "database_url": f"sqlite:///{self.folder}/records.db",
            }
        )
        self.store = FlakyStore(self.settings.database_url, busy_seconds=30)
        self.now, self.version, self.step = START, VERSIONS[0], 0
        self.keys: dict[str, str] = {}
        self.everybody: list[Person] = []
        for module in (ledger, consents, anchors):
            self.patch.setattr(module, "now", lambda: self.now)
        self.patch.setattr(notice, "current_version", lambda *_: self.version)

    def teardown(self) -> None:
        self.store.away = None
        verdict = verify(self.store, self.settings)
        self.patch.undo()
        self.store.close()
        shutil.rmtree(self.folder)
        assert verdict.problem is None

    @rule(days=st.sampled_from([-400, -181, -2, -1, 0.01, 1, 2, 90, 181, 400]))
    def clock_jumps(self, days: float) -> None:
        self.now += timedelta(days=days)

    @rule(version=st.sampled_from(VERSIONS))
    def notice_changes(self, version: str) -> None:
        self.version = version

    @rule(away=st.sampled_from(["before", "after", None, None]))
    def store_comes_and_goes(self, away: str | None) -> None:
        self.store.away = away

    @rule(target=people)
    def somebody_comes(self) -> Person:
        person = Person(None)
        self.everybody.append(person)
        return person

    @rule(
        target=sent,
        person=people,
        kind=st.sampled_from(sorted(acts.KINDS)),
        chosen=choices_of,
        version=st.sampled_from([*VERSIONS, "2020-01-01"]),
        layer=st.sampled_from([1, 2]),
        knows=st.booleans(),
    )
    def somebody_chooses(
        self, person: Person, kind: str, chosen: dict[str, bool], version: str, layer: int, knows: bool
    ) -> Sent:
        """In the banner; nothing is sent yet. ``after`` is the newest record then, where the person's browser knows."""
        self.step += 1
        if kind in ("accept", "refuse", "withdraw"):
            chosen = dict.fromkeys(OPTIONAL, kind == "accept")
        request = acts.Request(
            str(uuid.uuid4()), kind, chosen, "banner", layer, self.version if knows else version, "en", {},
            after=self._newest(person),
        )  # fmt: skip
        return Sent(person, self.step, request)

    @rule(act=sent)
    def arrives(self, act: Sent) -> None:
        """At once or much later, for the first time or again."""
        self._deliver(act)

    @rule(act=sent)
    def arrives_twice_at_once(self, act: Sent) -> None:
        """A double click, or two tabs."""
        self._deliver(act, act)

    @rule(one=sent, other=sent)
    def two_arrive_together(self, one: Sent, other: Sent) -> None:
        """Of two people; one browser sends its acts one after another."""
        if one.person is not other.person:
            self._deliver(one, other)

    @rule(person=people, act=chat_acts)
    def somebody_says_so_in_the_chat(self, person: Person, act: Act) -> None:
        self.step += 1
        subject = self._subject(person)
        where = an_occasion(self.settings, subject=subject, notice_version=self.version)
        try:
            consents.record(self.store, self.settings, where, act)
        except StoreDown:
            holds.hold(self.settings, subject)  # as the chat's action does
        person.hears(act, self.step, granted=True)

    @rule(person=people)
    def somebody_withdraws_on_a_receipt(self, person: Person) -> None:
        self.step += 1
        try:
            acts.withdraw(self.store, self.settings, self._subject(person), "en")
        except acts.NotStored as error:
            assert error.held
        person.hears(REFUSE_ALL, self.step, granted=False)

    @precondition(lambda self: not self.store.away)
    @rule(person=people)
    def the_chat_asks_again(self, person: Person) -> None:
        where = an_occasion(self.settings, subject=self._subject(person), notice_version=self.version)
        consents.note_asked_again(self.store, self.settings, where)

    @precondition(lambda self: not self.store.away)
    @invariant()
    def nothing_is_granted_that_was_not_granted_last(self) -> None:
        for person in self.everybody:
            subject = self._subject(person)
            in_force = consents.in_force(self.store, self.settings, subject) or {}
            newest = consents.latest(self.store, subject)
            for purpose in (purpose for purpose, given in in_force.items() if given):
                assert newest is not None and newest["choices"][purpose], "no record grants it"
                assert newest["event"] in ("given", "changed", "withdrawn") and newest["notice_version"] == self.version
                age = self.now - datetime.fromisoformat(newest["created_at"])
                assert timedelta(days=-1) <= age < timedelta(days=180)
                assert person.granted(purpose), "the latest act we heard of took it away"

    @precondition(lambda self: not self.store.away)
    @invariant()
    def each_key_is_one_record(self) -> None:
        with self.store.read() as session:
            ids = list(session.scalars(text("SELECT id FROM consent")))
        assert len(ids) == len(set(ids))
        assert set(self.keys.values()) <= set(ids)

    def _deliver(self, *acts_sent: Sent) -> None:
        with ThreadPoolExecutor(len(acts_sent)) as pool:
            granted = list(pool.map(self._perform, acts_sent))
        for act, might in zip(acts_sent, granted, strict=True):
            act.person.hears(acts.verdict(act.request), act.made, might)

    def _perform(self, act: Sent) -> bool:
        """Send it; says whether a grant may have been recorded."""
        # Sent after another act was made: then the client says so.
        request = replace(act.request, signals={"late": True} if act.made < self.step else {})
        try:
            outcome = acts.perform(self.store, self.settings, request, self._subject(act.person))
        except REFUSED:
            return False
        except StoreDown:
            return self.store.away == "after"
        assert self.keys.setdefault(request.key, outcome.record["id"]) == outcome.record["id"]
        return True

    def _subject(self, person: Person) -> str:
        person.subject = person.subject or f"s-{uuid.uuid4()}"
        return person.subject

    def _newest(self, person: Person) -> str | None:
        away, self.store.away = self.store.away, None
        newest = consents.latest(self.store, self._subject(person))
        self.store.away = away
        return str(newest["id"]) if newest else None


Consents.TestCase.settings = rules(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestConsents: Any = Consents.TestCase
