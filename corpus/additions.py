"""Adds sentences to the training files and leaves every other byte as it was."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from corpus.corrections import Correction
from corpus.files import nlu_examples
from knowledge.store import LOADER

_EXAMPLE = re.compile(r"( +)- ")


class NotAdded(RuntimeError):
    """The files cannot be changed: another form than expected, or changed by somebody else; the message says which."""


@dataclass(frozen=True)
class Change:
    """A file, its content now, and its content afterwards."""

    path: Path
    before: bytes
    after: bytes


def changes(corrections: Sequence[Correction], root: Path) -> list[Change]:
    """What adding ``corrections`` to the files of ``root`` changes; nothing is written.

    A sentence goes behind the others of its intent, into the file of its language where those are. Raises NotAdded.
    """
    wanted: dict[Path, dict[str, list[str]]] = {}
    homes = {
        (language, example.intent): example.path
        for language in {correction.language for correction in corrections}
        for example in nlu_examples(language, root)
    }
    for each in corrections:
        wanted.setdefault(homes[each.language, each.topic], {}).setdefault(each.topic, []).append(each.text)
    found = []
    for path, by_intent in sorted(wanted.items()):
        before = path.read_bytes()
        after = before.decode("utf-8")
        for intent, texts in by_intent.items():
            after = with_sentences(after, intent, texts)
        found.append(Change(path, before, after.encode("utf-8")))
    return found


def with_sentences(content: str, intent: str, texts: Sequence[str]) -> str:
    """A training file's ``content`` with ``texts`` behind the last example of ``intent``. Raises NotAdded."""
    lines = content.split("\n")
    last, indent = _last_example(lines, intent)
    ending = "\r" if lines[last].endswith("\r") else ""
    lines[last + 1 : last + 1] = [f"{indent}- {text}{ending}" for text in texts]
    changed = "\n".join(lines)
    expected = _examples(content)
    expected[intent] += texts
    if _examples(changed) != expected:
        raise NotAdded(f"the examples of {intent} have another form than '- sentence' a line")
    return changed


def _last_example(lines: Sequence[str], intent: str) -> tuple[int, str]:
    """The number of the last line with an example of ``intent``, and its indentation."""
    opening = re.compile(rf"""- intent: *(["']?){re.escape(intent)}\1\s*(#.*)?$""")
    start = next((number for number, line in enumerate(lines) if opening.match(line)), None)
    found: tuple[int, str] | None = None
    for number in range(len(lines) if start is None else start + 1, len(lines)):
        line = lines[number]
        if line.strip() and not line.startswith((" ", "#")):
            break
        example = _EXAMPLE.match(line)
        found = (number, example[1]) if example else found
    if found is None:
        raise NotAdded(f"no block '- intent: {intent}' with examples")
    return found


def _examples(content: str) -> dict[str, list[str]]:
    """Every intent's examples."""
    found: dict[str, list[str]] = {}
    for block in yaml.load(content, Loader=LOADER)["nlu"]:
        texts = (line.removeprefix("- ").strip() for line in block["examples"].splitlines())
        found.setdefault(block["intent"], []).extend(texts)
    return found


def write(planned: Sequence[Change]) -> None:
    """Write all changes or none.

    Each file is replaced in one step; what stops the writing in between puts back those that were replaced. Raises
    NotAdded where a file is no longer as it was, OSError where one cannot be written.
    """
    for change in planned:
        if change.path.read_bytes() != change.before:
            raise NotAdded(f"{change.path} was changed meanwhile")
    replaced: list[Change] = []
    try:
        for change in planned:
            replaced.append(change)
            _replace(change.path, change.after)
    except BaseException:
        for change in replaced:
            _replace(change.path, change.before)
        raise


def _replace(path: Path, content: bytes) -> None:
    # Neither a suffix nor a place that is read as training data.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
