"""Things the tests of records store."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from records import acts, consents, notice
from records.contacts import NewContact
from settings import Settings

CONTACT = NewContact(
    conversation="conversation-1",
    channel="rest",
    language="en",
    name="Alex Doe",
    company="Acme Bio",
    email="a.doe@example.com",
    phone="+3225550123",
    country="CA",
    subject="Lab space",
    question=None,
    consent_text_hash="0" * 64,
    notice_version="2026-11-24",
)


def a_contact(**changes: Any) -> NewContact:
    """A contact with some details changed."""
    return replace(CONTACT, **changes)


def an_occasion(settings: Settings, **changes: Any) -> consents.Occasion:
    """A choice in the chat, on the current notice."""
    shown = notice.load(settings, "en")
    occasion = consents.Occasion(
        subject="subject-1",
        conversation="conversation-1",
        channel="rest",
        language="en",
        method="chat",
        shown=shown.first_layer,
        notice_version=shown.version,
        layout={"layer": 1, "buttons": ["accept", "refuse", "more"], "preselected": []},
    )
    return replace(occasion, **changes)


def a_request(**changes: Any) -> acts.Request:
    """Everything accepted in the banner, on the current notice, under a new key."""
    request = acts.Request(
        key=str(uuid.uuid4()),
        kind="accept",
        choices=dict.fromkeys(notice.OPTIONAL, True),
        method="banner",
        layer=1,
        version=notice.current_version(),
        language="en",
        signals={},
    )
    return replace(request, **changes)
