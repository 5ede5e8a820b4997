"""What a sentence is about and which fact answers it: the trained model, apart from Rasa.

English is trained on the examples of every intent and, for topics, on their titles, questions and facts: how a fact is
said and how people ask for it. A message in another language is rewritten into English by its glossary and scored by
the English weights; what they get wrong on that language's own examples, its own n-grams are trained to make good
(docs/decisions/0011).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from engine.gloss import glossary
from engine.understanding import training
from engine.understanding.calibration import confidences
from engine.understanding.ngrams import Ngrams
from engine.understanding.sentences import BASE, Sentence, normal
from engine.understanding.weights import Floats, NgramWeights, Projection, VectorWeights, vector_kernel
from engine.understanding.witnesses import Witnesses, nearness

FACTS = 60
"""Most facts in a reading."""

Embed = Callable[[Sequence[str]], Floats]


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


@dataclass(frozen=True)
class Layer:
    """What is trained for one language: n-grams, their weights, and the sentences a message is compared with."""

    ngrams: Ngrams
    weights: NgramWeights
    witnesses: Witnesses


class Model:
    """Reads sentences. ``embed`` must be the one the model was trained with, or None if it was trained without.

    ``multilingual``: the encoder knows the other languages, too, and is given their sentences as they are.
    """

    def __init__(
        self,
        intents: Sequence[str],
        topics: Mapping[str, str],
        layers: Mapping[str, Layer],
        vectors: Optional[VectorWeights],
        embed: Optional[Embed],
        multilingual: bool = False,
    ) -> None:
        self._intents, self._topics, self._layers, self._vectors = list(intents), dict(topics), dict(layers), vectors
        self._embed = embed if vectors is not None else None
        self._multilingual = multilingual
        for language in layers:
            glossary(language)  # read now: the first visitor should not wait for it

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages the model was trained in."""
        return tuple(self._layers)

    def ngrams(self, language: str) -> Ngrams:
        """The n-grams of a language, with their frequencies."""
        return self._layers[language].ngrams

    @classmethod
    def train(cls, sentences: Sequence[Sentence], embed: Optional[Embed], multilingual: bool = False) -> Model:
        """Train on ``sentences``, some of them English; ``embed`` is None to do without sentence vectors."""
        intents = sorted({sentence.intent for sentence in sentences})
        topics = {sentence.fact: sentence.intent for sentence in sentences if sentence.fact}
        trained = cls(intents, topics, {}, None, embed, multilingual)
        trained._train_base([sentence for sentence in sentences if sentence.language == BASE], embed)
        for language in sorted({sentence.language for sentence in sentences} - {BASE}):
            trained._train_layer(language, [sentence for sentence in sentences if sentence.language == language])
        return trained

    def _train_base(self, sentences: Sequence[Sentence], embed: Optional[Embed]) -> None:
        texts = [normal(sentence.text) for sentence in sentences]
        ngrams = Ngrams.fit(texts)
        features, targets = ngrams(texts), self._targets(sentences)
        short: Optional[Floats] = None
        if embed is None:
            dual = training.solve(features, targets, training.PENALTY)
        else:
            vectors = embed(texts)
            projection = Projection.of(vectors)
            short = projection(vectors)

            def kernel(rows: slice, columns: slice) -> Floats:
                return vector_kernel(vectors[rows], vectors[columns], projection)

            dual = training.solve(features, targets, training.PENALTY, kernel)
            self._vectors, self._embed = VectorWeights.of(projection, vectors, dual), embed
        self._layers[BASE] = self._layer(ngrams, features, dual, short, sentences)

    def _train_layer(self, language: str, sentences: Sequence[Sentence]) -> None:
        texts = [normal(sentence.text) for sentence in sentences]
        english = [self._english(text, language) for text in texts]
        vectors = self._embedded(texts, english)
        borrowed = self._base_scores(english, vectors)
        ngrams = Ngrams.fit(texts)
        features = ngrams(texts)
        dual = training.solve(features, self._targets(sentences) - borrowed, training.LAYER_PENALTY)
        short = self._vectors.projection(vectors) if self._vectors is not None and vectors is not None else None
        self._layers[language] = self._layer(ngrams, features, dual, short, sentences)

    def _layer(
        self, ngrams: Ngrams, features: Any, dual: Floats, short: Optional[Floats], sentences: Sequence[Sentence]
    ) -> Layer:
        labels = [self._intents.index(sentence.intent) for sentence in sentences]
        witnesses = Witnesses.of(features, short, [sentence.fact for sentence in sentences], labels)
        return Layer(ngrams, NgramWeights.of(features, dual), witnesses)

    def _targets(self, sentences: Sequence[Sentence]) -> Floats:
        number = {intent: index for index, intent in enumerate(self._intents)}
        targets = np.zeros((len(sentences), len(number)), dtype=np.float32)
        targets[np.arange(len(sentences)), [number[sentence.intent] for sentence in sentences]] = 1
        return targets

    def _english(self, text: str, language: str) -> str:
        translate = glossary(language)
        return translate(text) if translate else text

    def _embedded(self, texts: Sequence[str], english: Sequence[str]) -> Optional[Floats]:
        if self._embed is None:
            return None
        return self._embed(texts if self._multilingual else english)

    def _base_scores(self, english: Sequence[str], vectors: Optional[Floats]) -> Floats:
        base = self._layers[BASE]
        found = base.weights.scores(base.ngrams(english))
        return found if vectors is None or self._vectors is None else found + self._vectors.scores(vectors)

    def read(self, text: str, language: str = BASE, top: int = 12, about: str = "") -> Reading:
        """What ``text`` is about, with the ``top`` best intents and the best facts.

        ``about``: English words for what was spoken of before, where the text alone does not say it.
        """
        plain = normal(text)
        english = f"{about} {self._english(plain, language)}".strip()
        base, own = self._layers[BASE], self._layers.get(language)
        features = base.ngrams([english])
        scores = base.weights.scores(features)[0]
        short: Optional[Floats] = None
        layers = [(base, features)]
        if own is not None and own is not base:
            layers.append((own, own.ngrams([plain])))
            scores = scores + own.weights.scores(layers[-1][1])[0]
        vector = self._embedded([plain], [english])
        if vector is not None and self._vectors is not None:
            scores, short = self._vectors.add(scores, vector[0]), self._vectors.projection(vector)
        similar = [(layer.witnesses, layer.witnesses.similarities(found, short)) for layer, found in layers]
        probabilities = confidences(scores, language)
        best = np.argsort(-probabilities)[:top]
        return Reading(
            tuple((self._intents[index], float(probabilities[index])) for index in best),
            nearness(*(found for _, found in similar)),
            self._facts(similar),
        )

    def _facts(self, similar: Sequence[tuple[Witnesses, Floats]]) -> tuple[tuple[str, str, float], ...]:
        best: dict[str, float] = {}
        for witnesses, similarities in similar:
            found = witnesses.of_facts(similarities)
            for index in np.argsort(-found)[:FACTS]:
                fact = witnesses.facts[index]
                best[fact] = max(best.get(fact, 0.0), float(found[index]))
        ranked = sorted(best.items(), key=lambda entry: -entry[1])[:FACTS]
        return tuple((fact, self._topics[fact], similarity) for fact, similarity in ranked)

    def save(self, folder: Path) -> None:
        """Write the model to ``folder``; no pickles."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for language, layer in self._layers.items():
            arrays[f"{language}.idf"] = layer.ngrams.idf
            arrays |= layer.weights.arrays(f"{language}.weights") | layer.witnesses.arrays(f"{language}.witnesses")
        if self._vectors is not None:
            arrays |= self._vectors.arrays("vectors")
        np.savez(folder / "model.npz", **arrays)  # type: ignore[arg-type]
        names = {"intents": self._intents, "topics": self._topics, "languages": list(self._layers)}
        (folder / "model.json").write_text(json.dumps(names), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, embed: Optional[Embed], multilingual: bool = False) -> Model:
        """Read a model that ``save`` wrote."""
        names = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            layers = {
                language: Layer(
                    Ngrams(arrays[f"{language}.idf"]),
                    NgramWeights.read(arrays, f"{language}.weights"),
                    Witnesses.read(arrays, f"{language}.witnesses"),
                )
                for language in names["languages"]
            }
            vectors = VectorWeights.read(arrays, "vectors")
        return cls(names["intents"], names["topics"], layers, vectors, embed, multilingual)
