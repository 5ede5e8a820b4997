"""Building the widget where Node is missing or too old. The build itself: widget/tests/tooling."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "widget.sh"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PATH with the tools every machine has."""
    for tool in ("bash", "dirname", "env"):
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)
    return tmp_path


def add(path: Path, tool: str, script: str) -> None:
    (path / tool).write_text(f"#!/usr/bin/env bash\n{script}\n")
    (path / tool).chmod(0o755)


def build(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT], env={"PATH": str(path)}, capture_output=True, text=True, check=False)


def test_a_machine_without_node_is_told_what_it_needs(path: Path) -> None:
    done = build(path)
    assert done.returncode == 1
    assert "20.19 or newer" in done.stderr
    assert "not on this machine" in done.stderr


def test_an_old_node_is_told_what_it_needs(path: Path) -> None:
    add(path, "npm", "exit 99")
    add(path, "node", 'if [ "$1" = --version ]; then echo v18.20.0; else exit 1; fi')
    done = build(path)
    assert done.returncode == 1
    assert "v18.20.0 is too old" in done.stderr
    assert "20.19 or newer" in done.stderr
