"""What the benchmarks' command lines have in common."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from corpus.sentences import LANGUAGES


def parser(name: str, description: str | None, epochs: int) -> argparse.ArgumentParser:
    """A parser with the options of a benchmark beside stock Rasa, which trains for ``epochs`` by default."""
    found = argparse.ArgumentParser(prog=name, description=description)
    found.add_argument("--json", type=Path, help="write the figures to this file, too")
    found.add_argument("--skip-stock", action="store_true", help="leave stock Rasa out")
    help_text = f"epochs of the stock configuration (its default is 100; default here: {epochs})"
    found.add_argument("--epochs", type=int, default=epochs, help=help_text)
    return found


def add_languages(to: argparse.ArgumentParser) -> None:
    """Add the option ``--languages``."""
    to.add_argument(
        "--languages",
        type=languages,
        default=LANGUAGES,
        metavar="fr,nl",
        help="the languages reported (all are trained)",
    )


def languages(listed: str) -> tuple[str, ...]:
    """The languages in ``listed``, separated by commas. Raises ArgumentTypeError for one there is not."""
    wanted = tuple(dict.fromkeys(listed.split(",")))
    unknown = [language for language in wanted if language not in LANGUAGES]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(LANGUAGES)}")
    return wanted


def write_json(path: Path | None, figures: Any) -> None:
    """Write ``figures`` to ``path``, if there is one."""
    if path is not None:
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
