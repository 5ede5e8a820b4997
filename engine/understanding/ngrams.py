"""Tf-idf features of words and of the character n-grams inside them.

Hashed, so that only the document frequencies need to be stored. Character n-grams carry typos, inflection and Dutch
compounds. Case and accents are left out: half of the people who write French leave the accents out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.utils.murmurhash import murmurhash3_bytes_u32

WIDTH = 2**17
WORD_SHARE = 0.5
CHARACTERS = (3, 4)
_WORD = re.compile(r"\w[\w&.+-]*\w|\w")

Frequencies = npt.NDArray[np.float32]


class Ngrams:
    """Rows of length 1, float32 [sentences, 2 · WIDTH]: the words' half and the characters' half."""

    def __init__(self, idf: Frequencies) -> None:
        self.idf = idf

    @classmethod
    def fit(cls, sentences: Sequence[str]) -> Ngrams:
        """Learn the inverse document frequencies, smoothed as in scikit-learn: ln((1 + n) / (1 + df)) + 1."""
        seen = np.zeros(2 * WIDTH, dtype=np.int32)
        for sentence in sentences:
            seen[columns(sentence)] += 1
        return cls((np.log((1 + len(sentences)) / (1 + seen)) + 1).astype(np.float32))

    def __call__(self, sentences: Sequence[str]) -> csr_matrix:
        """The features of ``sentences``."""
        indices: list[npt.NDArray[np.int32]] = []
        values: list[Frequencies] = []
        starts = [0]
        for sentence in map(folded, sentences):
            halves = (
                (_counts(_words(sentence), 0), WORD_SHARE),
                (_counts(_characters(sentence), WIDTH), 1 - WORD_SHARE),
            )
            for counts, share in halves:
                found = np.fromiter(counts, dtype=np.int32, count=len(counts))
                weights = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
                weights = (1 + np.log(weights)) * self.idf[found]
                length = np.sqrt(weights @ weights)
                indices.append(found)
                values.append(weights * np.float32(share**0.5 / length) if length else weights)
            starts.append(starts[-1] + len(indices[-2]) + len(indices[-1]))
        shape = (len(sentences), 2 * WIDTH)
        if not sentences:
            return csr_matrix(shape, dtype=np.float32)
        return csr_matrix((np.concatenate(values), np.concatenate(indices), starts), shape=shape)


def columns(sentence: str) -> npt.NDArray[np.int32]:
    """The columns of the features in ``sentence``, each once; they are the same in every language."""
    plain = folded(sentence)
    found = {*_counts(_words(plain), 0), *_counts(_characters(plain), WIDTH)}
    return np.fromiter(found, dtype=np.int32, count=len(found))


def folded(text: str) -> str:
    """``text`` in lower case and without accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _counts(features: Iterator[str], start: int) -> Counter[int]:
    return Counter(start + murmurhash3_bytes_u32(feature.encode(errors="replace"), 0) % WIDTH for feature in features)


def _words(sentence: str) -> Iterator[str]:
    """Words and pairs of neighbouring words."""
    words = _WORD.findall(sentence)
    yield from words
    for pair in pairwise(words):
        yield " ".join(pair)


def _characters(sentence: str) -> Iterator[str]:
    """Character n-grams inside each word with a space at its ends; a word shorter than n is one n-gram."""
    for word in sentence.split():
        padded = f" {word} "
        for size in CHARACTERS:
            if len(padded) <= size:
                yield padded
                break
            for place in range(len(padded) - size + 1):
                yield padded[place : place + size]
