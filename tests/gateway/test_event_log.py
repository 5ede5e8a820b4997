"""The gateway's short memory."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gateway.event_log import KEPT, EventLog

pytestmark = pytest.mark.asyncio


def messages(*texts: str) -> list[dict[str, str]]:
    return [{"text": text} for text in texts]


async def test_messages_are_numbered_per_conversation(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "log.db", 60)
    await log.open()
    assert [m["id"] for m in await log.append("a", "t1", messages("x", "y"))] == ["1", "2"]
    assert [m["id"] for m in await log.append("b", "t1", messages("x"))] == ["1"]
    assert [m["id"] for m in await log.append("a", "t2", messages("z"))] == ["3"]
    assert [m["text"] for m in await log.after("a", 1)] == ["y", "z"]
    assert [m["text"] for m in await log.of_turn("a", "t1")] == ["x", "y"]
    await log.forget("a")
    assert await log.after("a", 0) == [] and len(await log.after("b", 0)) == 1
    await log.close()


async def test_only_the_latest_are_kept(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "log.db", 60)
    await log.open()
    await log.append("a", "t", messages(*map(str, range(KEPT))))
    [newest] = await log.append("a", "t2", messages("newest"))
    kept = await log.after("a", 0)
    assert len(kept) == KEPT and kept[0]["text"] == "1" and kept[-1] == newest
    await log.close()


async def test_old_messages_are_forgotten(tmp_path: Path) -> None:
    now = 1000.0
    log = EventLog(tmp_path / "log.db", 60, clock=lambda: now)
    await log.open()
    await log.append("a", "t", messages("old"))
    now = 1050.0
    await log.append("a", "t2", messages("new"))
    now = 1061.0
    await log.expire()
    assert [m["text"] for m in await log.after("a", 0)] == ["new"]
    await log.close()


async def test_the_file_is_private(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "log.db", 60)
    await log.open()
    assert stat.S_IMODE((tmp_path / "log.db").stat().st_mode) == 0o600
    await log.close()
