"""The command-line clients against a fake engine."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from clients.chat import meant, shown
from tests.gateway.fake_engine import FakeEngine

pytestmark = pytest.mark.asyncio
ROOT = Path(__file__).parents[2]


async def run(module: str, typed: str, url: str) -> tuple[int | None, str, str]:
    """Run a client with ``typed`` on its stdin; gives exit status, stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "--engine", url, cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(typed.encode())
    return process.returncode, out.decode(), err.decode()


async def test_ask_answers_each_line_in_a_conversation_of_its_own(engine: FakeEngine) -> None:
    lines = '{"text": "one"}\n\n{"text": "deux", "language": "fr"}\n'
    status, out, err = await run("clients.ask", lines, engine.url)
    replies = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [reply["text"] for reply in replies] == ["You said: one", "You said: deux"]
    assert replies[0]["custom"] == {"type": "answer"} and len(replies[0]["messages"]) == 1
    assert engine.turns[0]["sender"] != engine.turns[1]["sender"]
    assert [turn["metadata"]["language"] for turn in engine.turns] == ["en", "fr"]


async def test_ask_gives_one_line_a_line_whatever_happens(engine: FakeEngine) -> None:
    engine.reply = lambda turn: [] if turn["message"] == "quiet" else [{"text": "hi"}]
    lines = 'nonsense\n{"text": 5}\n[]\n{"text": "quiet"}\n{"text": "x", "language": 1}\n{"text": "ok"}\n'
    status, out, _ = await run("clients.ask", lines, engine.url)
    replies = [json.loads(line) for line in out.splitlines()]
    assert status == 1 and len(replies) == 6
    assert ["error" in reply for reply in replies] == [True, True, True, False, True, False]
    assert replies[3] == {"text": "", "custom": None, "messages": []}
    await engine.stop()
    status, out, _ = await run("clients.ask", '{"text": "hi"}\n', engine.url)
    assert status == 1 and "cannot be reached" in json.loads(out)["error"]


async def test_chat_presses_buttons_by_number(engine: FakeEngine) -> None:
    status, out, err = await run("clients.chat", "1\nhello\n", engine.url)
    assert (status, err) == (0, "")
    assert [turn["message"] for turn in engine.turns] == [
        "/open",
        '/ask_topic{"topic": "clinical-trials/fees"}',
        "hello",
    ]
    assert "[1] Fees" in out and len({turn["sender"] for turn in engine.turns}) == 1


async def test_chat_says_that_there_is_no_engine(engine: FakeEngine) -> None:
    await engine.stop()
    status, out, err = await run("clients.chat", "", engine.url)
    assert status == 1 and "make run" in out and err == ""


async def test_numbers_beyond_the_buttons_are_text() -> None:
    _, buttons = shown([{"text": "x", "buttons": [{"title": "A", "payload": "/a"}, {"title": "B", "payload": "/b"}]}])
    assert [meant(typed, buttons) for typed in ("1", "2", "3", "0", "²", "1 lab")] == [
        "/a",
        "/b",
        "3",
        "0",
        "²",
        "1 lab",
    ]
