"""The packaged weights are the original ones, and an encoder is installed whole or not at all."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from engine.encoder import EncoderMissing
from engine.encoder import install as installing
from tests.engine.understanding.samples import ENCODER, encoder


def test_the_packaged_weights_are_the_original_ones() -> None:
    assert (installing.packaged() / installing.WEIGHTS).exists()


@pytest.mark.parametrize("name", [installing.WEIGHTS, installing.TOKENIZER])
def test_other_weights_are_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = installing.packaged()
    package = tmp_path / "other_weights"
    package.mkdir()
    (package / "__init__.py").touch()
    for each in (installing.WEIGHTS, installing.CONFIG, installing.TOKENIZER):
        shutil.copyfile(original / each, package / each)
    with (package / name).open("ab") as stream:
        stream.write(b" ")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(installing, "PACKAGE", "other_weights")
    with pytest.raises(EncoderMissing, match="not the original"):
        installing.packaged()


def test_a_package_that_is_absent_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "PACKAGE", "no_such_package")
    with pytest.raises(EncoderMissing, match="not installed"):
        installing.packaged()


def test_installing_again_makes_the_same_encoder_and_replaces_the_old(tmp_path: Path) -> None:
    target = tmp_path / "encoder"
    target.mkdir()
    (target / "old").touch()
    assert installing.install(installing.packaged(), target) == encoder().digest
    assert sorted(path.name for path in target.iterdir()) == sorted(path.name for path in ENCODER.iterdir())
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_a_failed_installation_keeps_the_old_encoder(tmp_path: Path) -> None:
    target = shutil.copytree(ENCODER, tmp_path / "encoder")
    with pytest.raises(FileNotFoundError):
        installing.install(tmp_path / "nowhere", target)
    assert installing.Encoder(target).digest == encoder().digest
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_without_the_package_the_assistant_can_still_be_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_ENCODER", str(tmp_path / "encoder"))
    monkeypatch.setattr(installing, "PACKAGE", "no_such_package")
    monkeypatch.setattr(sys, "argv", ["install"])
    installing.main()
    assert "the assistant works without it" in capsys.readouterr().out
    assert not (tmp_path / "encoder").exists()


def test_another_encoder_is_built_once_by_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "given"
    source.mkdir()
    for each in (installing.WEIGHTS, installing.CONFIG, installing.TOKENIZER):
        shutil.copyfile(installing.packaged() / each, source / each)
    target = tmp_path / "encoder"
    monkeypatch.setattr(sys, "argv", ["install"])
    monkeypatch.setenv("ASSISTANT_ENCODER", str(target))
    monkeypatch.setenv("ASSISTANT_ENCODER_SOURCE", str(source))
    installing.main()
    assert installing.Encoder(target).digest == encoder().digest
    assert "installed" in capsys.readouterr().out
    installing.main()
    assert capsys.readouterr().out == ""
    (target / installing.ORIGIN).write_text("another encoder")
    installing.main()
    assert "installed" in capsys.readouterr().out
