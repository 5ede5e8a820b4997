"""The second opinion, and the facts: which training sentences are most like a message.

Similarity of two sentences, 0 (nothing in common) to 1 (the same):
(n(a)·n(b) + SHARE · exp(SHARPNESS · (e(a)·e(b) − 1))) / (1 + SHARE), with n the n-gram features and e the projected
sentence vectors, all of length 1; n(a)·n(b) alone where there is no encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from engine.understanding.weights import Floats

SHARE = 2.0
SHARPNESS = 3.0
NEIGHBOURS = 5
PER_INTENT = 6
"""Examples of an intent that are kept as witnesses, besides all sentences of facts."""


@dataclass(frozen=True)
class Witnesses:
    """Sentences kept for comparison; those of a fact stand side by side, before those of none.

    ``postings`` is the transposed n-gram matrix, [features, sentences]; ``vectors`` float32 [sentences, dimensions];
    ``facts`` holds the facts' ids, ``starts`` int32 where the sentences of each begin, ``end`` where the last ends.
    """

    postings: csr_matrix
    vectors: Optional[Floats]
    facts: tuple[str, ...]
    starts: npt.NDArray[np.int32]
    end: int

    @classmethod
    def of(
        cls, ngrams: csr_matrix, short: Optional[Floats], facts: Sequence[Optional[str]], labels: Sequence[int]
    ) -> Witnesses:
        """Choose among the training sentences; ``short`` are their projected vectors."""
        with_fact = sorted((index for index, fact in enumerate(facts) if fact), key=lambda index: str(facts[index]))
        seen: dict[int, int] = {}
        rest: list[int] = []
        for index, (fact, label) in enumerate(zip(facts, labels, strict=True)):
            if not fact and seen.setdefault(label, 0) < PER_INTENT:
                seen[label] += 1
                rest.append(index)
        chosen = np.array([*with_fact, *rest], dtype=np.int32)
        ids = [str(facts[index]) for index in with_fact]
        names = tuple(dict.fromkeys(ids))
        starts = np.searchsorted(ids, names).astype(np.int32)
        vectors = None if short is None else _of_length_1(short[chosen])
        return cls(csr_matrix(ngrams[chosen].T), vectors, names, starts, len(ids))

    def similarities(self, ngrams: csr_matrix, short: Optional[Floats]) -> Floats:
        """Of one sentence to each witness, float32 [sentences]."""
        found: Floats = (ngrams @ self.postings).toarray()[0]
        if self.vectors is None or short is None:
            return found
        cosine = self.vectors @ _of_length_1(short)[0]
        return (found + SHARE * np.exp(SHARPNESS * (cosine - 1))) / np.float32(1 + SHARE)

    def of_facts(self, similarities: Floats) -> Floats:
        """The best similarity of each fact's sentences, float32 [facts]."""
        if not self.facts:
            return np.zeros(0, dtype=np.float32)
        found: Floats = np.maximum.reduceat(similarities[: self.end], self.starts)
        return found

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """For ``numpy.savez``."""
        found: dict[str, npt.NDArray[Any]] = {
            f"{prefix}.data": self.postings.data,
            f"{prefix}.indices": self.postings.indices,
            f"{prefix}.indptr": self.postings.indptr,
            f"{prefix}.shape": np.array(self.postings.shape),
            f"{prefix}.facts": np.array(self.facts, dtype=str),
            f"{prefix}.starts": self.starts,
            f"{prefix}.end": np.array(self.end),
        }
        return found if self.vectors is None else {**found, f"{prefix}.vectors": self.vectors}

    @classmethod
    def read(cls, arrays: Any, prefix: str) -> Witnesses:
        """What ``arrays`` gave."""
        parts = (arrays[f"{prefix}.data"], arrays[f"{prefix}.indices"], arrays[f"{prefix}.indptr"])
        return cls(
            csr_matrix(parts, shape=tuple(arrays[f"{prefix}.shape"])),
            arrays.get(f"{prefix}.vectors"),
            tuple(arrays[f"{prefix}.facts"].tolist()),
            arrays[f"{prefix}.starts"],
            int(arrays[f"{prefix}.end"]),
        )


def nearness(*similarities: Floats) -> float:
    """The mean similarity of the nearest witnesses."""
    together = np.concatenate(similarities)
    count = min(NEIGHBOURS, len(together))
    return float(np.partition(together, -count)[-count:].mean()) if count else 0.0


def _of_length_1(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Floats = vectors / np.maximum(lengths, np.float32(1e-9))
    return found
