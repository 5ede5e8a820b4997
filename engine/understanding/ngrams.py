"""Tf-idf features of words and of the character n-grams inside them.

Hashed, so that only the document frequencies need to be stored. Character n-grams carry typos, inflection and Dutch
compounds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

WIDTH = 2**17
WORD_SHARE = 0.5
_WORDS = HashingVectorizer(
    analyzer="word", ngram_range=(1, 2), token_pattern=r"(?u)\w[\w&.+-]*\w|\w", n_features=WIDTH,
    alternate_sign=False, norm=None, dtype=np.float32,
)  # fmt: skip
_CHARACTERS = HashingVectorizer(
    analyzer="char_wb", ngram_range=(3, 4), n_features=WIDTH, alternate_sign=False, norm=None, dtype=np.float32
)

Frequencies = npt.NDArray[np.float32]


class Ngrams:
    """Rows of length 1, float32 [sentences, 2 · WIDTH]: the words' half and the characters' half."""

    def __init__(self, idf: Frequencies) -> None:
        self.idf = idf

    @classmethod
    def fit(cls, sentences: Sequence[str]) -> Ngrams:
        """Learn the inverse document frequencies, smoothed as in scikit-learn: ln((1 + n) / (1 + df)) + 1."""
        counts = _counts(sentences)
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        return cls((np.log((1 + len(sentences)) / (1 + seen)) + 1).astype(np.float32))

    def __call__(self, sentences: Sequence[str]) -> csr_matrix:
        """The features of ``sentences``."""
        counts = _counts(sentences)
        counts.data = (1 + np.log(counts.data)) * self.idf[counts.indices]
        words, characters = counts[:, :WIDTH], counts[:, WIDTH:]
        shares = (WORD_SHARE**0.5, (1 - WORD_SHARE) ** 0.5)
        parts = [normalize(part) * share for part, share in zip((words, characters), shares, strict=True)]
        return csr_matrix(hstack(parts, format="csr"), dtype=np.float32)


def _counts(sentences: Sequence[str]) -> csr_matrix:
    return csr_matrix(hstack([_WORDS.transform(sentences), _CHARACTERS.transform(sentences)], format="csr"))
