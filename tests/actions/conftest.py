"""A conversation with our actions on a database of its own."""

from __future__ import annotations

import pytest

from actions.context import Context
from records.store import Store
from settings import Settings
from tests.actions.simulator import Conversation


@pytest.fixture
def context(settings: Settings, store: Store) -> Context:
    """Settings and database."""
    return Context(settings, store)


@pytest.fixture
def chat(context: Context) -> Conversation:
    """A new conversation."""
    return Conversation(context)
