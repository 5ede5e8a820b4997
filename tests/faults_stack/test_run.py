"""``python -m deploy.run``: prints where it is, starts again what dies, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.training import ROOT, train
from tests.faults_stack.house import PATIENCE, surroundings, until


class Runner:
    """The command, with what it printed so far."""

    def __init__(self, folder: Path) -> None:
        self.output = folder / "output"
        self.leaders: set[int] = set()
        settings = surroundings(folder / "var")
        self.url = f"http://127.0.0.1:{settings['ASSISTANT_GATEWAY_PORT']}/"
        self.actions = f"http://127.0.0.1:{settings['ASSISTANT_ACTIONS_PORT']}/health"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.run"], cwd=ROOT, env={**os.environ, **settings},
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip

    def printed(self) -> str:
        return self.output.read_text()

    def children(self) -> dict[int, str]:
        """Its child processes and their children, with their command lines."""
        found: dict[int, str] = {}
        parents = {self.process.pid}
        table = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdecimal()}
        while parents:
            born = {pid for pid in table if pid not in found and _parent(pid) in parents}
            found.update({pid: _command(pid) for pid in born})
            parents = born
        self.leaders |= set(found)
        return found


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _session_members(leaders: set[int]) -> set[int]:
    """Every living process in a session led by one of ``leaders``: children of children too."""
    found = set()
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                fields = (path / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) in leaders and fields[0] != "Z":
                found.add(int(path.name))
    return found


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    """The command, started on free ports with a folder of its own."""
    assert train(), "no model"
    made = Runner(tmp_path)
    try:
        until(lambda: "is ready" in made.printed() or made.process.poll() is not None, "it to be ready", made.printed)
        assert made.process.poll() is None, made.printed()
        made.children()
        yield made
    finally:
        made.process.kill()
        made.process.wait()
        for pid in _session_members(made.leaders):
            os.kill(pid, signal.SIGKILL)


def test_lives_and_ends(runner: Runner) -> None:
    url = runner.url
    assert re.search(rf"^The assistant is ready: +{re.escape(url)}$", runner.printed(), re.MULTILINE)
    assert answers(url)
    assert answers(f"{url}health")
    before = runner.children()
    assert len(before) == 3
    [victim] = [pid for pid, command in before.items() if "actions.server" in command]
    os.kill(victim, signal.SIGKILL)
    until(lambda: "actions ended; starting it again" in runner.printed(), "the death to be noticed", runner.printed)
    until(lambda: answers(runner.actions), "the action server to be back", runner.printed)
    after = runner.children()
    assert len(after) == 3 and set(before) - set(after) == {victim}
    assert _session_members(runner.leaders)
    # An impatient person presses Ctrl-C again and again.
    runner.process.send_signal(signal.SIGINT)
    until(lambda: "Ending" in runner.printed(), "it to begin to end", runner.printed)
    for _ in range(3):
        if runner.process.poll() is None:
            runner.process.send_signal(signal.SIGINT)
    assert runner.process.wait(PATIENCE) == 0, runner.printed()
    assert _session_members(runner.leaders) == set()
    assert "Traceback" not in runner.printed()
