"""Texts and knowledge as they are on disk now: both are read again when a file changed, without a restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog
import yaml

import knowledge
from knowledge import Knowledge

ROOT = Path(__file__).parents[2]
CHECK_SECONDS = 2.0
T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Texts:
    """One language's responses by name, and its labels."""

    responses: Mapping[str, Mapping[str, Any]]
    labels: Mapping[str, Any]


class Live(Generic[T]):
    """A value read from files, and read again after one of them changed. A broken change keeps the old value."""

    def __init__(self, folder: Path, read: Callable[[], T]) -> None:
        self._folder, self._read = folder, read
        self._seen = self._stamp()
        self._value = read()
        self._checked = time.monotonic()

    def __call__(self) -> T:
        """The value."""
        now = time.monotonic()
        if now - self._checked > CHECK_SECONDS:
            self._checked = now
            try:
                stamp = self._stamp()
                if stamp != self._seen:
                    self._seen = stamp
                    self._value = self._read()
                    log.info("engine.texts.reloaded", folder=str(self._folder))
            except Exception as error:
                log.error("engine.texts.broken", folder=str(self._folder), reason=str(error))
        return self._value

    def _stamp(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in self._folder.rglob("*.yml")))


def read_texts(folder: Path) -> Texts:
    """The responses and labels of all files in one language's folder. Raises ValueError for a name used twice."""
    responses: dict[str, Mapping[str, Any]] = {}
    labels: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        twice = set(responses) & set(data.get("responses", {}))
        if twice:
            raise ValueError(f"{path}: {', '.join(twice)} defined twice")
        responses.update(data.get("responses", {}))
        labels.update(data.get("labels", {}))
    return Texts(responses, labels)


@cache
def others() -> Mapping[str, str]:
    """A sentence in each of some languages that are not served, by code: which languages are."""
    found: dict[str, str] = yaml.safe_load((ROOT / "texts" / "others.yml").read_text(encoding="utf-8"))["languages"]
    return found


_texts: dict[str, Live[Texts]] = {}
_knowledge: list[Live[Knowledge]] = []


def texts(language: str) -> Texts:
    """The texts of a language that is served."""
    if language not in _texts:
        folder = ROOT / "texts" / language
        _texts[language] = Live(folder, lambda: read_texts(folder))
    return _texts[language]()


def known() -> Knowledge:
    """The knowledge."""
    if not _knowledge:
        _knowledge.append(Live(knowledge.store.ROOT, knowledge.load))
    return _knowledge[0]()
