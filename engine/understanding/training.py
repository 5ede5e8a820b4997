"""Regularised least squares classification over similarities of sentences (Rifkin 2002): one solve for all classes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from engine.understanding.weights import BLOCK, Floats

PENALTY = 0.7
LAYER_PENALTY = 2.0
"""For a language that borrows from English: its own n-grams correct, and should not learn by heart."""

Kernel = Callable[[slice, slice], Floats]
"""Similarities of two runs of training sentences, float32 [first run, second run]."""


def solve(ngrams: csr_matrix, targets: Floats, penalty: float, vectors: Kernel | None = None) -> Floats:
    """Dual weights (K + ``penalty`` I)⁻¹ ``targets``, float32 [sentences, classes]; K = n-grams·n-gramsᵀ + ``vectors``.

    One Cholesky factorisation, float32, of a [sentences, sentences] matrix: 1.5 GB for 19,000 sentences.
    """
    kernel = _lower_triangle(ngrams, vectors)
    kernel[np.diag_indices_from(kernel)] += penalty
    factor = cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    return np.asarray(cho_solve(factor, targets, check_finite=False), dtype=np.float32)


def _lower_triangle(ngrams: csr_matrix, vectors: Kernel | None) -> Floats:
    """The similarities of the sentences to those before them, in blocks: the factorisation needs no more."""
    size = ngrams.shape[0]
    kernel = np.zeros((size, size), dtype=np.float32)
    for start in range(0, size, BLOCK):
        rows, columns = slice(start, start + BLOCK), slice(0, start + BLOCK)
        block = kernel[rows, columns]
        block += (ngrams[rows] @ ngrams[columns].T).toarray()
        if vectors is not None:
            block += vectors(rows, columns)
    return kernel
