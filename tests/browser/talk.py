"""What the fake engine says in the browser's tests: every kind of reply, by a word in the question."""

from __future__ import annotations

from typing import Any

SOURCES = [{"publisher": "FAMHP", "title": "Fees", "url": "https://example.com/fees", "as_of": "2026-01"}]
ROWS = [{"label": "Floor area", "value": "2,300 m²"}, {"label": "Municipality", "value": "Anderlecht"}]
CARD = {"id": "blsi", "name": "BLSI", "kind": "incubator", "status": "open", "rows": ROWS,
        "website": {"url": "https://example.com", "verified": False}}  # fmt: skip
TABLE = {"columns": ["BLSI", "EEBIC"], "rows": [{"label": "Floor area", "values": ["2,300 m²", "2,600 m²"]}]}

Reply = dict[str, Any]


def talk(turn: dict[str, Any]) -> list[Reply]:
    """The replies to a turn."""
    said = turn["message"]
    if said == "/open":
        welcome = {"text": "Hello, I am an automated assistant.", "buttons": [{"title": "Labs", "payload": "/labs"}]}
        choices = [("Accept", "/consent_accept"), ("Refuse", "/consent_refuse")]
        buttons = [{"title": title, "payload": payload} for title, payload in choices]
        return [welcome, {"text": "Cookies?", "buttons": buttons, "custom": {"type": "consent", "step": "ask"}}]
    if "places" in said:
        custom = {"type": "places", "places": ["blsi"], "intro": "One place:", "cards": [CARD], "others": "",
                  "closing": "Please confirm.", "sources": SOURCES, "language": "en"}  # fmt: skip
        return [{"text": "One place:\n1. BLSI\n\nPlease confirm.", "custom": custom}]
    if "compare" in said:
        custom = {"type": "places", "places": ["blsi", "eebic"], "table": TABLE, "closing": "Please confirm.",
                  "sources": [], "language": "en"}  # fmt: skip
        return [{"text": "BLSI / EEBIC\nFloor area: 2,300 / 2,600", "custom": custom}]
    if "silence" in said:
        return []
    if said.startswith("/change_language"):
        return [{"text": "Nous parlons français.", "custom": {"type": "chitchat", "language": "fr"}}]
    body = f"You said: {said} <b>&\n\n- one\n- two"
    custom = {"type": "answer", "topic": "clinical-trials/fees", "body": body, "sources": SOURCES,
              "checked": "2026-11-23", "language": "en"}  # fmt: skip
    buttons = [{"title": "More", "payload": "/more"}]
    return [{"text": f"{body}\n\nSource: FAMHP", "buttons": buttons, "custom": custom}]
