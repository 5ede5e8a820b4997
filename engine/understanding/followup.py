"""Sentences that only make sense after what was said before: "and for devices?", "how much is that?"."""

from __future__ import annotations

import re

MAX_WORDS = 9
_OPENERS = re.compile(
    r"^(and|or|but|also|then|what about|how about|what if|same for|ok and|okay and|in that case)\b", re.IGNORECASE
)
_POINTERS = re.compile(r"\b(it|its|that|this|those|these|they|them|their|there|one|ones|then|same)\b", re.IGNORECASE)


def leans_on_context(text: str) -> bool:
    """Whether ``text`` reads like a follow-up: short, and opened or pointing as follow-ups do."""
    words = text.split()
    if not words or len(words) > MAX_WORDS:
        return False
    return bool(_OPENERS.search(text) or _POINTERS.search(text) or len(words) <= 3)


def in_context(text: str, subject: str) -> str:
    """``text`` completed by the title of what was talked about."""
    return f"{subject}: {_OPENERS.sub('', text).strip(' ,?')}?"
