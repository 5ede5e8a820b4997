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
    """A notice as shown: placeholders filled. ``first_layer`` is the short text, ``full`` the whole one.

    ``controller`` is the sentence that says who is responsible, ``controller_name`` the name in it.
    """

    version: str
    language: str
    title: str
    first_layer: str
    purposes: Mapping[str, Purpose]
    labels: Mapping[str, str]
    controller: str
    controller_name: str

    @property
    def full(self) -> str:
        """The second layer: every purpose with its data and lifetime, then who is responsible."""
        data, kept, colon = self.labels["data"], self.labels["lifetime"], self.labels.get("colon", ": ")
        parts = [
            f"{purpose.title}{colon}{purpose.what_for}\n{data}{colon}{purpose.data}\n{kept}{colon}{purpose.lifetime}"
            for purpose in self.purposes.values()
        ]
        return "\n\n".join([*parts, self.controller])

    def text(self, layer: object) -> str:
        """The text that is hashed for a choice on ``layer``: the whole one on the second, else the short one."""
        return self.full if layer == 2 else self.first_layer


def text_hash(text: str) -> str:
    """SHA-256 of ``text`` in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def current_version(folder: Path = FOLDER) -> str:
    """The newest version; versions are dates, so that they sort."""
    return max(versions(folder))


def versions(folder: Path = FOLDER) -> list[str]:
    """All versions there ever were."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def exists(settings: Settings, version: str, language: str, folder: Path = FOLDER) -> bool:
    """Whether that version can have been shown in that language. Safe for whatever a client sends."""
    return (
        version in versions(folder)
        and language in settings.languages
        and (folder / version / f"{language}.yml").exists()
    )


def load(settings: Settings, language: str, version: str | None = None, folder: Path = FOLDER) -> Notice:
    """The notice in ``language``, or in the default language where it does not exist in that one.

    Raises OSError for a version that does not exist.
    """
    version = version or current_version(folder)
    path = folder / version / f"{language}.yml"
    if not path.exists():
        language = settings.languages[0]
        path = folder / version / f"{language}.yml"
    data = _read(path)
    name = settings.controller_name
    if name == Settings.model_fields["controller_name"].default:
        name = data.get("unnamed", name)  # nobody gave a name: said in the notice's own language
    values = {
        "controller": name,
        "contact": settings.controller_contact,
        "consent_days": str(settings.consent_days),
    }
    purposes = {
        key: Purpose(key, **{name: _fill(text, values) for name, text in entry.items()})
        for key, entry in data["purposes"].items()
    }
    first, controller = _fill(data["first_layer"], values), _fill(data["controller"], values)
    return Notice(version, language, data["title"], first, purposes, data["labels"], controller, name)


def altered(folder: Path = FOLDER) -> list[str]:
    """The published files that are not what they were when published, or are gone."""
    published: dict[str, str] = yaml.safe_load((folder / "published.yml").read_text(encoding="utf-8"))
    return [name for name, digest in published.items() if _file_hash(folder / name) != digest]


def _file_hash(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


@cache
def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
