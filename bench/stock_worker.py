"""Runs inside ``.venv-stock``: trains a stock Rasa project, or reads sentences with its model.

``python -m bench.stock_worker nlu|all PROJECT RESULT`` trains; ``… read PROJECT QUESTIONS RESULT`` reads the JSON file
QUESTIONS, a list of texts for each language.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.cost import Meter, rss_mb

MODEL = "stock"
FALLBACK = "nlu_fallback"
WARM_UP = 20


def train(project: Path, step: str) -> dict[str, Any]:
    """Train understanding only (``nlu``), or dialogue too (``all``)."""
    meter = Meter()
    from rasa.model_training import train as train_all
    from rasa.model_training import train_nlu

    os.chdir(project)
    if step == "nlu":
        train_nlu("config.yml", "data", "models", MODEL, domain="domain.yml")
    else:
        train_all("domain.yml", "config.yml", ["data"], "models", fixed_model_name=MODEL)
    return {"training": asdict(meter.cost())}


def read(project: Path, questions: Path) -> dict[str, Any]:
    """The answer to each question, the memory, and the CPU milliseconds a question of each language."""
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    os.chdir(project)
    agent = Agent.load(f"models/{MODEL}.tar.gz")
    asked: dict[str, list[str]] = json.loads(questions.read_text(encoding="utf-8"))

    async def readings(wanted: list[str]) -> list[dict[str, Any]]:
        return [_answer(await agent.parse_message(text)) for text in wanted]

    answers: dict[str, dict[str, dict[str, Any]]] = {}
    message_ms: dict[str, float] = {}
    for language, texts in asked.items():
        asyncio.run(readings(texts[:WARM_UP]))
        start = time.process_time()
        answers[language] = dict(zip(texts, asyncio.run(readings(texts)), strict=True))
        message_ms[language] = (time.process_time() - start) * 1000 / len(texts)
    return {"loaded_mb": rss_mb(os.getpid()), "message_ms": message_ms, "answers": answers}


def _answer(parsed: dict[str, Any]) -> dict[str, Any]:
    ranking = [
        (entry["name"].replace("__", "/"), entry["confidence"])
        for entry in parsed["intent_ranking"]
        if entry["name"] != FALLBACK
    ]
    return {"ranking": ranking, "unsure": parsed["intent"]["name"] == FALLBACK}


def main() -> None:
    """The worker's side of bench.stock."""
    step, project, *files = sys.argv[1:]
    found = read(Path(project), Path(files[0])) if step == "read" else train(Path(project), step)
    Path(files[-1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
