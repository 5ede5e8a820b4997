"""Reads the knowledge files, and renders their texts.

A text quotes a figure by placeholder: ``{fact-id.key}`` in an answer, ``{key}`` in the saying of the fact that has
it. ``:year`` prints the bare number, ``:compact`` prints "50 million"; the default prints the language's own number
format (Unicode CLDR, through Babel), with two decimals for euros that have cents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import yaml
from babel.numbers import format_compact_decimal, format_decimal

from knowledge.model import Area, Fact, FactText, Figure, Place, Source, Topic, TopicText, Uncovered

ROOT = Path(__file__).parent
PLACES = "places.yml"
PLACEHOLDER = re.compile(r"\{(?:([a-z0-9][a-z0-9-]*)\.)?([a-z][a-z0-9_]*)(?::(year|compact))?\}")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quick YAML loader, where PyYAML was built with it; ten times as fast as the other."""


class KnowledgeError(ValueError):
    """A knowledge file is incomplete or contradicts itself; the message names the file's entry."""


@dataclass(frozen=True)
class Knowledge:
    """Everything the assistant knows, indexed by id. ``texts`` is by language, then topic id.

    ``phrases`` holds, by language, what is said for the English phrases in ``places``.
    """

    areas: Mapping[str, Area]
    topics: Mapping[str, Topic]
    facts: Mapping[str, Fact]
    uncovered: Mapping[str, Uncovered]
    places: Mapping[str, Place]
    texts: Mapping[str, Mapping[str, TopicText]]
    phrases: Mapping[str, Mapping[str, str]]

    def text(self, topic: str, language: str) -> TopicText:
        """The topic's texts in ``language``. Raises KeyError where the language is not served."""
        return self.texts[language][topic]

    def title(self, topic: str, language: str) -> str:
        """The topic's title in ``language``."""
        return self.text(topic, language).title

    def answer(self, topic: str, language: str) -> str:
        """The topic's answer with its figures filled in."""
        return self.render(self.text(topic, language).answer, language)

    def checked(self, topic: str) -> str:
        """The ISO date on which the topic's facts were last looked at in their sources."""
        return self.areas[topic.partition("/")[0]].compiled

    def say(self, fact: str, language: str) -> str:
        """The fact worded to be said alone, with its figures filled in."""
        known = self.facts[fact]
        return self.render(self.text(known.topic, language).facts[fact].say, language, own=known)

    def cited(self, topic: str, language: str) -> tuple[str, ...]:
        """Ids of the facts whose figures the topic's answer quotes, in the order they are quoted."""
        found = (match[1] for match in PLACEHOLDER.finditer(self.text(topic, language).answer))
        return tuple(dict.fromkeys(fact for fact in found if fact))

    def render(self, template: str, language: str, own: Optional[Fact] = None) -> str:
        """Fill the placeholders of ``template``. Raises KnowledgeError for an unknown fact or figure."""

        def fill(match: re.Match[str]) -> str:
            fact_id, key, style = match.groups()
            fact = self.facts.get(fact_id) if fact_id else own
            if fact is None or key not in fact.figures:
                raise KnowledgeError(f"{match[0]}: no such figure")
            return format_figure(fact.figures[key], language, style or ("money" if "eur" in key.split("_") else None))

        return PLACEHOLDER.sub(fill, template)


def format_figure(value: Figure, language: str, style: Optional[str] = None) -> str:
    """``value`` as people write it in ``language``; ``style`` is None, ``year``, ``compact`` or ``money``."""
    if style == "year":
        return str(value)
    if style == "compact":
        compact = format_compact_decimal(value, format_type="long", locale=language, fraction_digits=1)
        # Babel takes the plural for exactly one million in French.
        return re.sub(r"^1(\s\w+[dn])s$", r"1\1", compact) if language == "fr" else compact
    if style == "money" and value != int(value):
        return format_decimal(value, format="#,##0.00", locale=language)
    return format_decimal(value, locale=language)


def load(root: Path = ROOT) -> Knowledge:
    """Read all files under ``root``. Raises KnowledgeError when they do not fit together."""
    areas = {area.id: area for area in map(_area, sorted((root / "facts").glob("*.yml")))}
    topics = {topic.id: topic for area in areas.values() for topic in area.topics}
    facts: dict[str, Fact] = {}
    for topic in topics.values():
        for fact in topic.facts:
            if fact.id in facts:
                raise KnowledgeError(f"{fact.id}: used twice")
            facts[fact.id] = fact
    uncovered = {entry.id: entry for area in areas.values() for entry in area.uncovered}
    places = {place.id: place for place in map(_place, _read(root / PLACES)["places"])}
    folders = [folder for folder in sorted(root.iterdir()) if folder.is_dir() and len(folder.name) == 2]
    texts = {
        folder.name: {
            key: value for path in sorted(folder.glob("*.yml")) if path.name != PLACES for key, value in _texts(path)
        }
        for folder in folders
    }
    phrases = {
        folder.name: _read(folder / PLACES)["phrases"] for folder in folders if (folder / PLACES).exists()
    }  # fmt: skip
    return Knowledge(areas, topics, facts, uncovered, places, texts, phrases)


def _read(path: Path) -> Any:
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=LOADER)


def _area(path: Path) -> Area:
    data = _read(path)
    if data["area"] != path.stem:
        raise KnowledgeError(f"{path.name}: area is {data['area']}")
    uncovered = tuple(Uncovered(**entry) for entry in data.get("unanswered", ()) if isinstance(entry, dict))
    return Area(data["area"], str(data["compiled"]), tuple(_topic(entry) for entry in data["topics"]), uncovered)


def _topic(data: Mapping[str, Any]) -> Topic:
    facts = tuple(_fact(data["id"], entry) for entry in data["facts"])
    return Topic(data["id"], data["question"], facts, tuple(data.get("related", ())), tuple(data.get("aliases", ())))


def _fact(topic: str, data: Mapping[str, Any]) -> Fact:
    source = data["source"]
    return Fact(
        id=data["id"],
        topic=topic,
        claim=" ".join(data["claim"].split()),
        source=Source(source["publisher"], source["title"], source["url"] or ""),
        as_of=None if data["as_of"] is None else str(data["as_of"]),
        confidence=data["confidence"],
        figures={key: value for key, value in (data.get("figures") or {}).items() if isinstance(value, (int, float))},
        derived_from=tuple(data.get("derived_from", ())),
        note=data.get("note"),
    )


def _place(data: Mapping[str, Any]) -> Place:
    lists: dict[str, Any] = {key: tuple(data.get(key) or ()) for key in ("audience", "services")}
    rest: dict[str, Any] = {key: data.get(key) for key in Place.__dataclass_fields__ if key not in lists}
    rest["as_of"] = None if data["as_of"] is None else str(data["as_of"])
    rest["languages"] = tuple(data["languages"]) if data["languages"] else None
    return Place(**lists, **rest)


def _texts(path: Path) -> Iterator[tuple[str, TopicText]]:
    for topic, data in _read(path)["topics"].items():
        facts = {
            fact: FactText(" ".join(entry["say"].split()), tuple(entry["asks"]))
            for fact, entry in data["facts"].items()
        }
        yield topic, TopicText(data["title"], data["answer"].strip(), facts)
