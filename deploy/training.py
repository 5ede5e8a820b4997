"""Trains the model when what it is made of has changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENGINE_PYTHON = ROOT / ".venv-engine" / "bin" / "python"
MODEL = ROOT / "models" / "assistant.tar.gz"
TRAINED_BY = (
    "gazetteer.py",
    "importer.py",
    "encoder/sentences.py",
    "gloss/glossary.py",
    "understanding/component.py",
    "understanding/model.py",
    "understanding/ngrams.py",
    "understanding/sentences.py",
    "understanding/training.py",
    "understanding/weights.py",
    "understanding/witnesses.py",
)
LOCK = ROOT / "models" / ".training"
FINGERPRINT = ROOT / "models" / "assistant.sha256"


def ingredients() -> Iterator[Path]:
    """Everything a model is made of, in a stable order; what is decided or composed when it runs is not part of it."""
    yield from (ROOT / "config.yml", ROOT / "domain.yml", ROOT / "requirements" / "engine.txt")
    for folder, pattern in (
        ("data", "*.yml"), ("knowledge", "*.yml"), ("knowledge", "*.py"), ("engine/gloss/words", "*.yml"),
    ):  # fmt: skip
        yield from sorted((ROOT / folder).rglob(pattern))
    yield from (ROOT / "engine" / name for name in TRAINED_BY)
    yield ROOT / "var" / "encoder" / "sha256"


def fingerprint() -> str:
    """SHA-256 over the ingredients."""
    found = hashlib.sha256()
    for path in ingredients():
        found.update(str(path.relative_to(ROOT)).encode() + b"\0")
        found.update(path.read_bytes() if path.exists() else b"")
    return found.hexdigest()


def up_to_date() -> bool:
    """Whether the model on disk was made of what is on disk."""
    return MODEL.exists() and FINGERPRINT.exists() and FINGERPRINT.read_text(encoding="utf-8").strip() == fingerprint()


def train(force: bool = False) -> bool:
    """Train unless the model is up to date; False when it failed. Progress goes to stderr."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # who starts at the same time waits, and finds the model made
        return _train(force)


def _train(force: bool) -> bool:
    if not force and up_to_date():
        print("The model is up to date.", file=sys.stderr)
        return True
    print("Training the model (one or two minutes on two cores) …", file=sys.stderr, flush=True)
    made_of = fingerprint()
    # Under a name of its own: an engine that starts meanwhile must not read half a model.
    draft = MODEL.with_name(f"draft-{os.getpid()}.tar.gz")
    command = [
        str(ENGINE_PYTHON),
        "-m",
        "engine",
        "train",
        "--force",
        "--skip-validation",
        "--fixed-model-name",
        draft.name.split(".")[0],
    ]
    try:
        if subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode != 0 or not draft.exists():
            print("Training failed; see above.", file=sys.stderr)
            return False
        draft.replace(MODEL)
    finally:
        draft.unlink(missing_ok=True)
    FINGERPRINT.write_text(made_of + "\n", encoding="utf-8")
    return True


if __name__ == "__main__":
    sys.exit(0 if train(force="--force" in sys.argv) else 1)
