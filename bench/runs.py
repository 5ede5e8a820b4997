"""What a system made of the validation questions, and what that cost; kept as JSON between processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Optional

from bench.cost import Cost

ROOT = Path(__file__).parent.parent
WORK = ROOT / "var" / "bench"


@dataclass(frozen=True)
class Answer:
    """One question as a system read it.

    ``ranking`` holds (intent, confidence), best first. ``unsure``: stock Rasa's own fall-back spoke. The rest is ours:
    ``nearness`` and ``facts`` (fact, topic, similarity) as in engine.understanding.model.Reading, ``labels`` of the
    names in the question, and ``language``: what it is taken for where nobody said its language.
    """

    ranking: tuple[tuple[str, float], ...]
    unsure: bool = False
    nearness: float = 1.0
    facts: tuple[tuple[str, str, float], ...] = ()
    labels: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Run:
    """A system on the validation questions of some languages; ``answers`` by language and the question's text.

    ``encoding``: CPU seconds of ``training`` that went into sentence vectors (kept in a cache between trainings).
    ``loaded_mb``: memory of the process that only reads, ``message_ms``: its CPU time a question of each language.
    """

    system: str
    training: Cost
    encoding: float
    loaded_mb: float
    message_ms: Mapping[str, float]
    answers: Mapping[str, Mapping[str, Answer]]
    own: bool = False


def save(run: Run, path: Path) -> None:
    """Write ``run`` to ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(run)), encoding="utf-8")


def load(path: Path) -> Run:
    """Read what ``save`` wrote."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Run(answers=answers(data.pop("answers")), training=Cost(**data.pop("training")), **data)


def answers(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, Answer]]:
    """The answers in each language, out of JSON."""
    return {language: {text: _answer(each) for text, each in by_text.items()} for language, by_text in found.items()}


def _answer(data: Mapping[str, Any]) -> Answer:
    # Interned, for a run holds a million names of three hundred intents.
    ranking = tuple((sys.intern(intent), value) for intent, value in data["ranking"])
    facts = tuple((sys.intern(fact), sys.intern(topic), value) for fact, topic, value in data.get("facts", ()))
    return Answer(**{**data, "ranking": ranking, "facts": facts, "labels": tuple(data.get("labels", ()))})


def worker(command: Sequence[str], cwd: Path, environment: Optional[Mapping[str, str]] = None) -> dict[str, Any]:
    """Run ``command``, which writes its JSON result to the file named by its last argument, and read that.

    The command's own output goes beside the result, with the ending ``.log``. Raises CalledProcessError.
    """
    result = Path(command[-1])
    result.parent.mkdir(parents=True, exist_ok=True)
    with result.with_suffix(".log").open("wb") as log:
        subprocess.run(command, cwd=cwd, env=environment, stdout=log, stderr=log, check=True)
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found
