"""``make ask``: one JSON object ``{"text", "language"?}`` a line on stdin, one JSON reply a line on stdout.

Each line is asked in a conversation of its own. The reply is ``{"text", "custom", "messages"}``, or ``{"error"}`` for
a line that could not be read or answered; then the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from clients.engine import Conversation, EngineFailed, engine_url


def ask(url: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """A reply for each line that is not blank, in order."""
    with httpx.Client(trust_env=False) as client:
        for line in lines:
            if line.strip():
                yield _reply(client, url, line)


def _reply(client: httpx.Client, url: str, line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError:
        return {"error": "the line is not JSON"}
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str) or not asked["text"].strip():
        return {"error": 'the line is not an object with a "text"'}
    language = asked.get("language") or "en"
    if not isinstance(language, str):
        return {"error": '"language" is not a text'}
    try:
        messages = Conversation(url, language).send(client, asked["text"])
    except EngineFailed as error:
        return {"error": str(error)}
    texts = [message["text"] for message in messages if message.get("text")]
    custom = next((message["custom"] for message in messages if message.get("custom")), None)
    return {"text": "\n\n".join(texts), "custom": custom, "messages": messages}


def main() -> int:
    """Answer stdin; exit status 1 if a line was not answered."""
    parser = argparse.ArgumentParser(prog="ask", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--engine", default=engine_url(), help="address of the engine (default: %(default)s)")
    arguments = parser.parse_args()
    failed = False
    try:
        for reply in ask(arguments.engine.rstrip("/"), sys.stdin):
            failed = failed or "error" in reply
            print(json.dumps(reply, ensure_ascii=False), flush=True)
    except KeyboardInterrupt:
        return 130
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
