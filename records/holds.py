"""What holds when a choice could not be stored: until the next recorded choice, nothing is granted to that person.

The mark is a file, because it is needed when the database is away. In it stands the id that the record of the act that
could not be stored would have had, where that was known; a person's pseudonym is hashed into its name.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from settings import Settings


def hold(settings: Settings, subject: str, record_id: str = "") -> None:
    """Let nothing be in force for ``subject``, because ``record_id`` could not be stored. Raises OSError."""
    path = _path(settings, subject)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(record_id)


def is_held(settings: Settings, subject: str) -> bool:
    """Whether a choice of ``subject`` could not be stored and none was recorded since."""
    return _path(settings, subject).exists()


def is_held_by(settings: Settings, subject: str, record_id: str) -> bool:
    """Whether ``record_id`` is the record that could not be stored. Raises OSError."""
    path = _path(settings, subject)
    return path.exists() and path.read_text() == record_id


def release(settings: Settings, subject: str) -> None:
    """A choice was recorded: it counts again. Raises OSError."""
    _path(settings, subject).unlink(missing_ok=True)


def _path(settings: Settings, subject: str) -> Path:
    return settings.var / "held" / hashlib.sha256(subject.encode()).hexdigest()
