"""Notices: complete, filled, and never changed once published."""

from __future__ import annotations

import hashlib

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
