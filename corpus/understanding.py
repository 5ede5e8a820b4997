"""A trained model as the engine uses it for the first message of a conversation, without Rasa's graph around it."""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Optional

from corpus.files import ROOT
from engine.encoder import Encoder, EncoderMissing
from engine.language import Detector, without_names
from engine.understanding.cache import cached
from engine.understanding.decision import CANDIDATES, Decision, Thresholds
from engine.understanding.model import Embed, Model, Reading
from engine.understanding.names import Name, names_of_facts, weighed
from engine.understanding.sentences import BASE, Sentence
from knowledge import load

ENCODER = ROOT / "var" / "encoder"
VECTORS = ROOT / "var" / "cache"
MODEL_FILES = ("model.json", "model.npz")


def installed(folder: Path = ENCODER) -> Optional[Encoder]:
    """The encoder in ``folder``; None where there is none, which stderr says."""
    try:
        return Encoder(folder)
    except EncoderMissing as missing:
        print(f"{missing}: words and letters only", file=sys.stderr)
        return None


def kept(encoder: Optional[Encoder]) -> Optional[Embed]:
    """``encoder`` with the sentence vectors that training keeps."""
    return None if encoder is None else cached(encoder, encoder.digest, VECTORS)


def train(sentences: Sequence[Sentence], embed: Optional[Embed], multilingual: bool, folder: Path) -> None:
    """Train as engine.understanding.component does, and save the model in ``folder``."""
    Model.train(sentences, embed, multilingual).save(folder)


def unpack(archive: Path, folder: Path) -> None:
    """Take the model out of Rasa's ``archive`` into ``folder``. Raises KeyError where it holds none."""
    with tarfile.open(archive) as files:
        members = {Path(member.name).name: member for member in files.getmembers()}
        for name in MODEL_FILES:
            content = files.extractfile(members[name])
            assert content is not None, name
            (folder / name).write_bytes(content.read())


def importable() -> None:
    """Make the modules of the engine that import Rasa importable, as ``engine.__main__`` does."""
    import numpy

    from engine import without_tensorflow

    if "rasa" not in sys.modules:
        numpy.VisibleDeprecationWarning = numpy.exceptions.VisibleDeprecationWarning  # type: ignore[attr-defined]
        without_tensorflow.install()


def decided(text: str, language: str, labels: Collection[str], reading: Reading, thresholds: Thresholds) -> Decision:
    """The decision on a first message, read as ``reading``; ``labels`` are those of the names in it."""
    importable()
    from engine.understanding.conversation import Heard, decided

    # Nothing was spoken of before a first message.
    heard = Heard(text, language, frozenset(labels), None, lambda _: reading, lambda _: reading)
    return decided(heard, reading, thresholds)


@cache
def _gazetteer() -> tuple[Any, dict[str, frozenset[Name]]]:
    """spaCy's pipeline, and the names in each fact, read once for all models."""
    importable()
    from engine.gazetteer import Names, pipeline

    return pipeline(), names_of_facts(load(), Names())


@dataclass(frozen=True)
class Understood:
    """A message as read, the labels of the names in it, and what language it is taken for where nobody said one.

    ``taken_for`` may be a language that is not served.
    """

    reading: Reading
    labels: frozenset[str]
    taken_for: str


class Understanding:
    """The model in ``folder``; ``encoder`` as when it was trained."""

    def __init__(self, folder: Path, encoder: Optional[Encoder]) -> None:
        self._model = Model.load(folder, encoder, multilingual=encoder is not None and encoder.multilingual)
        self._nlp, self._names = _gazetteer()
        self._detector = Detector({name: self._model.ngrams(name) for name in self._model.languages})

    def read(self, text: str, language: str, top: int = CANDIDATES) -> Understood:
        """``text`` in ``language``, with the ``top`` best intents."""
        entities = self._nlp(text).ents
        names = frozenset((entity.label_, entity.ent_id_) for entity in entities)
        reading = weighed(self._model.read(text, language, top), names, self._names)
        guess = self._detector(without_names(text, ((each.start_char, each.end_char) for each in entities)))
        taken_for = guess.foreign or (guess.language if guess.words else BASE)
        return Understood(reading, frozenset(label for label, _ in names), taken_for)

    def decide(self, text: str, language: str) -> Decision:
        """What is done about ``text`` at the start of a conversation in ``language``."""
        found = self.read(text, language)
        return decided(text, language, found.labels, found.reading, Thresholds.of(language))
