"""Rasa as the engine runs it, with the trained model, and conversations with it."""

from __future__ import annotations

import asyncio
import logging
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from engine.__main__ import prepare

prepare()  # before anything below imports rasa

import pytest  # noqa: E402
from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from rasa.utils.log_utils import configure_structlog  # noqa: E402

from engine.channel import OneMessage  # noqa: E402
from engine.replies.nlg import KnowledgeResponses  # noqa: E402
from engine.tracker_store import WindowedTrackerStore  # noqa: E402

MODEL = Path("models/assistant.tar.gz")
Message = dict[str, Any]

hypothesis_settings.register_profile(
    "engine", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("engine")
configure_structlog(logging.ERROR)


@dataclass
class Conversation:
    """A conversation with the trained assistant. There is no action server."""

    agent: Agent
    sender: str

    def say(self, text: str) -> list[Message]:
        """Send a message in English; the replies, as the channel would give them."""
        output = OneMessage()
        message = UserMessage(text, output, self.sender, input_channel="rest", metadata={"language": "en"})
        asyncio.run(self.agent.handle_message(message))
        return output.messages

    def one(self, text: str) -> Message:
        """Send a message that has exactly one reply."""
        replies = self.say(text)
        assert len(replies) == 1, replies
        return replies[0]

    def tracker(self) -> DialogueStateTracker:
        """The conversation as it is stored."""
        tracker = asyncio.run(self.agent.tracker_store.retrieve(self.sender))
        assert tracker is not None
        return tracker

    def intent(self) -> str:
        """What the last message was understood as: ``area/topic`` for topics."""
        parsed = self.tracker().latest_message.parse_data
        return str(parsed.get("understanding", {}).get("topic") or parsed["intent"]["name"])


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """The trained model on a database of its own."""
    if not MODEL.exists():
        pytest.fail("no model: run `make train`", pytrace=False)
    store = WindowedTrackerStore(host=f"sqlite:///{tmp_path_factory.mktemp('agent') / 'tracker.db'}")
    yield Agent.load(str(MODEL), tracker_store=store, generator=KnowledgeResponses())
    store.engine.dispose()


@pytest.fixture
def conversation(agent: Agent) -> Conversation:
    """A new conversation."""
    return Conversation(agent, uuid.uuid4().hex)
