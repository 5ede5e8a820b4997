"""What a trained classifier keeps: a weight a class for every n-gram, and for products of two vector components.

Both parts were found by regularised least squares over the similarities of the training sentences (``training.py``)
and are written out here as weights of eight bits, so that a message costs the same however many sentences there were.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Optional

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

LINEAR = 1.0
SQUARED = 2.5
DIMENSIONS = 192
"""Components of a sentence vector whose products are weighed: 18,528 products."""
COARSE, CANDIDATES = 64, 64
"""The products of the strongest components are weighed for all classes, the rest only for the best: a third of the
work, the same answers."""
SEEN = 2
"""N-grams of fewer training sentences are left out: half of them, without loss."""
BLOCK = 1024

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class NgramWeights:
    """Weights of n-grams, eight bits each.

    ``row`` is int32 [features]: a feature's row in ``table``, -1 if it has none; ``table`` int8 [rows, classes];
    ``scale`` float32 [rows].
    """

    row: npt.NDArray[np.int32]
    table: npt.NDArray[np.int8]
    scale: Floats

    @classmethod
    def of(cls, ngrams: csr_matrix, dual: Floats) -> NgramWeights:
        """The weights for training sentences with features ``ngrams`` and dual weights [sentences, classes]."""
        kept = np.flatnonzero(np.bincount(ngrams.indices, minlength=ngrams.shape[1]) >= SEEN)
        weights = np.asarray(ngrams[:, kept].T @ dual, dtype=np.float32)
        scale = np.maximum(np.abs(weights).max(axis=1), np.float32(1e-9)) / 127
        row = np.full(ngrams.shape[1], -1, dtype=np.int32)
        row[kept] = np.arange(len(kept), dtype=np.int32)
        return cls(row, np.round(weights / scale[:, None]).astype(np.int8), scale.astype(np.float32))

    def scores(self, ngrams: csr_matrix) -> Floats:
        """Scores float32 [sentences, classes]."""
        return np.stack([self._scores(ngrams, sentence) for sentence in range(ngrams.shape[0])])

    def _scores(self, ngrams: csr_matrix, sentence: int) -> Floats:
        part = slice(ngrams.indptr[sentence], ngrams.indptr[sentence + 1])
        rows = self.row[ngrams.indices[part]]
        known = rows >= 0
        rows = rows[known]
        found: Floats = (ngrams.data[part][known] * self.scale[rows]) @ self.table[rows].astype(np.float32)
        return found

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """For ``numpy.savez``."""
        return {f"{prefix}.row": self.row, f"{prefix}.table": self.table, f"{prefix}.scale": self.scale}

    @classmethod
    def read(cls, arrays: Any, prefix: str) -> NgramWeights:
        """What ``arrays`` gave."""
        return cls(arrays[f"{prefix}.row"], arrays[f"{prefix}.table"], arrays[f"{prefix}.scale"])


@dataclass(frozen=True)
class Projection:
    """The directions in which training vectors vary most, the strongest first: float32 [hidden, dimensions]."""

    directions: Floats

    @classmethod
    def of(cls, vectors: Floats, dimensions: int = DIMENSIONS) -> Projection:
        """The principal directions of ``vectors`` [sentences, hidden]; all of them where there are fewer."""
        _, directions = np.linalg.eigh((vectors.T @ vectors) / len(vectors))
        return cls(np.ascontiguousarray(directions[:, ::-1][:, :dimensions], dtype=np.float32))

    def __call__(self, vectors: Floats) -> Floats:
        """``vectors`` seen in these directions, float32 [sentences, dimensions]."""
        found: Floats = vectors @ self.directions
        return found


@dataclass(frozen=True)
class VectorWeights:
    """Weights of vector components (``linear``, float32 [hidden, classes]) and of their products.

    ``pairs`` is int8 [classes, products], ``scale`` float32 [classes].
    """

    projection: Projection
    linear: Floats
    pairs: npt.NDArray[np.int8]
    scale: Floats

    @classmethod
    def of(cls, projection: Projection, vectors: Floats, dual: Floats) -> VectorWeights:
        """The weights for training vectors [sentences, hidden] and dual weights [sentences, classes]."""
        short = projection(vectors)
        size = short.shape[1]
        pairs = np.zeros((dual.shape[1], size * (size + 1) // 2), dtype=np.float32)
        for start in range(0, len(short), BLOCK):
            pairs += dual[start : start + BLOCK].T @ _products(short[start : start + BLOCK])
        # A product off the diagonal stands for two.
        first, second = _pairs(size)
        pairs *= SQUARED * np.where(first == second, 1, 2).astype(np.float32)
        scale = np.maximum(np.abs(pairs).max(axis=1), np.float32(1e-9)) / 127
        rounded = np.round(pairs / scale[:, None]).astype(np.int8)
        return cls(projection, LINEAR * (vectors.T @ dual), rounded, scale.astype(np.float32))

    def scores(self, vectors: Floats) -> Floats:
        """Scores float32 [sentences, classes]."""
        pairs = (self.pairs * self.scale[:, None]).T
        blocks = [vectors[start : start + BLOCK] for start in range(0, len(vectors), BLOCK)]
        return np.concatenate([block @ self.linear + _products(self.projection(block)) @ pairs for block in blocks])

    def add(self, scores: Floats, vector: Floats) -> Floats:
        """``scores`` [classes] with those of one vector [hidden] added.

        The products of the COARSE strongest components are weighed for all classes, the others for the CANDIDATES best.
        """
        products = _products(self.projection(vector[None]))[0]
        found: Floats = scores + vector @ self.linear
        found += self._coarse @ products[: self._coarse.shape[1]]
        best = np.argpartition(-found, min(CANDIDATES, len(found)) - 1)[:CANDIDATES]
        rest = self._coarse.shape[1]
        found[best] += self.scale[best] * (self.pairs[best, rest:].astype(np.float32) @ products[rest:])
        return found

    @cached_property
    def _coarse(self) -> Floats:
        size = min(COARSE, self.projection.directions.shape[1])
        return self.pairs[:, : size * (size + 1) // 2] * self.scale[:, None]

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """For ``numpy.savez``."""
        return {
            f"{prefix}.directions": self.projection.directions,
            f"{prefix}.linear": self.linear,
            f"{prefix}.pairs": self.pairs,
            f"{prefix}.scale": self.scale,
        }

    @classmethod
    def read(cls, arrays: Any, prefix: str) -> Optional[VectorWeights]:
        """What ``arrays`` gave; None where there was none."""
        if f"{prefix}.pairs" not in arrays:
            return None
        projection = Projection(arrays[f"{prefix}.directions"])
        return cls(projection, arrays[f"{prefix}.linear"], arrays[f"{prefix}.pairs"], arrays[f"{prefix}.scale"])


def vector_kernel(first: Floats, second: Floats, projection: Projection) -> Floats:
    """The similarities that VectorWeights writes out, float32 [first, second]."""
    found: Floats = LINEAR * (first @ second.T) + SQUARED * (projection(first) @ projection(second).T) ** 2
    return found


def _products(short: Floats) -> Floats:
    first, second = _pairs(short.shape[1])
    found: Floats = short[:, first] * short[:, second]
    return found


@cache
def _pairs(size: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Every pair of components, so ordered that the pairs of the first k components are the first k (k + 1) / 2."""
    second, first = np.tril_indices(size)
    return first, second
