"""Turns sentences into vectors with the encoder in a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

GRAPH = "encoder.onnx"
TOKENIZER = "tokenizer.json"
DIGEST = "sha256"
MAX_TOKENS = 64
MANY_WORDS = 60_000
"""A vocabulary from this size on is one of several languages."""

Vectors = npt.NDArray[np.float32]


class EncoderMissing(FileNotFoundError):
    """The folder holds no encoder, or not the one that was installed."""


class Encoder:
    """Sentence vectors, float32 [sentences, hidden], each of length 1. ``multilingual``: not of English alone.

    ``folder`` holds ``encoder.onnx``, ``tokenizer.json`` and ``sha256``, the digest both had when they were installed
    (``python -m engine.encoder.install``). Raises EncoderMissing when a file is absent or differs from the digest.
    """

    def __init__(self, folder: Path) -> None:
        try:
            expected = (folder / DIGEST).read_text(encoding="utf-8").strip()
            self.digest = digest(folder)
        except OSError as error:
            raise EncoderMissing(f"no encoder in {folder}") from error
        if self.digest != expected:
            raise EncoderMissing(f"the encoder in {folder} is not the one that was installed")

        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # smaller by 20 MB, and quicker, for one short sentence at a time
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, ["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self.multilingual = self._tokenizer.get_vocab_size() >= MANY_WORDS

    def __call__(self, sentences: Sequence[str]) -> Vectors:
        """The vectors of ``sentences``, in their order."""
        return np.stack([self._vector(sentence) for sentence in sentences])

    def _vector(self, sentence: str) -> Vectors:
        ids = np.array(self._tokenizer.encode(sentence).ids, dtype=np.int64)
        vector: Vectors = self._session.run(None, {"ids": ids})[0]
        return vector


def digest(folder: Path) -> str:
    """SHA-256 over the graph and the tokenizer in ``folder``. Raises OSError when one cannot be read."""
    found = hashlib.sha256()
    for name in (GRAPH, TOKENIZER):
        found.update((folder / name).read_bytes())
    return found.hexdigest()
