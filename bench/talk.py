"""What a visitor gets over HTTP: ``python -m bench.talk [--engine URL] [--json FILE] [--languages fr,nl]``.

Three sets of questions, each question in a conversation of its own: the validation questions without a language
given, questions that public FAQs answer, in our words, and two-turn follow-ups. Without ``--engine`` it starts engine
and actions of its own, with a folder of their own, and ends them; the model must be trained. Percentages do not depend
on how busy the machine is.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import httpx
import yaml

import knowledge
from bench import arguments
from bench.load import NotStarted, free_port
from bench.tables import percent, table
from bench.talk_scores import (
    OFFERED_WRONG,
    PATIENT,
    RIGHT,
    UNANSWERED,
    WRONG,
    Message,
    Reply,
    confusions,
    follow_up,
    reached,
    reply,
    share,
    well,
)
from bench.traffic import HOST
from corpus.files import ROOT
from corpus.sentences import LANGUAGES
from corpus.validation import FollowUp, Question, follow_ups, public_questions, questions
from deploy.services import services
from settings import PREFIX, Settings

SECONDS = 60.0
START_SECONDS = 180.0
POLL_SECONDS = 0.1
CONFUSIONS = 15


@dataclass
class Measured:
    """Outcomes of one language."""

    unspoken: list[tuple[Question, Reply]] = field(default_factory=list)
    public: list[tuple[Question, Reply]] = field(default_factory=list)
    follow: list[tuple[FollowUp, Reply, Reply, bool]] = field(default_factory=list)
    follow_unspoken: list[tuple[FollowUp, Reply, Reply, bool]] = field(default_factory=list)


class Visitor:
    """Talks to an engine, each conversation under an id of its own."""

    def __init__(self, url: str, client: httpx.Client, openings: Mapping[str, str]) -> None:
        self._url, self._client, self._openings = url.rstrip("/"), client, openings

    def talk(self, texts: Sequence[str], language: Optional[str]) -> list[Reply]:
        """The replies to ``texts`` in one new conversation. Raises httpx.HTTPError."""
        sender = f"talk-{secrets.token_hex(8)}"
        return [self._say(sender, text, language) for text in texts]

    def _say(self, sender: str, text: str, language: Optional[str]) -> Reply:
        metadata = {"channel": "terminal", **({"language": language} if language else {})}
        body = {"sender": sender, "message": text, "metadata": metadata}
        response = self._client.post(f"{self._url}/webhooks/rest/webhook", json=body, timeout=SECONDS)
        response.raise_for_status()
        messages: list[Message] = response.json()
        return reply(messages, self._openings)


def openings(languages: Sequence[str]) -> dict[str, str]:
    """The texts that only one language has, and which it is; for replies that do not name theirs."""
    found: dict[str, set[str]] = {}
    for language in languages:
        for path in sorted((ROOT / "texts" / language).glob("*.yml")):
            for text in _texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
                found.setdefault(text.split("{")[0].strip(), set()).add(language)
    return {text: min(spoken) for text, spoken in found.items() if len(text) > 15 and len(spoken) == 1}


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def measure(visitor: Visitor, language: str, regions: Mapping[str, Sequence[str]]) -> Measured:
    """Ask everything of a language. Raises httpx.HTTPError."""
    found = Measured()
    found.unspoken = [(asked, visitor.talk([asked.text], None)[0]) for asked in questions(language)]
    found.public = [(asked, visitor.talk([asked.text], language)[0]) for asked in public_questions(language)]
    for told, into in ((language, found.follow), (None, found.follow_unspoken)):
        for pair in follow_ups(language):
            first, then = visitor.talk([pair.first, pair.then], told)
            into.append((pair, first, then, follow_up(pair, first, then, regions)))
    return found


def figures(language: str, found: Measured) -> dict[str, float]:
    """The shares, in the order they are printed."""

    def part(pairs: Sequence[tuple[Question, Reply]], kinds: Sequence[str], *outcomes: str) -> float:
        return share(well(asked, given) in outcomes for asked, given in pairs if asked.kind in kinds)

    def within_reach(pairs: Sequence[tuple[Question, Reply]]) -> float:
        return share(reached(asked.right, given) for asked, given in pairs if asked.kind == "topic")

    topic, unknown = ("topic",), ("out_of_scope", "uncovered")
    return {
        "language not given: right at once": part(found.unspoken, topic, RIGHT),
        "language not given: right or offered among three": within_reach(found.unspoken),
        "language not given: wrong": part(found.unspoken, topic, WRONG),
        "language not given: offered, none right": part(found.unspoken, topic, OFFERED_WRONG),
        "language not given: not answered": part(found.unspoken, topic, UNANSWERED),
        "language not given: replied in the right one": share(
            given.language == language for _, given in found.unspoken if given.language is not None
        ),
        "language not given: uncovered or out of scope, not answered": part(found.unspoken, unknown, RIGHT),
        "language not given: patients recognised": part(found.unspoken, (PATIENT,), RIGHT),
        "public FAQs: right at once": part(found.public, topic, RIGHT),
        "public FAQs: right or offered among three": within_reach(found.public),
        "public FAQs: wrong": part(found.public, topic, WRONG),
        "public FAQs: uncovered, not answered": part(found.public, (*unknown, PATIENT), RIGHT),
        "follow-ups: right": share(right for *_, right in found.follow),
        "follow-ups, language not given: right": share(right for *_, right in found.follow_unspoken),
    }


def missed(found: Measured) -> dict[str, list[dict[str, Any]]]:
    """Everything that was not right at once, for somebody who reads it."""

    def single(pairs: Sequence[tuple[Question, Reply]]) -> list[dict[str, Any]]:
        return [
            {"text": a.text, "right": a.right, "outcome": well(a, g), "said": g.said, "offered": g.offered,
             "places": g.places, "language": g.language}
            for a, g in pairs if well(a, g) != RIGHT or g.language != a.language
        ]  # fmt: skip

    def double(pairs: Sequence[tuple[FollowUp, Reply, Reply, bool]]) -> list[dict[str, Any]]:
        return [
            {"first": a.first, "first said": f.said, "then": a.then, "right": (*a.topics, *a.places, a.region, a.nth),
             "said": g.said, "offered": g.offered, "places": g.places}
            for a, f, g, right in pairs if not right
        ]  # fmt: skip

    return {
        "unspoken": single(found.unspoken),
        "public": single(found.public),
        "followups": double(found.follow),
        "followups, language not given": double(found.follow_unspoken),
    }


@contextmanager
def own_engine() -> Iterator[str]:
    """Engine and actions of our own, on free ports, with a folder that is removed afterwards. Raises NotStarted."""
    with tempfile.TemporaryDirectory(prefix="talk-") as folder, ExitStack() as stack:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            del os.environ[name]
        os.environ[f"{PREFIX}VAR"] = folder
        os.environ[f"{PREFIX}ENGINE_URL"] = f"http://{HOST}:{free_port()}"
        os.environ[f"{PREFIX}ACTIONS_PORT"] = str(free_port())
        settings = Settings.load()
        known = services(settings)
        for service in (known["actions"], known["engine"]):
            begun = time.monotonic()
            service.start()
            stack.callback(service.stop)
            while not service.ready():
                if not service.running() or time.monotonic() - begun > START_SECONDS:
                    tail = service.log.read_text(errors="replace").splitlines()[-20:]
                    raise NotStarted("\n".join([f"{service.name} did not start:", *tail]))
                time.sleep(POLL_SECONDS)
        yield settings.engine_url


def run(url: str, languages: Sequence[str]) -> dict[str, Measured]:
    """Ask everything. Raises httpx.HTTPError."""
    regions: dict[str, list[str]] = {}
    for place in knowledge.load().places.values():
        regions.setdefault(place.region or "", []).append(place.id)
    with httpx.Client() as client:
        visitor = Visitor(url, client, openings(LANGUAGES))
        return {language: measure(visitor, language, regions) for language in languages}


def report(found: Mapping[str, Measured]) -> str:
    """Figures of all languages side by side, then the worst confusions of each."""
    columns = {language: figures(language, measured) for language, measured in found.items()}
    names = list(next(iter(columns.values())))
    counts = [
        [f"{name}: asked", *(str(len(getattr(measured, key))) for measured in found.values())]
        for name, key in (("validation questions", "unspoken"), ("public FAQs", "public"), ("follow-ups", "follow"))
    ]
    rows = [[f"{name} %", *(percent(figure[name]) for figure in columns.values())] for name in names]
    parts = [table(["", *found], [*counts, *rows])]
    for language, measured in found.items():
        pairs = [*measured.unspoken, *measured.public]
        wrong = [(a.right[0], g.said) for a, g in pairs if a.kind == "topic" and well(a, g) == WRONG]
        lines = [[wanted, given, str(times)] for wanted, given, times in confusions(wrong, CONFUSIONS)]
        parts.append(f"{language}: wrong\n\n{table(['right', 'given', 'times'], lines, text=(0, 1))}")
    return "\n\n".join(parts)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench-talk", description=__doc__)
    parser.add_argument("--engine", metavar="URL", help="an engine that is up; default: one of our own")
    parser.add_argument("--json", type=Path, help="write the figures and everything that was not right to this file")
    arguments.add_languages(parser)
    chosen = parser.parse_args()
    try:
        if chosen.engine:
            found = run(chosen.engine, chosen.languages)
        else:
            with own_engine() as url:
                found = run(url, chosen.languages)
    except (NotStarted, httpx.HTTPError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(report(found))
    data = {language: {"figures": figures(language, m), **missed(m)} for language, m in found.items()}
    arguments.write_json(chosen.json, data)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
