"""Texts and knowledge as they are on disk now: complete, and read again when a file changes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from engine.replies import texts as module
from engine.replies.language import TRANSLATED, served
from engine.replies.texts import ROOT, Live, known, read_texts, texts

FRAGMENTS = {
    "utter_source", "utter_undated", "utter_place_second_opinion", "utter_place_undated", "utter_places_intro",
    "utter_clarify_other",
}  # fmt: skip
"""Parts of replies, which have no custom object of their own."""
TYPES = {
    "answer", "places", "unknown", "clarify", "out_of_scope", "patient", "contact", "consent", "human", "erase",
    "privacy", "chitchat", "error",
}  # fmt: skip
RESPONSES = sorted((language, name) for language in TRANSLATED for name in texts(language).responses)


@pytest.mark.parametrize(("language", "name"), RESPONSES)
def test_every_response_has_its_text_and_its_custom_object(language: str, name: str) -> None:
    response = texts(language).responses[name]
    assert isinstance(response["text"], str) and response["text"].strip()
    if "custom" in response or not _is_fragment(name):
        assert response["custom"]["type"] in TYPES
    for button in response.get("buttons", []):
        assert set(button) == {"title", "payload"}
        assert button["title"].strip() and button["payload"].strip()


def _is_fragment(name: str) -> bool:
    return name in FRAGMENTS or name.endswith("_first_line")


@pytest.mark.parametrize(("language", "name"), RESPONSES)
def test_the_buttons_lead_somewhere(language: str, name: str) -> None:
    import json

    import yaml

    intents = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
    for button in texts(language).responses[name].get("buttons", []):
        match = re.fullmatch(r"/(\w+)(\{.*\})?", button["payload"])
        if match is None:
            assert not button["payload"].startswith("/")
            continue
        assert match[1] in intents
        topic = json.loads(match[2]).get("topic") if match[2] else None
        assert topic is None or topic in known().topics


def test_every_language_served_has_the_same_responses() -> None:
    assert len({frozenset(texts(language).responses) for language in TRANSLATED}) == 1


def test_a_name_used_twice_is_refused(tmp_path: Path) -> None:
    for file in ("a.yml", "b.yml"):
        (tmp_path / file).write_text("responses: {utter_x: {text: X}}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="utter_x defined twice"):
        read_texts(tmp_path)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the English texts, looked at on every use."""
    monkeypatch.setattr(module, "CHECK_SECONDS", -1)
    return Path(shutil.copytree(ROOT / "texts" / "en", tmp_path / "en"))


def test_a_changed_a_new_and_a_removed_file_are_read_without_a_restart(folder: Path) -> None:
    live = Live(folder, lambda: read_texts(folder))
    before = live().responses["utter_greet"]["text"]
    path = folder / "dialogue.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, "Good morning!"), encoding="utf-8")
    assert live().responses["utter_greet"]["text"] == "Good morning!"
    (folder / "new.yml").write_text("responses: {utter_new: {text: New}}\n", encoding="utf-8")
    assert live().responses["utter_new"]["text"] == "New"
    (folder / "new.yml").unlink()
    assert "utter_new" not in live().responses


@pytest.mark.parametrize("broken", ["responses: [", "responses: {utter_greet: {text: Twice}}", "", "\x00"], ids=repr)
def test_a_broken_file_keeps_the_old_value_and_a_repaired_one_is_read(folder: Path, broken: str) -> None:
    live = Live(folder, lambda: read_texts(folder))
    before = live()
    (folder / "zz.yml").write_text(broken, encoding="utf-8")
    assert live() == before
    (folder / "zz.yml").write_text("responses: {utter_new: {text: New}}\n", encoding="utf-8")
    assert live().responses["utter_new"]["text"] == "New"


def test_a_file_that_vanishes_while_it_is_looked_for_does_no_harm(folder: Path) -> None:
    live = Live(folder, lambda: read_texts(folder))
    before = live()
    (folder / "zz.yml").symlink_to(folder / "nowhere.yml")
    assert live() == before


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("fr-BE", "fr"),
        ("nl", "nl"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        ("zz", "en"),
        (3, "en"),
        ({}, "en"),
    ],
)
def test_a_language_that_is_not_served_is_english(asked: object, answered: str) -> None:
    assert served(asked) == answered
