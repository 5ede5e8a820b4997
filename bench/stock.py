"""Stock Rasa 3.6.21 with TensorFlow, on our training sentences: its environment, its project, its measurement."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.cost import Cost
from bench.runs import ROOT, WORK, Run, answers, worker
from corpus.files import Example, nlu_examples
from corpus.sentences import LANGUAGES
from corpus.validation import questions

VENV = ROOT / ".venv-stock"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements" / "stock.txt"
ENVIRONMENT: dict[str, str] = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TQDM_DISABLE": "1",
}
_COUNTS: list[dict[str, Any]] = [
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
_FALLBACK: dict[str, Any] = {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1}
RESTART = "restart"
"""An intent that Rasa has a rule of its own for."""


class StockMissing(RuntimeError):
    """The environment of stock Rasa could not be made; the message says why."""


def environment() -> Path:
    """The interpreter of ``.venv-stock``, made on first use. Raises StockMissing."""
    done = VENV / "locked"
    if done.exists() and done.read_bytes() == LOCK.read_bytes():
        return PYTHON
    print("Making .venv-stock for stock Rasa (2.7 GB, some minutes) …", file=sys.stderr, flush=True)
    try:
        subprocess.run([_python310(), "-m", "venv", str(VENV)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "-r", str(LOCK)]
        subprocess.run([str(PYTHON), *install], check=True)
    except subprocess.CalledProcessError as error:
        raise StockMissing(f"{error.cmd[0]} failed with status {error.returncode}") from error
    shutil.copyfile(LOCK, done)
    return PYTHON


def _python310() -> str:
    """A Python 3.10, the newest that Rasa's own pins allow."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for candidate in ("python3.10", *(str(p) for p in sorted(pyenv.glob("3.10.*/bin/python"), reverse=True))):
        try:
            subprocess.run([candidate, "-c", ""], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return candidate
    raise StockMissing("Python 3.10 is not installed")


def diet(epochs: int) -> list[dict[str, Any]]:
    """The pipeline of ``rasa init``, with fewer epochs where it says 100."""
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        *_COUNTS,
        {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": epochs, "constrain_similarities": True},
        _FALLBACK,
    ]


def logistic_regression() -> list[dict[str, Any]]:
    """Rasa's light classifier on words, pairs of words and characters."""
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "CountVectorsFeaturizer", "min_ngram": 1, "max_ngram": 2},
        *_COUNTS,
        {"name": "LogisticRegressionClassifier"},
        _FALLBACK,
    ]


def policies(epochs: int) -> list[dict[str, Any]]:
    """The policies of ``rasa init``, with fewer epochs where it says 100."""
    return [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": epochs},
        {"name": "TEDPolicy", "max_history": 5, "epochs": epochs, "constrain_similarities": True},
    ]


def sentences() -> list[Example]:
    """Our training sentences in all languages, which one pipeline learns at once."""
    return [example for language in LANGUAGES for example in nlu_examples(language)]


def write_project(folder: Path, pipeline: Sequence[dict[str, Any]], epochs: int, examples: Iterable[Example]) -> None:
    """A Rasa project in which each intent of ``examples``, topics included, is answered by one text.

    Rules take an intent to its answer; a story an area and three topics long gives the learned policies work.
    """
    by_intent: dict[str, list[str]] = {}
    for example in examples:
        by_intent.setdefault(example.intent.replace("/", "__"), []).append(example.text)
    nlu = [
        {"intent": intent, "examples": "".join(f"- {_plain(text)}\n" for text in texts)}
        for intent, texts in by_intent.items()
    ]
    rules = [{"rule": f"answer {intent}", "steps": _steps(intent)} for intent in by_intent if intent != RESTART]
    config = {"recipe": "default.v1", "assistant_id": "stock", "language": "en"}
    domain = {
        "intents": list(by_intent),
        "responses": {f"utter_{intent}": [{"text": f"This is about {intent}."}] for intent in by_intent},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }
    (folder / "data").mkdir(parents=True, exist_ok=True)
    files: dict[str, dict[str, Any]] = {
        "config.yml": {**config, "pipeline": list(pipeline), "policies": policies(epochs)},
        "domain.yml": domain,
        "credentials.yml": {"rest": None},
        "endpoints.yml": {},
        "data/nlu.yml": {"nlu": nlu},
        "data/rules.yml": {"rules": rules},
        "data/stories.yml": {"stories": list(_stories(list(by_intent)))},
    }
    for name, content in files.items():
        versioned = {"version": "3.1", **content} if name.startswith(("data", "domain")) else content
        text = yaml.safe_dump(versioned, sort_keys=False, allow_unicode=True, width=1000)
        (folder / name).write_text(text, encoding="utf-8")


def _steps(*intents: str) -> list[dict[str, str]]:
    return [step for intent in intents for step in ({"intent": intent}, {"action": f"utter_{intent}"})]


def _plain(text: str) -> str:
    """Rasa reads brackets in examples as entities."""
    return text.replace("[", "(").replace("]", ")").replace("{", "(").replace("}", ")")


def _stories(intents: Sequence[str]) -> Iterator[dict[str, Any]]:
    by_area: dict[str, list[str]] = {}
    for intent in intents:
        if "__" in intent and not intent.startswith("uncovered"):
            by_area.setdefault(intent.split("__")[0], []).append(intent)
    for area, topics in by_area.items():
        yield {"story": f"a visit about {area}", "steps": _steps("greet", *topics[:3], "thanks", "goodbye")}


def measure(system: str, pipeline: Sequence[dict[str, Any]], epochs: int, languages: Sequence[str]) -> Run:
    """Train ``pipeline`` and read the validation questions of ``languages``, each in a process of its own.

    Raises CalledProcessError where Rasa fails, for want of memory for example.
    """
    python = str(environment())
    project = WORK / system.split(",")[0].replace(" ", "-")
    shutil.rmtree(project, ignore_errors=True)
    write_project(project, pipeline, epochs, sentences())
    trained = train(project, "nlu")
    asked = project / "questions.json"
    texts = {language: [question.text for question in questions(language)] for language in languages}
    asked.write_text(json.dumps(texts), encoding="utf-8")
    module = [python, "-m", "bench.stock_worker", "read", str(project), str(asked)]
    read = worker([*module, str(project / "read.json")], ROOT, ENVIRONMENT)
    return Run(system, trained, 0.0, read["loaded_mb"], read["message_ms"], answers(read["answers"]))


def train(project: Path, step: str) -> Cost:
    """Train the project: ``nlu`` or ``all``."""
    module = [str(environment()), "-m", "bench.stock_worker", step, str(project)]
    return Cost(**worker([*module, str(project / f"{step}.json")], ROOT, ENVIRONMENT)["training"])
