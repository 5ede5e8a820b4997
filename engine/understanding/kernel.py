"""The classifier: kernel least squares over n-grams and sentence vectors.

Similarity of two sentences, k(a, b) = n(a)·n(b) + SHARE · exp(SHARPNESS · (e(a)·e(b) − 1)), with n the n-gram features
and e the sentence vectors, both of length 1. Scores are K (K + λI)⁻¹ Y with Y the one-hot labels (regularised least
squares classification, Rifkin 2002): one solve for all classes. The same similarities give the nearest sentences, the
second opinion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from engine.understanding.ngrams import Ngrams

SHARE = 2.0
SHARPNESS = 3.0
PENALTY = 0.5
TEMPERATURE = 0.035
"""Divides the scores so that confidences are calibrated: the smallest log loss on held-out sentences (Guo et al. 2017,
On calibration of modern neural networks); ``make bench-nlu`` prints the value that fits best now."""
BLOCK = 1024

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Sentences:
    """Features of a list of sentences: sparse n-grams, and vectors where there is an encoder."""

    ngrams: csr_matrix
    vectors: Optional[Floats]


@dataclass
class Kernel:
    """A trained classifier.

    ``postings`` is the transposed n-gram matrix, [features, sentences]; ``weights`` is float32 [sentences, classes];
    ``labels`` holds a class number a sentence.
    """

    ngrams: Ngrams
    postings: csr_matrix
    vectors: Optional[Floats]
    weights: Floats
    labels: npt.NDArray[np.int32]

    def similarities(self, sentence: Sentences) -> Floats:
        """k of one sentence to each training sentence, float32 [sentences]."""
        found: Floats = (sentence.ngrams @ self.postings).toarray()[0]
        if self.vectors is not None and sentence.vectors is not None:
            found += _vector_kernel(self.vectors @ sentence.vectors[0])
        return found

    def probabilities(self, similarities: Floats) -> Floats:
        """Confidence a class, float32 [classes], out of the similarities of one sentence."""
        return softmax((similarities @ self.weights) / TEMPERATURE)


def fit(sentences: Sentences, ngrams: Ngrams, labels: Sequence[int], classes: int) -> Kernel:
    """Train on ``sentences``: one Cholesky factorisation, float32, of a [sentences, sentences] matrix."""
    numbers = np.asarray(labels, dtype=np.int32)
    kernel = _lower_triangle(sentences)
    kernel[np.diag_indices_from(kernel)] += PENALTY
    targets = np.zeros((len(numbers), classes), dtype=np.float32)
    targets[np.arange(len(numbers)), numbers] = 1
    factor = cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    weights = np.asarray(cho_solve(factor, targets, overwrite_b=True, check_finite=False), dtype=np.float32)
    return Kernel(ngrams, csr_matrix(sentences.ngrams.T), sentences.vectors, weights, numbers)


def _lower_triangle(sentences: Sentences) -> Floats:
    """The similarities of the sentences to those before them, in blocks: the factorisation needs no more."""
    size = sentences.ngrams.shape[0]
    kernel = np.zeros((size, size), dtype=np.float32)
    for start in range(0, size, BLOCK):
        rows, columns = slice(start, start + BLOCK), slice(0, start + BLOCK)
        block = kernel[rows, columns]
        block += (sentences.ngrams[rows] @ sentences.ngrams[columns].T).toarray()
        if sentences.vectors is not None:
            block += _vector_kernel(sentences.vectors[rows] @ sentences.vectors[columns].T)
    return kernel


def softmax(scores: Any) -> Floats:
    """Along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: Floats = (shifted / shifted.sum(axis=-1, keepdims=True)).astype(np.float32)
    return found


def _vector_kernel(cosine: Floats) -> Floats:
    found: Floats = SHARE * np.exp(SHARPNESS * (cosine - 1))
    return found
