"""The widget's words, ``texts/<lang>/widget.yml``, read again when they change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import structlog
import yaml

from gateway import texts

log = structlog.get_logger(__name__)


class WidgetTexts:
    """The words of every language, as far as they can be read."""

    def __init__(self, root: Path = texts.ROOT) -> None:
        """Reads nothing yet."""
        self._root = root
        self._read: dict[str, tuple[int, dict[str, Any]]] = {}

    def get(self, language: str) -> dict[str, Any]:
        """The words in ``language``. Where the file is just being edited, those from before.

        Raises OSError or ValueError where they never could be read.
        """
        path = self._root / language / "widget.yml"
        try:
            stamp = path.stat().st_mtime_ns
            if self._read.get(language, (None,))[0] != stamp:
                words = texts.read(path)
                if not isinstance(words, dict):
                    raise ValueError("not a mapping")
                self._read[language] = stamp, words
        except (OSError, ValueError, yaml.YAMLError) as error:
            log.error("gateway.widget.texts_unreadable", language=language, reason=type(error).__name__)
            if language not in self._read:
                raise ValueError("no texts of the widget") from error
        return self._read[language][1]
