"""Cookie choices made outside the chat: in the banner, by a browser's signal, by another program, on a receipt's page.

What a client sends is not believed but checked: the verdict, the hash of the text and the facts of the layout are our
own. An act is recorded once for each key, however often it is sent.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from records import choices, consents, holds, notice
from records.choices import ACCEPT_ALL, REFUSE_ALL, Act
from records.errors import StoreDown
from records.ledger import Written
from records.notice import OPTIONAL
from records.store import Store
from settings import Settings

KINDS = frozenset({"accept", "refuse", "choose", "withdraw"})
METHODS = frozenset({"banner", "gpc", "api"})
SIGNALS = frozenset({"gpc", "late"})
BUTTONS = {1: ("accept", "refuse", "more"), 2: ("accept", "refuse", "save")}
"""What the banner offers on each layer."""
CHANNEL, PAGE = "web", "page"
UNKNOWN = "?"
"""``Request.after`` of a client that does not say."""

log = structlog.get_logger(__name__)


class Unacceptable(ValueError):
    """The request contradicts itself or names something there is not; the message is the field."""


class NotStored(StoreDown):
    """Nothing was stored. ``held`` is whether nothing will be in force all the same, until a choice is recorded."""

    def __init__(self, held: bool) -> None:
        super().__init__("the choice could not be stored")
        self.held = held


class NoticeOutdated(Exception):
    """Something was to be granted under a notice that is not the current one."""


class Superseded(Exception):
    """Something was to be granted by an act sent late, after a choice that its sender did not know of."""


@dataclass(frozen=True)
class Request:
    """An act as a client sent it. ``key`` is the client's, random and secret.

    ``after`` is the receipt the client took for the newest one (None before the first).
    """

    key: str
    kind: str
    choices: Mapping[str, bool]
    method: str
    layer: int
    version: str
    language: str
    signals: Mapping[str, bool]
    after: str | None = UNKNOWN


@dataclass(frozen=True)
class Outcome:
    """The act's record, and what is in force now (None: nothing). ``new`` is whether it was not recorded before."""

    subject: str
    record: Mapping[str, Any]
    state: Mapping[str, Any] | None
    new: bool


def verdict(request: Request) -> Act:
    """What the request does. Raises Unacceptable."""
    named, given = dict(request.choices), any(request.choices.values())
    complete, all_given = set(named) == set(OPTIONAL), all(named.values())
    right = {
        "kind": request.kind in KINDS and (request.kind == "refuse" or request.method != "gpc"),
        "method": request.method in METHODS,
        "layer": request.layer in BUTTONS,
        "signals": set(request.signals) <= SIGNALS,
        "choices": {
            "accept": complete and all_given,
            "refuse": complete and not given,
            "choose": complete,
            "withdraw": set(named) <= set(OPTIONAL) and not given,
        }.get(request.kind, False),
    }
    for field, good in right.items():
        if not good:
            raise Unacceptable(field)
    acts = {"accept": ACCEPT_ALL, "refuse": REFUSE_ALL, "withdraw": choices.withdraw(*named), "choose": Act(named)}
    return acts[request.kind]


def perform(store: Store, settings: Settings, request: Request, subject: str | None) -> Outcome:
    """Record the act, once for each key. Without a ``subject`` it is the first act of a new one.

    Raises Unacceptable, NoticeOutdated, Superseded, KeyUsed, or NotStored: then nothing is granted, and what the act
    takes away from a known subject counts all the same: nothing is in force until a choice is recorded
    (``records/holds.py``).
    """
    act = verdict(request)
    where = _occasion(settings, request, subject or pseudonym(settings, request.key))

    def decide(newest: Mapping[str, Any] | None) -> Act:
        if act.gives:
            if request.version != notice.current_version():
                raise NoticeOutdated
            if not notice.exists(settings, request.version, request.language):
                raise Unacceptable("notice.language")
            known = newest["id"] if newest else None
            if request.signals.get("late") and request.after not in (UNKNOWN, known):
                raise Superseded
        return act

    try:
        written = consents.write(store, settings, where, decide, request.key)
    except StoreDown as error:
        held = bool(subject) and act.takes and _hold(settings, where.subject, consents.record_id(request.key))
        raise NotStored(held) from error
    except (NoticeOutdated, Superseded):
        if subject and act.takes:  # what it takes away counts although what it grants does not
            _hold(settings, subject, "")
        raise
    assert written.record is not None
    return _outcome(settings, where.subject, written.record, written)


def withdraw(store: Store, settings: Settings, subject: str, language: str) -> Outcome | None:
    """Take back everything, from the page of a receipt of ``subject``; None for one of whom nothing is recorded.

    Where nothing is granted any more nothing is recorded, and the outcome has the record that says so: a second press
    of the button changes nothing. Raises NotStored.
    """
    on = notice.load(settings, language)
    layout = {"layer": 0, "page": "receipt", "buttons": ["withdraw"], "preselected": []}
    where = consents.Occasion(subject, PAGE, CHANNEL, on.language, "receipt", on.first_layer, on.version, layout)

    def decide(newest: Mapping[str, Any] | None) -> Act | None:
        return REFUSE_ALL if newest is not None and any(newest["choices"].values()) else None

    try:
        written = consents.write(store, settings, where, decide)
    except StoreDown as error:
        raise NotStored(_hold(settings, subject, "")) from error
    record = written.record or written.newest
    return None if record is None else _outcome(settings, subject, record, written)


def pseudonym(settings: Settings, key: str) -> str:
    """The subject of a first act: made of its key, so that a repeated one belongs to the same person."""
    digest = hmac.new(settings.keyed("page-subject"), key.encode(), hashlib.sha256).hexdigest()
    return f"s-{digest[:32]}"


def _hold(settings: Settings, subject: str, record_id: str) -> bool:
    try:
        holds.hold(settings, subject, record_id)
    except OSError:
        log.exception("consent.not_held")
        return False
    return True


def _occasion(settings: Settings, request: Request, subject: str) -> consents.Occasion:
    signals = {name for name, sent in request.signals.items() if sent}
    shown = request.method != "gpc" and notice.exists(settings, request.version, request.language)
    # Of a signal, or a text we do not know, nothing was shown that we could vouch for: then the current notice applies.
    language = request.language if request.language in settings.languages else settings.languages[0]
    on = notice.load(settings, language, request.version if shown else None)
    layer = request.layer if shown else 0
    layout: dict[str, Any] = {"layer": layer}
    if request.method == "banner" and shown:
        layout |= {"buttons": list(BUTTONS[layer]), "preselected": []}
    return consents.Occasion(
        subject=subject,
        conversation=PAGE,
        channel=CHANNEL,
        language=on.language,
        method=request.method,
        shown=on.text(layer),
        notice_version=on.version,
        layout=layout,
        signals=dict.fromkeys(sorted(signals | ({"gpc"} if request.method == "gpc" else set())), True),
        switches=request.method == "banner" and layer == 2,
    )


def _outcome(settings: Settings, subject: str, record: Mapping[str, Any], written: Written) -> Outcome:
    return Outcome(subject, record, consents.state(settings, written.newest), written.new)
