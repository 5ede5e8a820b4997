"""From scores to confidences."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

TEMPERATURES = {"en": 0.035, "fr": 0.04, "nl": 0.04}
"""Divides a language's scores so that confidences are calibrated: the smallest log loss on the validation questions
(Guo et al. 2017, On calibration of modern neural networks); ``make bench-nlu`` prints the values that fit best now."""
OTHERWISE = 0.04


def confidences(scores: npt.NDArray[np.float32], language: str) -> npt.NDArray[np.float32]:
    """Probabilities, float32 [classes], for the scores of one sentence in ``language``."""
    return softmax(scores / np.float32(TEMPERATURES.get(language, OTHERWISE)))


def softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: npt.NDArray[np.float32] = shifted / shifted.sum(axis=-1, keepdims=True)
    return found
