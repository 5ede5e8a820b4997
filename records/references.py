"""References people read out and type: short, without look-alike characters, not guessable in practice."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference(prefix: str) -> str:
    """A new reference such as ``BLS-7K3M-Q2`` (30^6 possibilities; the caller checks that it is free)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(6))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
