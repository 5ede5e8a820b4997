"""``python -m bench.widgets.serve``: a gateway before a fake engine, started by ``bench/widgets/measure.mjs``.

Prints the gateway's address when it is ready; Ctrl-C ends it. It stores nothing that outlives it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

from tests.gateway.fake_engine import FakeEngine

ROOT = Path(__file__).parents[2]
PREFIX = "ASSISTANT_"
HOST = "127.0.0.1"
START_SECONDS, POLL_SECONDS = 30.0, 0.1


async def main() -> int:
    """Serve until the gateway ends or we are told to, and answer with its exit code."""
    engine = FakeEngine()
    port = _free_port()
    await engine.start()
    with tempfile.TemporaryDirectory() as folder:
        own = {
            "VAR": folder, "ENGINE_URL": engine.url, "GATEWAY_HOST": HOST, "GATEWAY_PORT": str(port),
            "WIDGET_ORIGINS": "*", "RATE_LIMIT_PER_MINUTE": "10000", "LOG_LEVEL": "warning",
        }  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        environment = kept | {PREFIX + name: value for name, value in own.items()}
        gateway = await asyncio.create_subprocess_exec(sys.executable, "-m", "gateway", cwd=ROOT, env=environment)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, _end, gateway)
        if await _listens(gateway, port):
            print(f"http://{HOST}:{port}", flush=True)
        code = await gateway.wait()
    await engine.stop()
    return code


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _end(gateway: asyncio.subprocess.Process) -> None:
    if gateway.returncode is None:
        gateway.terminate()


async def _listens(gateway: asyncio.subprocess.Process, port: int) -> bool:
    for _ in range(int(START_SECONDS / POLL_SECONDS)):
        await asyncio.sleep(POLL_SECONDS)
        if gateway.returncode is not None:
            return False
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except ConnectionError:
            continue
        writer.close()
        return True
    _end(gateway)
    return False


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
