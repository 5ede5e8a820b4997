"""Sentence vectors kept between trainings."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from engine.understanding.model import Embed
from engine.understanding.weights import Floats

BATCH = 256


def cached(embed: Embed, digest: str, folder: Path) -> Embed:
    """``embed`` with its vectors kept in ``folder`` by the encoder's digest, so that retraining is quick."""
    path = folder / f"vectors-{digest[:16]}.npz"
    known: dict[str, Floats] = {}

    def vectors(sentences: Sequence[str]) -> Floats:
        if not known and path.exists():
            with np.load(path, allow_pickle=False) as stored:
                known.update(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        keys = [hashlib.sha256(sentence.encode()).hexdigest() for sentence in sentences]
        new = {key: sentence for key, sentence in zip(keys, sentences, strict=True) if key not in known}
        if new:
            with ThreadPoolExecutor() as threads:
                found = threads.map(embed, _batches(list(new.values())))
                known.update(zip(new, itertools.chain.from_iterable(found), strict=True))
            folder.mkdir(parents=True, exist_ok=True)
            np.savez(path, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        return np.stack([known[key] for key in keys])

    return vectors


def _batches(sentences: Sequence[str]) -> Iterable[Sequence[str]]:
    return (sentences[start : start + BATCH] for start in range(0, len(sentences), BATCH))
