"""What an action works with, made once by the process's entry."""

from __future__ import annotations

from dataclasses import dataclass

from records.store import Store
from settings import Settings


@dataclass(frozen=True)
class Context:
    """The settings and the records database."""

    settings: Settings
    store: Store
