"""Settings: documented, derived, and the secret that is made once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import PREFIX, Settings, documentation, read_or_create_secret

DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"


def test_document_is_the_one_the_class_writes() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == documentation()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_description(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"`{PREFIX}{name.upper()}`" in documentation()


def test_secret_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_VAR", str(tmp_path / "var"))
    for name in ("ASSISTANT_SECRET", "ASSISTANT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    first, second = Settings.load(), Settings.load()
    assert first.secret == second.secret
    assert len(first.secret.get_secret_value()) == 64
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert first.database_url == f"sqlite:///{tmp_path / 'var' / 'records.db'}"


def test_starting_together_agrees_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: read_or_create_secret(tmp_path / "secret"), range(64)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_token_is_derived_given_or_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    derived = settings.actions_token.get_secret_value()
    assert len(derived) == 64
    assert derived != settings.webhook_secret.get_secret_value()
    assert settings.engine_environment()["ASSISTANT_ACTIONS_TOKEN"] == derived
    assert settings.engine_environment()["ASSISTANT_ACTIONS_URL"] == "http://127.0.0.1:5055/webhook"
    monkeypatch.setenv("ASSISTANT_ACTIONS_TOKEN", "given")
    assert Settings.load().actions_token.get_secret_value() == "given"
    monkeypatch.setenv("ASSISTANT_ACTIONS_TOKEN", "-")
    assert Settings.load().actions_token.get_secret_value() == ""


@pytest.mark.parametrize("value", ["en,fr,nl", "en, fr ,nl", '["en","fr","nl"]'])
def test_languages_are_a_list(settings: Settings, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ASSISTANT_LANGUAGES", value)
    assert Settings.load().languages == ("en", "fr", "nl")


def test_wrong_value_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_ACTIONS_PORT", "none")
    with pytest.raises(ValidationError, match="actions_port"):
        Settings.load()


def test_secrets_are_not_printed(settings: Settings) -> None:
    assert "a secret for tests only" not in repr(settings)
