"""A small corpus of real sentences in two languages, with validation questions that it was not given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import yaml

from corpus.files import nlu_examples

FEES, TIMELINES, OFFICES = "clinical-trials/fees", "clinical-trials/approval-timelines", "incubators/offices-and-cost"
HOMES = {FEES: "clinical-trials", TIMELINES: "clinical-trials", OFFICES: "incubators"}
INTENTS = (FEES, TIMELINES, OFFICES, "greet", "out_of_scope")
LANGUAGES = ("en", "fr")
TRAINED, ASKED = 30, 8


def texts(language: str, intent: str) -> list[str]:
    """The real sentences of an intent."""
    return [example.text for example in nlu_examples(language) if example.intent == intent]


def build(root: Path) -> None:
    """Write ``root/nlu`` and ``root/validation``."""
    for language in LANGUAGES:
        asked = []
        for name, intents in _files():
            blocks = []
            for intent in intents:
                supply = iter(texts(language, intent))
                examples = "".join(f"    - {text}\n" for text in islice(supply, TRAINED))
                blocks.append(f"- intent: {intent}\n  examples: |\n{examples}")
                asked += [_question(text, intent) for text in islice(supply, ASKED)]
            content = f'# A comment.\nversion: "3.1"\n\nnlu:\n{chr(10).join(blocks)}'
            _write(root / "nlu" / language / f"{name}.yml", content)
        content = yaml.safe_dump({"language": language, "questions": asked}, allow_unicode=True)
        _write(root / "validation" / language / "all.yml", content)


def corrections(path: Path, rows: Sequence[tuple[str, str, str]]) -> Path:
    """Write a file of corrections."""
    lines = [{"text": text, "language": language, "topic": topic} for text, language, topic in rows]
    _write(path, yaml.safe_dump(lines, allow_unicode=True))
    return path


def state(root: Path) -> dict[Path, bytes]:
    """Every file with its content."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _files() -> Iterator[tuple[str, list[str]]]:
    for name in ("clinical-trials", "dialogue", "incubators"):
        yield name, [intent for intent in INTENTS if HOMES.get(intent, "dialogue") == name]


def _question(text: str, intent: str) -> dict[str, str]:
    return {"text": text, "topic" if "/" in intent else "intent": intent}


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
