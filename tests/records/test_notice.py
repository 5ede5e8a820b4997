"""Notices: complete, filled, and never changed once published."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import yaml

from records import notice
from records.notice import FOLDER, OPTIONAL
from settings import Settings
from tests.conftest import with_settings

PUBLISHED = yaml.safe_load((FOLDER / "published.yml").read_text(encoding="utf-8"))
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.yml"))


def test_every_notice_is_in_the_list() -> None:
    assert sorted(PUBLISHED) == FILES


@pytest.mark.parametrize("name", FILES)
def test_published_notice_is_unchanged(name: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == PUBLISHED[name]


@pytest.mark.parametrize("name", FILES)
def test_notice_is_complete_and_filled(settings: Settings, name: str) -> None:
    version, _, file = name.partition("/")
    language = file.removesuffix(".yml")
    named = with_settings(settings, controller_name="Acme Region", controller_contact="privacy@acme.example.com")
    shown = notice.load(named, language, version)
    assert shown.language == language
    assert list(shown.purposes) == [notice.NECESSARY, *OPTIONAL]
    for text in (shown.first_layer, shown.full):
        assert "{" not in text
    assert "Acme Region" in shown.first_layer
    assert "privacy@acme.example.com" in shown.full
    for purpose in shown.purposes.values():
        assert purpose.lifetime in shown.full
        assert any(char.isdigit() for char in purpose.lifetime), "a lifetime says how long"


def test_missing_language_falls_back_to_the_default(settings: Settings) -> None:
    assert notice.load(settings, "xx").language == "en"


def test_hash_depends_on_what_is_shown(settings: Settings) -> None:
    one = notice.load(settings, "en").first_layer
    other = notice.load(with_settings(settings, controller_name="Another"), "en").first_layer
    assert notice.text_hash(one) != notice.text_hash(other)


def test_nobodys_name_is_said_in_the_notices_language(settings: Settings) -> None:
    texts = {language: notice.load(settings, language) for language in settings.languages}
    assert "the organisation" in texts["en"].first_layer
    assert "l'organisation qui exploite" in texts["fr"].first_layer and "l'organisation" in texts["fr"].controller
    assert "de organisatie die" in texts["nl"].first_layer and "the organisation" not in texts["nl"].full


def test_an_old_notice_reads_as_it_did(settings: Settings) -> None:
    """Hashes recorded under it must be computable for ever."""
    assert "the organisation that runs this assistant" in notice.load(settings, "fr", "2026-11-24").first_layer


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_the_notice_names_all_that_is_kept_in_the_browser(settings: Settings, language: str) -> None:
    purposes = notice.load(settings, language).purposes
    for key in ("assistant-conversation", "assistant-draft", "assistant-choice"):
        assert key in purposes["necessary"].data and key in purposes["necessary"].lifetime
    assert "assistant-conversation" in purposes["functional"].data and "assistant-hint" in purposes["functional"].data
    assert not any("assistant-" in purposes[purpose].data for purpose in ("analytics", "improvement"))
    assert {purpose: purposes[purpose].lifetime[:3] for purpose in ("functional", "analytics", "improvement")} == {
        "functional": "180", "analytics": "13 ", "improvement": "24 ",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("version", "language"),
    [
        ("../notices/2026-11-25", "en"),
        ("2026-11-25", "../2026-11-24/en"),
        ("", "en"),
        (".", "en"),
        ("2020-01-01", "en"),
    ],
)
def test_what_does_not_exist_was_not_shown(settings: Settings, version: str, language: str) -> None:
    assert notice.exists(settings, "2026-11-25", "nl")
    assert not notice.exists(settings, version, language)


def test_an_altered_notice_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "notices"
    shutil.copytree(FOLDER, folder)
    assert notice.altered(folder) == []
    path = folder / "2026-11-25" / "nl.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("13 maanden", "31 maanden"), encoding="utf-8")
    (folder / "2026-11-24" / "fr.yml").unlink()
    assert notice.altered(folder) == ["2026-11-24/fr.yml", "2026-11-25/nl.yml"]
