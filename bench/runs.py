"""What a system made of the validation questions, and what that cost; kept as JSON between processes."""

from __future__ import annotations

import json
import subprocess
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
    ``nearness`` and ``facts`` (fact, topic, similarity) as in engine.understanding.model.Reading, and ``place``:
    the question is for one attribute of a named place.
    """

    ranking: tuple[tuple[str, float], ...]
    unsure: bool = False
    nearness: float = 1.0
    facts: tuple[tuple[str, str, float], ...] = ()
    place: bool = False


@dataclass(frozen=True)
class Run:
    """A system on all validation questions, in their order.

    ``encoding``: CPU seconds of ``training`` that went into sentence vectors (kept in a cache between trainings).
    ``loaded_mb``: memory of the process that only reads, ``message_ms``: its CPU time a question.
    """

    system: str
    training: Cost
    encoding: float
    loaded_mb: float
    message_ms: float
    answers: tuple[Answer, ...]
    own: bool = False


def save(run: Run, path: Path) -> None:
    """Write ``run`` to ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(run)), encoding="utf-8")


def load(path: Path) -> Run:
    """Read what ``save`` wrote."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    answers = tuple(
        Answer(
            tuple((intent, value) for intent, value in answer["ranking"]),
            answer["unsure"],
            answer["nearness"],
            tuple((fact, topic, value) for fact, topic, value in answer["facts"]),
            answer["place"],
        )
        for answer in data.pop("answers")
    )
    return Run(answers=answers, training=Cost(**data.pop("training")), **data)


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
