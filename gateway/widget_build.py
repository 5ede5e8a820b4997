"""The built widget on the disk (``widget/dist``), read once and again when there is a new build."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from gateway.assets import TYPES, Asset, asset, read_asset

log = structlog.get_logger(__name__)

LOADER, MANIFEST = "widget.js", "current.json"
PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a version or a file may be called: nothing that leads out of the folder."""


@dataclass(frozen=True)
class Build:
    """The manifest as it is served, the current loader, and the files of all versions by version and name."""

    manifest: Asset
    loader: Asset
    files: Mapping[tuple[str, str], Asset] = field(default_factory=dict)


class WidgetBuild:
    """The newest build that could be read; ``current`` is None where there never was one."""

    def __init__(self, folder: Path) -> None:
        """Reads nothing yet."""
        self._folder = folder
        self._seen: int | None = None
        self._warned = False
        self.current: Build | None = None

    def refresh(self) -> None:
        """Read the build if it is another one than the last. A broken one leaves what there was."""
        path = self._folder / MANIFEST
        try:
            seen = path.stat().st_mtime_ns
            if seen == self._seen:
                return
            self.current, self._seen, self._warned = _read(self._folder), seen, False
            log.info("gateway.widget.read", files=len(self.current.files))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if not self._warned:  # it is tried every few seconds
                log.warning("gateway.widget.not_built", path=str(path), reason=type(error).__name__, hint="make widget")
            self._warned = True

    async def refresh_if_changed(self) -> None:
        """``refresh()`` in a thread."""
        await asyncio.to_thread(self.refresh)


def _read(folder: Path) -> Build:
    raw = (folder / MANIFEST).read_bytes()
    manifest = json.loads(raw)
    version, listed = str(manifest["version"]), manifest["files"]
    files = {
        (path.parent.name, path.name): read_asset(path)
        for path in sorted(folder.glob("*/*"))
        if path.suffix in TYPES and path.is_file() and all(map(PART.fullmatch, (path.parent.name, path.name)))
        and path.resolve().is_relative_to(folder.resolve())
    }  # fmt: skip
    for name, facts in listed.items():
        if _integrity(files[version, name].body) != facts["integrity"]:
            raise ValueError(f"{name} is not the file of the manifest")  # browsers would refuse it
    return Build(asset(".json", raw), files[version, LOADER], files)


def _integrity(body: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(body).digest()).decode()}"
