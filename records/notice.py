"""Privacy notices: one file a version and language, never changed once published.

The notice shown is part of the proof of a choice, so the hash of the exact text goes into each record, and
``published.yml`` keeps the hash of every published file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from settings import Settings

FOLDER = Path(__file__).parent / "notices"
NOTICE_ID = "chat-cookies"
NECESSARY = "necessary"
OPTIONAL = ("functional", "analytics", "improvement")


@dataclass(frozen=True)
class Purpose:
    """What one purpose is for, which data it uses and for how long."""

    id: str
    title: str
    what_for: str
    data: str
    lifetime: str


@dataclass(frozen=True)
class Notice:
    """A notice as shown: placeholders filled. ``first_layer`` is the short text, ``full`` the whole one."""

    version: str
    language: str
    title: str
    first_layer: str
    purposes: Mapping[str, Purpose]
    labels: Mapping[str, str]
    controller: str

    @property
    def full(self) -> str:
        """The second layer: every purpose with its data and lifetime, then who is responsible."""
        data, kept = self.labels["data"], self.labels["lifetime"]
        parts = [
            f"{purpose.title}: {purpose.what_for}\n{data}: {purpose.data}\n{kept}: {purpose.lifetime}"
            for purpose in self.purposes.values()
        ]
        return "\n\n".join([*parts, self.controller])


def text_hash(text: str) -> str:
    """SHA-256 of ``text`` in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def current_version(folder: Path = FOLDER) -> str:
    """The newest version; versions are dates, so that they sort."""
    return max(path.name for path in folder.iterdir() if path.is_dir())


def load(settings: Settings, language: str, version: str | None = None, folder: Path = FOLDER) -> Notice:
    """The notice in ``language``, or in the default language where it does not exist in that one."""
    version = version or current_version(folder)
    path = folder / version / f"{language}.yml"
    if not path.exists():
        language = settings.languages[0]
        path = folder / version / f"{language}.yml"
    data = _read(path)
    values = {
        "controller": settings.controller_name,
        "contact": settings.controller_contact,
        "consent_days": str(settings.consent_days),
    }
    purposes = {
        key: Purpose(key, **{name: _fill(text, values) for name, text in entry.items()})
        for key, entry in data["purposes"].items()
    }
    first, controller = _fill(data["first_layer"], values), _fill(data["controller"], values)
    return Notice(version, language, data["title"], first, purposes, data["labels"], controller)


@cache
def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
