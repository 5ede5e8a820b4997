"""The engine's channel in a real Sanic application, reached over HTTP."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from rasa.core.channels.channel import register
from sanic import Sanic

from engine.channel import LoopbackRest

HOST = "127.0.0.1"
# Sanic 21.12 rewrites its own methods when an application starts; in test mode that works more than once a process.
Sanic.test_mode = True
WEBHOOK, FORGET = "/webhooks/rest/webhook", "/webhooks/rest/forget"
Visit = Callable[[aiohttp.ClientSession], Awaitable[Any]]


def visit(agent: Any, visitor: Visit) -> Any:
    """What ``visitor`` gives, with the channel served for as long as that takes."""
    return asyncio.run(_visit(agent, visitor))


def post(agent: Any, address: str = WEBHOOK, **request: Any) -> tuple[int, Any]:
    """Status and JSON body of the reply to one POST; ``request`` is aiohttp's."""

    async def visitor(session: aiohttp.ClientSession) -> tuple[int, Any]:
        async with session.post(address, **request) as reply:
            body = await reply.json() if "json" in reply.content_type else await reply.text()
            return reply.status, body

    found: tuple[int, Any] = visit(agent, visitor)
    return found


async def _visit(agent: Any, visitor: Visit) -> Any:
    app = Sanic(f"engine-{uuid.uuid4().hex}", configure_logging=False)
    app.ctx.agent = agent
    register([LoopbackRest()], app, route="/webhooks/")
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.start_serving()
        try:
            async with aiohttp.ClientSession(f"http://{HOST}:{listening.getsockname()[1]}") as session:
                return await visitor(session)
        finally:
            server.close()
            await server.wait_closed()
