"""``python -m gateway`` as a process: starts, serves, and stops cleanly."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from tests.gateway.fake_engine import FakeEngine

pytestmark = pytest.mark.asyncio
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_cleanly_with_a_stream_and_a_turn_open(
    engine: FakeEngine, tmp_path: Path, number: signal.Signals
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    environment = {
        **kept, "ASSISTANT_VAR": str(tmp_path), "ASSISTANT_ENGINE_URL": engine.url, "ASSISTANT_LOG_FORMAT": "json",
        "ASSISTANT_GATEWAY_HOST": "127.0.0.1", "ASSISTANT_GATEWAY_PORT": str(port),
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE,
        process_group=0,
    )  # fmt: skip
    assert process.stderr
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client:
            async with asyncio.timeout(20):
                while True:
                    try:
                        opened = (await client.post("/api/conversations")).json()
                        break
                    except httpx.ConnectError:
                        await asyncio.sleep(0.05)
            path = f"/api/conversations/{opened['id']}"
            headers = {"Authorization": f"Bearer {opened['token']}"}
            async with client.stream("GET", f"{path}/events", headers=headers) as stream:
                engine.delay = 0.3
                body = {"text": "alex.doe@example.com"}
                turn = asyncio.create_task(client.post(f"{path}/messages", json=body, headers=headers))
                while len(engine.turns) < 2:
                    await asyncio.sleep(0.01)
                process.send_signal(number)
                lines = [line async for line in stream.aiter_lines() if line.startswith("id: ")]
                assert lines == ["id: 1"] or lines == ["id: 1", "id: 2"]
            reply = await turn
            assert reply.status_code == 200 and "You said" in reply.json()["messages"][0]["text"]
        async with asyncio.timeout(15):
            log = (await process.stderr.read()).decode()
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert "Traceback" not in log and "alex" not in log
    events = [json.loads(line) for line in log.splitlines()]
    [line] = [event for event in events if event["event"] == "gateway.turn"]
    assert line["conversation"] == opened["id"] and line["channel"] == "web" and line["language"] == "en"
    assert not re.search(r"127\.0\.0\.1", "".join(e for e in log.splitlines() if "gateway.request" in e))
