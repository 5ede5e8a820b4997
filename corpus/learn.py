"""``make learn FILE=…``: learn from corrections, unless that spoils more than it mends.

Trains the understanding with the corrections, compares it on the validation questions with the one there is, and adds
the corrections to the training files only if that costs no language more than half a point. Until then no file is
touched, so that whatever stops it leaves the files as they were. Exit status: 0 learned, 1 refused for what it costs, 2
the file of corrections cannot be used.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from corpus import corrections as correcting
from corpus.additions import Change, NotAdded, changes, write
from corpus.corrections import Correction, Refused
from corpus.files import NLU, nlu_examples
from corpus.outcomes import OFFERED, RIGHT, outcome
from corpus.sentences import languages, training_sentences
from corpus.trial import Changed, Judged, changed, compared, described, examine, losses
from corpus.understanding import Understanding, installed, kept, train, unpack
from corpus.validation import VALIDATION, Question, questions
from deploy.training import MODEL, up_to_date
from engine.encoder import Encoder

LEARNED, COSTS_TOO_MUCH, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class House:
    """Where things are. ``model`` is Rasa's archive made of ``nlu`` as it is now; None to train on it first."""

    nlu: Path = NLU
    validation: Path = VALIDATION
    model: Optional[Path] = None
    encoder: Optional[Encoder] = None

    def asked(self) -> dict[str, list[Question]]:
        """The validation questions of each language served."""
        return {language: list(questions(language, self.validation)) for language in languages(self.nlu)}


@dataclass(frozen=True)
class Lesson:
    """What a model makes of the validation questions of each language, and of the corrections."""

    judged: Mapping[str, Sequence[Judged]]
    corrected: Sequence[Judged]


def learn(file: Path, house: House, keep: bool = False) -> int:
    """Learn from ``file`` and report on stdout; ``keep`` learns whatever it costs. The exit status."""
    asked = house.asked()
    try:
        wanted = correcting.read(file)
        trained = {language: list(nlu_examples(language, house.nlu)) for language in asked}
        correcting.check(wanted, trained, (question for each in asked.values() for question in each))
        planned = changes(wanted, house.nlu)
        before, after = _lessons(house, asked, wanted, planned)
        print(report(before, after))
        found = [
            line for language in asked for line in losses(language, before.judged[language], after.judged[language])
        ]
        if found and not keep:
            print(
                "\nRefused, for it costs too much; nothing was changed (--keep learns it all the same):",
                *found,
                sep="\n",
            )
            return COSTS_TOO_MUCH
        write(planned)
    except (Refused, NotAdded, OSError) as error:
        print(f"{file}: nothing was changed.", error, sep="\n", file=sys.stderr)
        return UNUSABLE
    print("\nAdded to:", *(change.path for change in planned), sep="\n")
    return LEARNED


def _lessons(
    house: House, asked: Mapping[str, Sequence[Question]], wanted: Sequence[Correction], planned: Sequence[Change]
) -> tuple[Lesson, Lesson]:
    """What the model before and the one after make of everything."""
    with tempfile.TemporaryDirectory(prefix="learn-") as name:
        old, new, nlu = (Path(name) / part for part in ("old", "new", "nlu"))
        old.mkdir()
        if house.model is not None:
            unpack(house.model, old)
        else:
            _train(house.nlu, house.encoder, old, "as it is")
        before = _lesson(old, house.encoder, asked, wanted)
        new.mkdir()
        shutil.copytree(house.nlu, nlu)
        for change in planned:
            (nlu / change.path.relative_to(house.nlu)).write_bytes(change.after)
        _train(nlu, house.encoder, new, "with the corrections")
        return before, _lesson(new, house.encoder, asked, wanted)


def _train(nlu: Path, encoder: Optional[Encoder], folder: Path, how: str) -> None:
    print(f"Training {how} …", file=sys.stderr, flush=True)
    train(training_sentences(nlu), kept(encoder), encoder is not None and encoder.multilingual, folder)


def _lesson(
    folder: Path, encoder: Optional[Encoder], asked: Mapping[str, Sequence[Question]], wanted: Sequence[Correction]
) -> Lesson:
    decide = Understanding(folder, encoder).decide
    print("Asking the validation questions …", file=sys.stderr, flush=True)
    corrected = (Question(each.text, (each.topic,), None, each.language, "") for each in wanted)
    judged = {language: examine(decide, each) for language, each in asked.items()}
    return Lesson(judged, examine(decide, corrected))


def report(before: Lesson, after: Lesson) -> str:
    """Shares, questions that changed, and the corrections, as text."""
    lines = ["Validation questions, before → after, in percent:"]
    moved: list[Changed] = []
    for language, judged in after.judged.items():
        lines.append(compared(language, before.judged[language], judged))
        moved += changed(before.judged[language], judged)
    better = sum(each.better for each in moved)
    lines += ["", f"{len(moved) - better} of them are answered worse, {better} better:"]
    for each in moved:
        lines += [
            f"{'better' if each.better else 'worse'} {each.question.language}: {each.question.text}",
            f"    right: {', '.join(each.question.right)}",
            f"    {described(each.before)} → {described(each.after)}",
        ]
    lines += ["", "The corrections:"]
    for old, new in zip(before.corrected, after.corrected, strict=True):
        lines.append(f"{_verdict(new)} {new.question.language}: {new.question.text}")
        lines.append(f"    {described(old.decided)} → {described(new.decided)}")
    return "\n".join(lines)


def _verdict(judged: Judged) -> str:
    found = outcome(judged.question, judged.decided)
    return {RIGHT: "understood", OFFERED: "offered"}.get(found, "still missed")


def main(arguments: Optional[Iterable[str]] = None) -> int:
    """Learn from the file that is named."""
    parser = argparse.ArgumentParser(prog="make learn", description=__doc__)
    parser.add_argument(
        "file", type=Path, help="CSV with the header text,language,topic, or a YAML list of such objects"
    )
    parser.add_argument("--keep", action="store_true", help="learn it whatever it costs")
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    house = House(model=MODEL if up_to_date() else None, encoder=installed())
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return learn(chosen.file, house, chosen.keep)
    except KeyboardInterrupt:
        print("Interrupted; nothing was changed.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    raise SystemExit(main())
