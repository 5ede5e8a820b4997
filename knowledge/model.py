"""The things the assistant knows, as plain immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional, Union

Figure = Union[int, float]


@dataclass(frozen=True)
class Source:
    """Where a fact was read."""

    publisher: str
    title: str
    url: str


@dataclass(frozen=True)
class Fact:
    """One researched statement.

    ``as_of`` is the ISO date, month or year the source states, ``None`` when it is undated.
    ``confidence`` is ``high``, ``medium`` or ``low``. ``figures`` are the numbers texts may quote.
    ``derived_from`` names the facts of which it is our own deduction; it then has no source of its own.
    """

    id: str
    topic: str
    claim: str
    source: Source
    as_of: Optional[str]
    confidence: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    derived_from: tuple[str, ...] = ()
    note: Optional[str] = None


@dataclass(frozen=True)
class Topic:
    """A question the assistant can answer, with the facts it rests on and the topics to offer next."""

    id: str
    question: str
    facts: tuple[Fact, ...]
    related: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Uncovered:
    """A question that was researched without finding an answer; ``topic`` is the nearest one that is known."""

    id: str
    question: str
    topic: str


@dataclass(frozen=True)
class Area:
    """One facts file. ``compiled`` is the ISO date on which its facts were last looked at in their sources."""

    id: str
    compiled: str
    topics: tuple[Topic, ...]
    uncovered: tuple[Uncovered, ...]


@dataclass(frozen=True)
class Place:
    """An entry of the directory. ``None`` means unknown, never "no". Areas are in m² and hectares."""

    id: str
    name: str
    kind: str
    status: str
    municipality: Optional[str]
    postal_code: Optional[int]
    region: str
    address: Optional[str]
    audience: tuple[str, ...]
    floor_area_m2: Optional[int]
    area_ha: Optional[Figure]
    has_wet_labs: Optional[bool]
    biosafety_level: Optional[str]
    services: tuple[str, ...]
    languages: Optional[tuple[str, ...]]
    how_to_apply: Optional[str]
    cost: Optional[str]
    website: Optional[str]
    website_unverified: Optional[str]
    source: str
    as_of: Optional[str]
    confidence: str
    note: Optional[str] = None


@dataclass(frozen=True)
class FactText:
    """How a fact is said in one language, and how people ask for it."""

    say: str
    asks: tuple[str, ...]


@dataclass(frozen=True)
class TopicText:
    """How a topic is titled and answered in one language; figures are still placeholders."""

    title: str
    answer: str
    facts: Mapping[str, FactText]
