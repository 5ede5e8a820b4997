"""A model is made anew when, and only when, what it is made of has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy import training
from deploy.training import fingerprint, ingredients, train, up_to_date

FILES = (
    "config.yml", "domain.yml", "requirements/engine.txt", "data/nlu/en/directory.yml", "data/rules/answers.yml",
    "knowledge/en/incubators.yml", "knowledge/facts/incubators.yml", "knowledge/store.py", "knowledge/gazetteer.yml",
    "engine/understanding/weights.py", "engine/gazetteer.py", "var/encoder/sha256",
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A few of the real files, and a model made of them."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(training.ROOT / name, tmp_path / name)
    models = tmp_path / "models"
    models.mkdir()
    for name in training.TRAINED_BY:
        (tmp_path / "engine" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(training.ROOT / "engine" / name, tmp_path / "engine" / name)
    monkeypatch.setattr(training, "ROOT", tmp_path)
    monkeypatch.setattr(training, "MODEL", models / "assistant.tar.gz")
    monkeypatch.setattr(training, "LOCK", models / ".training")
    monkeypatch.setattr(training, "FINGERPRINT", models / "assistant.sha256")
    (models / "assistant.tar.gz").write_bytes(b"a model")
    (models / "assistant.sha256").write_text(fingerprint() + "\n", encoding="utf-8")
    return tmp_path


def test_an_unchanged_house_is_up_to_date(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert up_to_date()
    assert train()
    assert "up to date" in capsys.readouterr().err


@pytest.mark.parametrize("name", FILES)
def test_every_ingredient_counts(house: Path, name: str) -> None:
    assert house / name in set(ingredients())
    with (house / name).open("ab") as stream:
        stream.write(b"\n")
    assert not up_to_date()


def test_the_code_that_trains_exists() -> None:
    assert all((training.ROOT / "engine" / name).exists() for name in training.TRAINED_BY)


def test_a_new_a_removed_and_a_renamed_file_count(house: Path) -> None:
    before = fingerprint()
    new = house / "data" / "nlu" / "en" / "new.yml"
    new.write_text("nlu: []\n", encoding="utf-8")
    added = fingerprint()
    new.rename(new.with_name("renamed.yml"))
    renamed = fingerprint()
    new.with_name("renamed.yml").unlink()
    assert len({before, added, renamed}) == 3 and fingerprint() == before
    (house / "knowledge" / "en" / "incubators.yml").unlink()
    assert fingerprint() != before


def test_an_encoder_that_went_counts(house: Path) -> None:
    (house / "var" / "encoder" / "sha256").unlink()
    assert not up_to_date()


@pytest.mark.parametrize("name", ["models/assistant.tar.gz", "models/assistant.sha256"])
def test_a_missing_model_is_made(house: Path, name: str) -> None:
    (house / name).unlink()
    assert not up_to_date()


def test_what_does_not_matter_does_not_count(house: Path) -> None:
    for name in (
        "README.md",
        "gateway/app.py",
        "engine/channel.py",
        "texts/en/dialogue.yml",
        "var/tracker.db",
        "data/notes.txt",
    ):
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text("x", encoding="utf-8")
    assert up_to_date()


def test_failed_training_is_said_and_leaves_the_model_out_of_date(
    house: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training, "ENGINE_PYTHON", Path("/bin/false"))
    (house / "config.yml").write_text("language: xx\n", encoding="utf-8")
    assert not train()
    assert "Training failed" in capfd.readouterr().err
    assert not up_to_date()
