"""Conversations in SQL, read through a window so that a turn costs the same at turn 10 and at turn 1000.

Same table as Rasa's SQLTrackerStore, so Rasa's own tools can read it. A conversation is read as its last events, cut
at a turn, behind the events that still count from before them: the last value of each slot, the active loop, a pause.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterable
from functools import cache
from typing import Any, Optional

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY

WINDOW = 40
"""Events read of a conversation, about seven turns."""
BUSY_TIMEOUT_MS = 2000
FORGOTTEN_SECONDS = 120.0
"""How long nothing more is stored of a forgotten conversation: longer than a turn that was on its way can take."""
_STARTS = ("session_started", "restart")
_STATE = (*_STARTS, "reset_slots", "active_loop", "pause", "resume")
_INDEXES = {
    "ix_events_sender_order": "sender_id, id",
    "ix_events_sender_kind": "sender_id, type_name, action_name, id",
}
_LOADED = "_events_in_store"


class ConversationForgotten(Exception):
    """A turn of a conversation that was just erased: it must not bring it back."""


class WindowedTrackerStore(SQLTrackerStore):
    """Reads a bounded window; writes a turn whole, in one transaction, before its reply leaves.

    ``host`` is an SQLAlchemy URL. A store that cannot be read or written raises: the turn fails, and the channel tells
    the visitor (Rasa's own fall-back to memory would answer and forget).
    """

    engine: Any

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: str = "sqlite:///rasa.db",
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, host=host, event_broker=event_broker, **kwargs)
        self._forgotten: dict[str, float] = {}
        if self.engine.dialect.name == "sqlite":
            # SQLAlchemy 1.4 opens the file for each use. That costs 2 ms a message and is left so: what is written
            # through a connection to a file that was since removed or replaced is lost without an error.
            sa.event.listen(self.engine, "connect", _sqlite_settings)
            self.engine.dispose()
        self.engine.hide_parameters = True  # an error must not carry what people wrote into the log
        with self.engine.begin() as connection:
            for name, columns in _INDEXES.items():
                connection.execute(sa.text(f"CREATE INDEX IF NOT EXISTS {name} ON events ({columns})"))

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as far as it matters for the next turn; None if there is none."""
        table = self.SQLEvent.__table__
        recent = (
            sa.select(table.c.id, table.c.type_name, table.c.action_name, table.c.data)
            .where(table.c.sender_id == sender_id)
            .order_by(table.c.id.desc())
            .limit(WINDOW)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(recent).all()[::-1]
            if not rows:
                return None
            before: list[str] = []
            if len(rows) == WINDOW:
                rows = rows[_first_turn(rows) :]
                older = {"sender_id": sender_id, "first": rows[0].id}
                before = list(connection.execute(_state_before(self._kinds()), older).scalars())
        events = [_event(data) for data in itertools.chain(before, (row.data for row in rows))]
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)
        setattr(tracker, _LOADED, len(tracker.events))
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> Optional[DialogueStateTracker]:
        """The whole conversation."""
        tracker = await super().retrieve_full_tracker(conversation_id)
        if tracker is not None:
            setattr(tracker, _LOADED, len(tracker.events))
        return tracker

    def _kinds(self) -> tuple[tuple[str, Optional[str]], ...]:
        """Type and name of the events that still count however long ago they were."""
        named = [("slot", slot.name) for slot in self.domain.slots]
        named += [("active_loop", form) for form in self.domain.form_names]
        return (*named, *((kind, None) for kind in _STATE))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are new since the tracker was read. Raises ConversationForgotten."""
        if time.monotonic() < self._forgotten.get(tracker.sender_id, 0.0):
            raise ConversationForgotten
        new = list(itertools.islice(tracker.events, getattr(tracker, _LOADED, 0), None))
        if not new:
            return
        if self.event_broker:
            for event in new:
                self.event_broker.publish({"sender_id": tracker.sender_id, **event.as_dict()})
        with self.engine.begin() as connection:
            connection.execute(self.SQLEvent.__table__.insert(), list(_rows(tracker.sender_id, new)))
        setattr(tracker, _LOADED, len(tracker.events))

    async def forget(self, sender_id: str) -> int:
        """Erase all events of a conversation in one transaction, and give their number.

        For a while nothing more of it is stored, so that a turn still on its way does not bring it back.
        """
        table, now = self.SQLEvent.__table__, time.monotonic()
        self._forgotten = {sender: until for sender, until in self._forgotten.items() if now < until}
        with self.engine.begin() as connection:
            erased = connection.execute(table.delete().where(table.c.sender_id == sender_id)).rowcount
        self._forgotten[sender_id] = now + FORGOTTEN_SECONDS
        return int(erased)


def _sqlite_settings(connection: Any, record: Any) -> None:
    # WAL: without it an open reader (the console) makes a turn fail. FULL: a committed turn survives a power cut.
    # Secure: what was erased is overwritten in the file.
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _first_turn(rows: list[Any]) -> int:
    for index, row in enumerate(rows):
        if row.type_name in _STARTS or (row.type_name == "action" and row.action_name == "action_listen"):
            return index
    return 0


@cache
def _state_before(kinds: tuple[tuple[str, Optional[str]], ...]) -> Any:
    """Select the newest event of each kind (type and name) before ``first``, oldest first.

    Each is one seek in an index, however long the conversation. Replayed in their order, a start, a restart or a reset
    undoes what came before it, as it did then.
    """
    table = WindowedTrackerStore.SQLEvent.__table__
    mine = (table.c.sender_id == sa.bindparam("sender_id"), table.c.id < sa.bindparam("first"))
    newest = [
        sa.select(sa.func.max(table.c.id)).where(*mine, table.c.type_name == kind, table.c.action_name == name)
        for kind, name in kinds
    ]
    return sa.select(table.c.data).where(table.c.id.in_(sa.union_all(*newest))).order_by(table.c.id)


@cache
def _event_class(name: str) -> type[Event]:
    found: type[Event] = Event.resolve_by_type(name)
    return found


def _event(data: str) -> Event:
    parameters = json.loads(data)
    event: Event = _event_class(parameters["event"])._from_parameters(parameters)
    return event


def _rows(sender_id: str, events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    for event in events:
        data = event.as_dict()
        yield {
            "sender_id": sender_id,
            "type_name": event.type_name,
            "timestamp": data.get("timestamp"),
            "intent_name": data.get("parse_data", {}).get("intent", {}).get(INTENT_NAME_KEY),
            "action_name": data.get("name"),
            "data": json.dumps(data),
        }
