"""Every refusal has its words in every language."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.texts import ROOT, Texts, read

SOURCE = Path(__file__).parents[2] / "gateway"


def test_every_refusal_has_words() -> None:
    code = "".join(path.read_text() for path in SOURCE.rglob("*.py"))
    used = set(re.findall(r'ApiError\(\d{3}, "(\w+)"', code)) | set(re.findall(r'\d{3}: "(\w+)"', code))
    for folder in ROOT.iterdir():
        if folder.is_dir():
            assert used == set(read(folder / "gateway.yml")["errors"]), folder.name


def test_every_language_has_the_same_page() -> None:
    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(entry) for key, entry in value.items()}
        return [shape(entry) for entry in value] if isinstance(value, list) else None

    languages = [folder.name for folder in ROOT.iterdir() if folder.is_dir()]
    for name in ("page.yml", "gateway.yml"):
        shapes = [shape(read(ROOT / language / name)) for language in languages]
        assert all(entry == shapes[0] for entry in shapes)


def test_placeholders_are_filled() -> None:
    texts = Texts(("en",))
    assert "E-1" in texts.apology("en", "E-1")
    assert "1000" in texts.error("en", "too_long", {"limit": 1000, "length": 1200})
