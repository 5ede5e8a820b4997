"""Log lines: personal data masked in ours and in the libraries'."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from records import logs
from settings import Settings
from tests.conftest import with_settings


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging as it was before."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize(
    "text",
    [
        "mail a.doe@example.com now",
        "call +32 2 555 01 23",
        "call 0470/12.34.56 now",
        "call 0032 470 12 34 56",
        '{"email": "a.doe+x@sub.example.co.uk"}',
    ],
)
def test_masked(text: str) -> None:
    masked = logs.mask(text)
    assert "example" not in masked
    assert not any(char.isdigit() for char in masked)


@pytest.mark.parametrize("text", ["2026-11-24T21:55:00Z", "BLS-7K3M-Q2", "took 12.5 ms", "seq 1234", "127.0.0.1:5055"])
def test_not_masked(text: str) -> None:
    assert logs.mask(text) == text


@pytest.mark.parametrize("form", ["console", "json"])
def test_lines(settings: Settings, capsys: pytest.CaptureFixture[str], form: str) -> None:
    logs.configure(with_settings(settings, log_format=form))
    structlog.contextvars.bind_contextvars(conversation="c-1", action="action_x")
    log = structlog.get_logger("ours")
    log.info("stored", email="a.doe@example.com", nested={"phone": ["+32 2 555 01 23"]})
    try:
        raise ValueError("a.doe@example.com is wrong")
    except ValueError:
        log.exception("failed")
    logging.getLogger("library").warning("sent to %s", "b.doe@example.com")
    written = capsys.readouterr().err
    assert "example.com" not in written
    assert "555" not in written
    assert written.count("c-1") == 3
    assert "ValueError" in written
    if form == "json":
        lines = [json.loads(line) for line in written.splitlines()]
        assert [line["event"] for line in lines] == ["stored", "failed", "sent to <e-mail>"]
        assert all(line["action"] == "action_x" and line["timestamp"] for line in lines)
