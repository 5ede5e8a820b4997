"""Typed text made uniform before anything is read from it."""

from __future__ import annotations

import unicodedata

QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


def tidy(text: str) -> str:
    """``text`` without control characters, quotes made plain; line ends stay as ``\\n``, empty lines go."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")
    lines = (" ".join(line.split()) for line in "".join(kept).translate(QUOTES).split("\n"))
    return "\n".join(line for line in lines if line)
