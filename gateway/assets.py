"""The page's files: read once, compressed once, addressed by their content so that browsers may keep them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    content_type: str
    body: bytes
    packed: bytes
    etag: str


class Assets:
    """All files under ``static``. ``version`` changes whenever one of them does."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the files."""
        paths = sorted(path for path in folder.rglob("*") if path.suffix in TYPES)
        self._assets = {path.relative_to(folder).as_posix(): read_asset(path) for path in paths}
        names = "".join(f"{name}{asset.etag}" for name, asset in self._assets.items())
        self.version = hashlib.sha256(names.encode()).hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of ``name``, for as long as no file changes. Raises KeyError for an unknown file."""
        self._assets[name]
        return f"/static/{self.version}/{name}"

    def get(self, name: str) -> Asset | None:
        """The file ``name``."""
        return self._assets.get(name)

    def names(self) -> list[str]:
        """All files."""
        return list(self._assets)


def packed(body: bytes) -> bytes:
    """``body`` compressed with gzip; always the same for the same body."""
    return gzip.compress(body, 9, mtime=0)


def read_asset(path: Path) -> Asset:
    """The file at ``path``. Raises OSError."""
    return asset(path.suffix, path.read_bytes())


def asset(suffix: str, body: bytes) -> Asset:
    """``body`` as a file whose name ends with ``suffix``."""
    return Asset(TYPES[suffix], body, packed(body), f'"{hashlib.sha256(body).hexdigest()[:20]}"')
