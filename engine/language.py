"""Which language a message is in: py3langid, and how well each language's own n-grams fit.

py3langid (BSD) knows many languages but not our words; the n-gram frequencies of our training sentences know those, and
short keyword questions. Their log odds are added. Measured on 600 training sentences a language kept apart: 96.8 % of
the English, 93.7 % of the French and 97.3 % of the Dutch; what is missed are names ("vip check", "actiris").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from engine.understanding.ngrams import Ngrams

OTHERS = ("de", "es", "it", "pt", "pl", "ro", "sv", "da", "tr")
"""Languages that are told apart, but not served; ``texts/others.yml`` has a sentence in each."""
OWN_SHARE = 0.25
"""N-grams of a word are not independent: each counts for a quarter of itself."""
LIBRARY_SHARE = 2.0
FOREIGN, FOREIGN_WORDS = 0.9, 3
"""Probability and words from which a message is in another language: 1 of 4,500 of our own is taken for one."""
STRANGE, STRANGE_SHARE = 0.8, 0.08
"""For two words: the probability, and the share of n-grams that no language of ours has."""
SWITCH, SWITCH_WORDS = 0.99, 3
"""Probability and words from which a visitor who was answered in one language is answered in another."""
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Guess:
    """``language`` is the likeliest of those served, ``probability`` how sure that is, ``words`` what it rests on.

    ``foreign`` is another language that the message is in, or None.
    """

    language: str
    probability: float
    words: int
    foreign: str | None = None


class Detector:
    """Guesses among the languages of ``ngrams``, one or more."""

    def __init__(self, ngrams: Mapping[str, Ngrams]) -> None:
        self._ngrams = dict(ngrams)
        self._library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._library.set_languages([*self._ngrams, *OTHERS])

    def __call__(self, text: str) -> Guess:
        """The guess for ``text``; the probabilities of the languages served add up to one."""
        words = len(_WORD.findall(text))
        ranked = dict(self._library.rank(text))
        own = self._own(text)
        scores = np.array([LIBRARY_SHARE * np.log(ranked[name] + 1e-9) + own[name] for name in self._ngrams])
        odds = np.exp(scores - scores.max())
        best = int(odds.argmax())
        names = list(self._ngrams)
        foreign = max(OTHERS, key=lambda name: ranked[name])
        sure = ranked[foreign]
        is_foreign = (words >= FOREIGN_WORDS and sure >= FOREIGN) or (
            words == FOREIGN_WORDS - 1 and sure >= STRANGE and self._strange(text) >= STRANGE_SHARE
        )
        return Guess(names[best], float(odds[best] / odds.sum()), words, foreign if is_foreign else None)

    def _own(self, text: str) -> dict[str, float]:
        """Log likelihood of the text's n-grams in each language, up to a constant that all share."""
        found: dict[str, float] = {}
        for name, ngrams in self._ngrams.items():
            columns = ngrams([text]).indices
            found[name] = -OWN_SHARE * float(ngrams.idf[columns].sum())
        return found

    def _strange(self, text: str) -> float:
        """The share of n-grams that are new even to the language they fit best."""
        shares = []
        for ngrams in self._ngrams.values():
            frequencies = ngrams.idf[ngrams([text]).indices]
            shares.append(float((frequencies >= ngrams.idf.max()).mean()) if len(frequencies) else 0.0)
        return min(shares)


def switched(guess: Guess, current: str, words: int = SWITCH_WORDS) -> str:
    """The language to go on in when ``current`` was spoken so far: another only if at least ``words`` are surely it."""
    sure = guess.probability >= SWITCH and guess.words >= words and guess.foreign is None
    return guess.language if sure else current
