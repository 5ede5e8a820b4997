"""The landing page's figures: cards that name a fact of ``knowledge/`` become what the templates show.

No figure is typed into the page's texts; a card's ``figure`` and ``unit`` are filled from its fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.dates import spoken
from knowledge import Fact, Knowledge

CHART_DAYS = 110
"""What a bar's full length stands for."""

Entry = Mapping[str, Any]


class Cards:
    """Makes the cards of one language; ``undated`` is what is said of a source without a date."""

    def __init__(self, known: Knowledge, language: str, undated: str) -> None:
        self._known, self._language, self._undated = known, language, undated

    def section(self, section: Entry) -> dict[str, Any]:
        """A section with its cards; those of a chart have bars."""
        cards = [self.card(card) for card in section["cards"]]
        chart = bool(section.get("chart"))
        return {**section, "chart": chart, "cards": [self._bar(card) for card in cards] if chart else cards}

    def card(self, card: Entry) -> dict[str, Any]:
        """A card with its figure, what is said of it, and its source."""
        fact = self._known.facts[card["fact"]]
        filled = {
            name: self._known.render(card[name], self._language, own=fact)
            for name in ("figure", "unit")
            if name in card
        }
        return {"before": "", "joined": False, "figure": "", **card, **filled, **self._said(fact)}

    def claim(self, claim: Entry) -> dict[str, Any]:
        """A figure somebody claims, and what other sources say about it."""
        return {**self.card(claim), "others": [self._said(self._known.facts[fact]) for fact in claim["others"]]}

    def _said(self, fact: Fact) -> dict[str, Any]:
        source = fact.source
        date = spoken(fact.as_of, self._language) or self._undated
        origin = {"publisher": source.publisher, "title": source.title, "url": source.url, "date": date}
        return {"say": self._known.say(fact.id, self._language), "source": origin}

    def _bar(self, card: dict[str, Any]) -> dict[str, Any]:
        """A card of a chart: its figures are numbers of days."""
        figures = self._known.facts[card["fact"]].figures
        days, longest = figures[card["days"]], figures[card["longest"]]
        bar, rest = days / CHART_DAYS, (longest - days) / CHART_DAYS
        return {**card, "days": days, "longest": longest, "bar": bar, "rest": rest}
