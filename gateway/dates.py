"""Dates of sources, which may be a day, a month or a year, as people write them."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import format_date, format_skeleton

DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
MONTH = re.compile(r"(\d{4})-(\d\d)")


def spoken(iso: str | None, language: str) -> str:
    """``2026-01-14`` as "14 January 2026", ``2026-01`` as "January 2026", anything else as it is; "" for None.

    English is written as in Europe.
    """
    locale = "en_GB" if language == "en" else language
    if iso and (found := DAY.fullmatch(iso)):
        year, month, day = map(int, found.groups())
        return format_date(date(year, month, day), "long", locale=locale)
    if iso and (found := MONTH.fullmatch(iso)):
        year, month = map(int, found.groups())
        return format_skeleton("yMMMM", date(year, month, 1), locale=locale)
    return iso or ""
