"""What was found in a message."""

from __future__ import annotations

from dataclasses import dataclass, field

from actions.contact.fields import Field


@dataclass
class Found:
    """``values`` in stored form, ``refused`` the code and the text of a value that is not acceptable, by field.

    ``reopen`` are fields the visitor called wrong without saying the right value. ``rest`` is what was not used.
    """

    values: dict[Field, str] = field(default_factory=dict)
    refused: dict[Field, tuple[str, str]] = field(default_factory=dict)
    reopen: tuple[Field, ...] = ()
    rest: str = ""
