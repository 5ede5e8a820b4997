"""What every test has: strict markers, warnings that are errors, settings and a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from records import migrate
from records.store import Store
from settings import Settings


def pytest_configure(config: pytest.Config) -> None:
    """The markers used here; a warning is an error."""
    config.addinivalue_line("markers", "postgres: needs the PostgreSQL programs on this machine")
    config.addinivalue_line("filterwarnings", "error")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a folder of their own, whatever the environment says."""
    monkeypatch.setenv("ASSISTANT_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("ASSISTANT_DATABASE_URL", f"sqlite:///{tmp_path / 'var' / 'records.db'}")
    monkeypatch.setenv("ASSISTANT_SECRET", "a secret for tests only")
    return Settings.load()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A migrated SQLite database."""
    migrate(settings.database_url)
    made = Store(settings.database_url, busy_seconds=0.2)
    yield made
    made.close()


def with_settings(settings: Settings, **changes: object) -> Settings:
    """``settings`` with some values changed; texts become secrets where the setting is one."""
    secret = {"actions_token", "secret", "webhook_secret", "smtp_password"}
    return settings.model_copy(
        update={name: SecretStr(str(value)) if name in secret else value for name, value in changes.items()}
    )
