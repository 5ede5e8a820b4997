"""What an act about the cookie choice means. Pure: no database, no clock.

A purpose is granted only by an act that names it or accepts all; everything else keeps or takes away. The event of a
record follows from the choices in force before and the new ones:

====================================================  =============
before → after                                        event
====================================================  =============
nothing in force → at least one purpose               ``given``
nothing in force → none                               ``refused``
same as before                                        ``given`` or ``refused`` again
some purposes taken away, none added                  ``withdrawn``
some added (whether or not others are taken away)     ``changed``
====================================================  =============

``expired`` and ``re-asked`` are written by whoever notices that a choice has lapsed; both leave nothing granted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from records.notice import OPTIONAL

Choices = Mapping[str, bool]
Event = Literal["given", "refused", "withdrawn", "expired", "re-asked", "changed"]
LAPSED = frozenset({"expired", "re-asked"})


@dataclass(frozen=True)
class Act:
    """What the person did. ``rest`` says what becomes of the purposes not named: False, True or None (as before)."""

    named: Choices = field(default_factory=dict)
    rest: bool | None = None

    def __post_init__(self) -> None:
        unknown = set(self.named) - set(OPTIONAL)
        if unknown:
            raise ValueError(f"unknown purposes: {', '.join(sorted(unknown))}")

    def grants(self, purpose: str) -> bool:
        """Whether this act gives ``purpose``."""
        return self.named.get(purpose, self.rest) is True

    @property
    def gives(self) -> bool:
        """Whether it gives anything: then a notice must have been shown."""
        return any(self.grants(purpose) for purpose in OPTIONAL)

    @property
    def takes(self) -> bool:
        """Whether it refuses or takes away anything: then it counts even when it cannot be stored."""
        return any(self.named.get(purpose, self.rest) is False for purpose in OPTIONAL)


Decide = Callable[[Mapping[str, Any] | None], Act | None]
"""What is done on a person's newest record (None before the first); None is nothing."""

ACCEPT_ALL = Act(rest=True)
REFUSE_ALL = Act(rest=False)


def withdraw(*purposes: str) -> Act:
    """Take back ``purposes``; all of them when none is named."""
    return Act({purpose: False for purpose in purposes}) if purposes else REFUSE_ALL


def nothing() -> dict[str, bool]:
    """The choices before any act: no purpose is granted."""
    return dict.fromkeys(OPTIONAL, False)


def apply(act: Act, before: Choices | None) -> dict[str, bool]:
    """The choices in force after ``act``. ``before`` is None when no valid choice was in force."""
    kept = before or nothing()
    after = {}
    for purpose in OPTIONAL:
        said = act.named.get(purpose, act.rest)
        after[purpose] = kept.get(purpose) is True if said is None else said
    return after


def event(before: Choices | None, after: Choices) -> Event:
    """The event's name, as in the table above."""
    had = {purpose for purpose, given in (before or {}).items() if given}
    has = {purpose for purpose, given in after.items() if given}
    if had and had > has:
        return "withdrawn"
    if not had or had == has:
        return "given" if has else "refused"
    return "changed"
