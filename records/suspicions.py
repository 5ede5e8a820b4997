"""What does not break the chain of records, but should be looked at by people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from records import notice
from records.anchors import Mark
from records.clock import parse
from settings import Settings


class Suspicions:
    """Collects them while the records are read in order. Give it the anchors first."""

    def __init__(self, settings: Settings) -> None:
        self._hash = cache(lambda *key: _text_hash(settings, *key))
        self._marks: dict[int, str] = {}
        self._texts: dict[tuple[str, str], list[int]] = {}
        self._dated_back: list[int] = []
        self._anchored_at = ""

    def anchored(self, mark: Mark) -> None:
        """Note that ``mark.seq`` was the last record at ``mark.at``."""
        self._marks[mark.seq] = max(mark.at, self._marks.get(mark.seq, ""))

    def look(self, record: Mapping[str, Any]) -> None:
        """Look at the next record, its JSON parsed."""
        version, language = record["notice_version"], record["notice_language"]
        layout = record["layout"]
        layer = layout.get("layer") if isinstance(layout, dict) else None
        if self._hash(version, language, layer == 2) != record["notice_hash"]:
            self._texts.setdefault((version, language), []).append(record["seq"])
        if self._anchored_at and _before(record["created_at"], self._anchored_at):
            self._dated_back.append(record["seq"])
        self._anchored_at = max(self._anchored_at, self._marks.get(record["seq"], ""))

    def found(self) -> tuple[str, ...]:
        """One line for people each."""
        files = [f"records/notices/{name} is not what was published" for name in notice.altered()]
        texts = [
            f"{_records(numbers)}: the text agreed to is not notice {version} in {language} with today's settings "
            "(were the controller's name, its contact or the days of validity others then?)"
            for (version, language), numbers in self._texts.items()
        ]
        late = self._dated_back
        times = [f"{_records(late)}: dated before an anchor that was made without it"] if late else []
        return (*files, *texts, *times)


def _text_hash(settings: Settings, version: str, language: str, second: bool) -> str | None:
    if not notice.exists(settings, version, language):
        return None
    return notice.text_hash(notice.load(settings, language, version).text(2 if second else 1))


def _before(one: str, other: str) -> bool:
    try:
        return parse(one) < parse(other)
    except ValueError:
        return False


def _records(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"record {numbers[0]}"
    return f"{len(numbers)} records, first record {numbers[0]}"
