"""``make chat``: a conversation with the engine in the terminal. Type a button's number to press it."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

import httpx

from clients.engine import Conversation, EngineFailed, engine_url

WIDTH = 88
Button = tuple[str, str]


def shown(messages: list[dict[str, Any]]) -> tuple[str, list[Button]]:
    """What the terminal prints for a reply, and the buttons that its numbers stand for (title, payload)."""
    parts: list[str] = []
    buttons: list[Button] = []
    for message in messages:
        lines = str(message.get("text") or "").splitlines()
        parts += [textwrap.fill(line, WIDTH) for line in lines]
        for button in message.get("buttons") or ():
            buttons.append((button["title"], button["payload"]))
            parts.append(f"  [{len(buttons)}] {button['title']}")
        parts.append("")
    return "\n".join(parts), buttons


def meant(typed: str, buttons: list[Button]) -> str:
    """What is sent for ``typed``: a button's payload for its number, else the text itself."""
    if typed.isascii() and typed.isdecimal() and 0 < int(typed) <= len(buttons):
        return buttons[int(typed) - 1][1]
    return typed


def talk(url: str, language: str) -> int:
    """Talk until end of input; exit status 1 if the engine cannot be reached at the start."""
    conversation = Conversation(url, language)
    with httpx.Client(trust_env=False) as client:
        try:
            text, buttons = shown(conversation.send(client, "/open"))
        except EngineFailed as error:
            print(f"No conversation: {error}. Start it with `make run`.")
            return 1
        print(text)
        while True:
            try:
                typed = input("> ").strip()
            except (EOFError, KeyboardInterrupt):
                print()
                return 0
            if not typed:
                continue
            try:
                text, buttons = shown(conversation.send(client, meant(typed, buttons)))
            except EngineFailed as error:
                text = f"Not sent: {error}.\n"
            except KeyboardInterrupt:
                print()
                return 0
            print(f"\n{text}")


def main() -> int:
    """Talk in the terminal."""
    parser = argparse.ArgumentParser(prog="chat", description=__doc__)
    parser.add_argument("--engine", default=engine_url(), help="address of the engine (default: %(default)s)")
    parser.add_argument("--language", default="en", help="language of the conversation (default: %(default)s)")
    arguments = parser.parse_args()
    return talk(arguments.engine.rstrip("/"), arguments.language)


if __name__ == "__main__":
    raise SystemExit(main())
