"""Our classifier as a measured system: trained in one process, read from in another.

``python -m bench.ours train FOLDER ENCODER RESULT`` trains, ``… read FOLDER ENCODER LANGUAGES RESULT`` reads. ENCODER
is a folder or ``-``, LANGUAGES are separated by commas.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Optional

from bench.cost import Cost, Meter, rss_mb
from bench.runs import ROOT, WORK, Answer, Run, answers, worker
from corpus.sentences import training_sentences
from corpus.understanding import Understanding, train
from corpus.validation import questions
from engine.encoder import Encoder
from engine.understanding.weights import Floats

NO_ENCODER = "-"
WARM_UP = 20
EVERY = 10_000
"""More intents than there are."""


def measure(encoder: Optional[Path], languages: Sequence[str]) -> Run:
    """Train on all languages and read ``languages``, each in a process of its own.

    Reading uses one thread, as the engine does.
    """
    name = "ours" if encoder else "ours without encoder"
    folder = WORK / name.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    module = [sys.executable, "-m", "bench.ours"]
    arguments = [str(folder), str(encoder) if encoder else NO_ENCODER]
    trained = worker([*module, "train", *arguments, str(folder / "train.json")], ROOT)
    single = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    read = worker([*module, "read", *arguments, ",".join(languages), str(folder / "read.json")], ROOT, single)
    cost = Cost(**trained["training"])
    found = answers(read["answers"])
    return Run(name, cost, trained["encoding"], read["loaded_mb"], read["message_ms"], found, own=True)


def _train(folder: Path, encoder: Optional[Encoder]) -> dict[str, Any]:
    """Train without vectors kept from before, which would hide what they cost."""
    spent = 0.0

    def timed(texts: Sequence[str]) -> Floats:
        nonlocal spent
        assert encoder is not None
        start = time.process_time()
        vectors = encoder(texts)
        spent += time.process_time() - start
        return vectors

    meter = Meter()
    train(training_sentences(), timed if encoder else None, encoder is not None and encoder.multilingual, folder)
    return {"training": asdict(meter.cost()), "encoding": spent}


def _read(folder: Path, encoder: Optional[Encoder], languages: Sequence[str]) -> dict[str, Any]:
    """Read as the engine does at the start of a conversation, and then again with every intent's confidence."""
    understanding = Understanding(folder, encoder)
    asked = {language: [question.text for question in questions(language)] for language in languages}
    message_ms: dict[str, float] = {}
    for language, texts in asked.items():
        for text in texts[:WARM_UP]:
            understanding.decide(text, language)
        start = time.process_time()
        for text in texts:
            understanding.decide(text, language)
        message_ms[language] = (time.process_time() - start) * 1000 / len(texts)
    loaded = rss_mb(os.getpid())
    found = {
        language: {text: asdict(_answer(understanding, text, language)) for text in texts}
        for language, texts in asked.items()
    }
    return {"loaded_mb": loaded, "message_ms": message_ms, "answers": found}


def _answer(understanding: Understanding, text: str, language: str) -> Answer:
    found = understanding.read(text, language, EVERY)
    # Four digits are enough, and a third of the bytes.
    ranking = tuple((intent, float(f"{value:.4g}")) for intent, value in found.reading.ranking)
    return Answer(
        ranking, False, found.reading.nearness, found.reading.facts, tuple(sorted(found.labels)), found.taken_for
    )


def main() -> None:
    """The worker's side of ``measure``."""
    step, folder, name, *listed, result = sys.argv[1:]
    encoder = None if name == NO_ENCODER else Encoder(Path(name))
    found = _train(Path(folder), encoder) if step == "train" else _read(Path(folder), encoder, listed[0].split(","))
    Path(result).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
