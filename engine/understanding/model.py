"""What a sentence is about and which fact answers it: the trained model, apart from Rasa.

Trained on the example sentences of every intent and, for topics, on their titles, questions and facts as well: how a
fact is said and how people ask for it. Those sentences also find the fact.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, load_npz, save_npz

from engine.understanding import kernel
from engine.understanding.kernel import Floats, Kernel
from engine.understanding.ngrams import Ngrams
from knowledge import Knowledge

NEIGHBOURS = 5

Embed = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True)
class Sentence:
    """A training sentence: its intent (``area/topic`` for topics) and the fact it asks for or says, if any."""

    text: str
    intent: str
    fact: Optional[str] = None


@dataclass(frozen=True)
class Reading:
    """What was understood of a sentence.

    ``ranking`` holds (intent, confidence), best first. ``nearness`` is the second opinion: the mean similarity of the
    nearest training sentences, 0 (nothing in common) to 1 (the same). ``facts`` holds (fact, its topic, similarity),
    best first.
    """

    ranking: tuple[tuple[str, float], ...]
    nearness: float
    facts: tuple[tuple[str, str, float], ...]


def knowledge_sentences(knowledge: Knowledge) -> Iterable[Sentence]:
    """The sentences that the knowledge itself gives, in every language it is written in."""
    for language, texts in knowledge.texts.items():
        for topic, text in texts.items():
            yield Sentence(text.title, topic)
            if language == "en":
                yield Sentence(knowledge.topics[topic].question, topic)
            for fact, worded in text.facts.items():
                yield Sentence(knowledge.say(fact, language), topic, fact)
                for question in worded.asks:
                    yield Sentence(question, topic, fact)
    for entry in knowledge.uncovered.values():
        # What stands in brackets is what is known of it, and would draw questions for just that.
        yield Sentence(re.sub(r"\([^)]*\)", " ", entry.question), f"uncovered/{entry.id}")


class Model:
    """Reads sentences. ``embed`` must be the one the model was trained with, or None if it was trained without."""

    def __init__(
        self, trained: Kernel, intents: Sequence[str], facts: Sequence[Optional[str]], embed: Optional[Embed]
    ) -> None:
        self._kernel, self._intents, self._embed = trained, list(intents), embed
        self._scale = 1.0 + (kernel.SHARE if trained.vectors is not None else 0.0)
        self._facts = list(facts)
        self._names = sorted({fact for fact in facts if fact})
        rows = sorted((index for index, fact in enumerate(facts) if fact), key=lambda index: str(facts[index]))
        self._topics = {str(facts[row]): self._intents[trained.labels[row]] for row in rows}
        # The sentences of a fact side by side, and where each fact's begin.
        self._fact_rows = np.array(rows, dtype=np.int32)
        self._fact_starts = np.searchsorted([str(facts[row]) for row in rows], self._names)

    @classmethod
    def train(cls, sentences: Sequence[Sentence], embed: Optional[Embed]) -> Model:
        """Train on ``sentences``; ``embed`` is None to do without sentence vectors."""
        intents = sorted({sentence.intent for sentence in sentences})
        number = {intent: index for index, intent in enumerate(intents)}
        texts = [normal(sentence.text) for sentence in sentences]
        ngrams = Ngrams.fit(texts)
        features = kernel.Sentences(ngrams(texts), embed(texts) if embed else None)
        labels = [number[sentence.intent] for sentence in sentences]
        trained = kernel.fit(features, ngrams, labels, len(intents))
        return cls(trained, intents, [sentence.fact for sentence in sentences], embed)

    def read(self, text: str, top: int = 12) -> Reading:
        """What ``text`` is about, with the ``top`` best intents and the best facts of their topics."""
        plain = normal(text)
        features = kernel.Sentences(self._kernel.ngrams([plain]), self._embed([plain]) if self._embed else None)
        similarities = self._kernel.similarities(features)
        probabilities = self._kernel.probabilities(similarities)
        best = np.argsort(-probabilities)[:top]
        nearest = np.sort(np.partition(similarities, -NEIGHBOURS)[-NEIGHBOURS:])
        scores = np.maximum.reduceat(similarities[self._fact_rows], self._fact_starts) / self._scale
        facts = np.argsort(-scores)[:60]
        return Reading(
            tuple((self._intents[index], float(probabilities[index])) for index in best),
            float(nearest.mean() / self._scale),
            tuple((self._names[i], self._topics[self._names[i]], float(scores[i])) for i in facts),
        )

    def save(self, folder: Path) -> None:
        """Write the model to ``folder``; no pickles."""
        trained = self._kernel
        save_npz(folder / "postings.npz", trained.postings, compressed=False)
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "idf": trained.ngrams.idf,
            "weights": trained.weights.astype(np.float16),
            "labels": trained.labels,
        }
        if trained.vectors is not None:
            arrays["vectors"] = trained.vectors
        np.savez(folder / "model.npz", **arrays)  # type: ignore[arg-type]
        names = {"intents": self._intents, "facts": self._facts}
        (folder / "model.json").write_text(json.dumps(names), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, embed: Optional[Embed]) -> Model:
        """Read a model that ``save`` wrote."""
        names = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            trained = Kernel(
                Ngrams(arrays["idf"]),
                csr_matrix(load_npz(folder / "postings.npz")),
                arrays.get("vectors"),
                arrays["weights"].astype(np.float32),
                arrays["labels"],
            )
        return cls(trained, names["intents"], names["facts"], embed if trained.vectors is not None else None)


def normal(text: str) -> str:
    """Typographic variants made alike; the case is left to the features."""
    return " ".join(text.replace("’", "'").replace("‘", "'").replace("–", "-").split())


def batches(sentences: Sequence[str], size: int = 256) -> Iterable[Sequence[str]]:
    """``sentences`` in runs of at most ``size``."""
    return (sentences[start : start + size] for start in range(0, len(sentences), size))


def cached(embed: Embed, digest: str, folder: Path) -> Embed:
    """``embed`` with its vectors kept in ``folder`` by the encoder's digest, so that retraining is quick."""
    path = folder / f"vectors-{digest[:16]}.npz"

    def vectors(sentences: Sequence[str]) -> Floats:
        known: dict[str, Floats] = {}
        if path.exists():
            with np.load(path, allow_pickle=False) as stored:
                known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        keys = [hashlib.sha256(sentence.encode()).hexdigest() for sentence in sentences]
        new = {key: sentence for key, sentence in zip(keys, sentences, strict=True) if key not in known}
        if new:
            with ThreadPoolExecutor() as threads:
                found = threads.map(embed, batches(list(new.values())))
                known.update(zip(new, itertools.chain.from_iterable(found), strict=True))
            folder.mkdir(parents=True, exist_ok=True)
            np.savez(path, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        return np.stack([known[key] for key in keys])

    return vectors
