"""Stands between engine and action server, and cuts the line for the actions it is told to."""

from __future__ import annotations

import json
import threading
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.faults_stack.house import PATIENCE


class Relay(ThreadingHTTPServer):
    """Passes action calls on to ``target``, but hangs up on those in ``cut``."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.cut: set[str] = set()
        self.answered = True
        """Whether a cut call reaches the action server, so that only its answer is lost."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/webhook"


class _Handler(BaseHTTPRequestHandler):
    server: Relay

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        plain = zlib.decompress(body) if self.headers.get("Content-Encoding") == "deflate" else body
        cut = json.loads(plain)["next_action"] in self.server.cut
        self.close_connection = True
        if cut and not self.server.answered:
            return
        kept = ("Content-Type", "Content-Encoding", "X-Actions-Token")
        headers = {name: self.headers[name] for name in kept if self.headers.get(name)}
        request = urllib.request.Request(self.server.target, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer = response.read()
        if cut:
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def relay(target: str) -> Iterator[Relay]:
    """A relay that serves as long as this lasts."""
    with Relay(target) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield made
        finally:
            made.shutdown()
            thread.join()
