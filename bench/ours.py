"""Our classifier as a measured system: trained in one process, read from in another.

``python -m bench.ours train|read FOLDER ENCODER RESULT``; ENCODER is a folder or ``-``.
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

import numpy

from bench.cost import Cost, Meter, rss_mb
from bench.runs import ROOT, WORK, Answer, Run, worker
from corpus.files import nlu_examples
from corpus.validation import questions
from engine import without_tensorflow
from engine.encoder import Encoder
from engine.understanding.kernel import Floats
from engine.understanding.model import Embed, Model, Sentence, knowledge_sentences

LANGUAGE = "en"
ENCODER = ROOT / "var" / "encoder"
NO_ENCODER = "-"


def measure(encoder: Optional[Path]) -> Run:
    """Train and read, each in a process of its own. Reading uses one thread, as the engine does."""
    name = "ours" if encoder else "ours without encoder"
    folder = WORK / name.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    module = [sys.executable, "-m", "bench.ours"]
    arguments = [str(folder), str(encoder) if encoder else NO_ENCODER]
    trained = worker([*module, "train", *arguments, str(folder / "train.json")], ROOT)
    single = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    read = worker([*module, "read", *arguments, str(folder / "read.json")], ROOT, single)
    answers = tuple(Answer(**answer) for answer in read["answers"])
    cost = Cost(**trained["training"])
    return Run(name, cost, trained["encoding"], read["loaded_mb"], read["message_ms"], answers, own=True)


def training_sentences() -> list[Sentence]:
    """The sentences that engine.understanding.component trains on."""
    import knowledge

    sentences = [Sentence(example.text, example.intent) for example in nlu_examples(LANGUAGE)]
    trained = {sentence.intent for sentence in sentences}
    return sentences + [s for s in knowledge_sentences(knowledge.load()) if s.intent in trained]


def _train(folder: Path, embed: Optional[Embed]) -> dict[str, Any]:
    spent = 0.0

    def timed(texts: Sequence[str]) -> Floats:
        nonlocal spent
        assert embed is not None
        start = time.process_time()
        vectors = embed(texts)
        spent += time.process_time() - start
        return vectors

    meter = Meter()
    Model.train(training_sentences(), timed if embed else None).save(folder)
    return {"training": asdict(meter.cost()), "encoding": spent}


def _read(folder: Path, embed: Optional[Embed]) -> dict[str, Any]:
    """Read as engine.understanding.component does at the start of a conversation, with every intent's confidence."""
    # Both as in engine.__main__, for the modules below import Rasa.
    numpy.VisibleDeprecationWarning = numpy.exceptions.VisibleDeprecationWarning  # type: ignore[attr-defined]
    without_tensorflow.install()
    import knowledge
    from engine.gazetteer import Names
    from engine.replies.directory import asks_one_attribute
    from engine.understanding.component import CANDIDATES
    from engine.understanding.names import names_of_facts, weighed

    model = Model.load(folder, embed)
    names = Names()
    of_facts = names_of_facts(knowledge.load(), names)

    def answer(text: str, top: int) -> Answer:
        found = frozenset(names(text))
        reading = weighed(model.read(text, top), found, of_facts)
        place = any(label == "place" for label, _ in found) and asks_one_attribute(text)
        return Answer(reading.ranking, False, reading.nearness, reading.facts, place)

    texts = [question.text for question in questions(LANGUAGE)]
    for text in texts[:20]:
        answer(text, CANDIDATES)
    start = time.process_time()
    for text in texts:
        answer(text, CANDIDATES)
    milliseconds = (time.process_time() - start) * 1000 / len(texts)
    loaded = rss_mb(os.getpid())
    intents = len({sentence.intent for sentence in training_sentences()})
    answers = [asdict(answer(text, intents)) for text in texts]
    return {"loaded_mb": loaded, "message_ms": milliseconds, "answers": answers}


def main() -> None:
    """The worker's side of ``measure``."""
    step, folder, encoder, result = sys.argv[1:]
    embed = None if encoder == NO_ENCODER else Encoder(Path(encoder))
    found = (_train if step == "train" else _read)(Path(folder), embed)
    Path(result).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
