"""What a reply about places looks like where cards and tables can be shown; its text says the same elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Optional
from urllib.parse import urlsplit

from engine.replies.speech import Speech, shown
from knowledge import Place

IN_A_LIST = ("municipality", "region", "floor_area_m2", "has_wet_labs")
IN_THE_HEAD = frozenset({"kind", "status", "website"})
"""Attributes a card shows above its rows, or as its link."""

Card = dict[str, Any]


def listed(speech: Speech, places: Iterable[Place]) -> list[Card]:
    """A card a place, with what is known of the few things that places are chosen by."""
    return [
        card(speech, place, (row for row in IN_A_LIST if getattr(place, row) not in (None, ()))) for place in places
    ]


def card(speech: Speech, place: Place, attributes: Iterable[str]) -> Card:
    """``{"id", "name", "kind", "status", "rows": [{"label", "value"}], "website": {"url", "verified"} | None}``."""
    rows = [attribute for attribute in attributes if attribute not in IN_THE_HEAD]
    return {
        "id": place.id,
        "name": place.name,
        "kind": speech.texts.labels["kinds"][place.kind],
        "status": speech.texts.labels["statuses"][place.status],
        "rows": [{"label": speech.label(row), "value": shown(speech, place, row)} for row in rows],
        "website": _website(place),
    }


def table(speech: Speech, places: Sequence[Place], attributes: Iterable[str]) -> dict[str, Any]:
    """``{"columns": [name], "rows": [{"label", "values": [text]}]}``: a column a place, a row an attribute."""
    return {
        "columns": [place.name for place in places],
        "rows": [
            {"label": speech.label(attribute), "values": [shown(speech, place, attribute) for place in places]}
            for attribute in attributes
        ],
    }


def origin(place: Place) -> dict[str, Optional[str]]:
    """Where the place's entry was read, as a source of a reply; the page's title was not noted."""
    site = (urlsplit(place.source).hostname or place.source).removeprefix("www.")
    return {"publisher": site, "title": None, "url": place.source, "as_of": place.as_of}


def _website(place: Place) -> Optional[dict[str, Any]]:
    url = place.website or place.website_unverified
    return {"url": url, "verified": place.website is not None} if url else None
