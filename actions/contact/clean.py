"""Typed text made uniform before anything is read from it."""

from __future__ import annotations

import re
import unicodedata

SLACK_LINK = re.compile(r"<(?:mailto:|tel:|https?://)?([^<>|\s]+)(?:\|([^<>]+))?>")
QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


def clean(text: str) -> str:
    """``text`` without control characters and Slack's link marks, quotes made plain; line ends stay as ``\\n``."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = SLACK_LINK.sub(lambda link: link[2] or link[1], text)
    kept = (char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")
    lines = (" ".join(line.split()) for line in "".join(kept).translate(QUOTES).split("\n"))
    return "\n".join(line for line in lines if line)


def plain(text: str) -> str:
    """``text`` lower-cased and without the marks around it, for comparing with a word list."""
    return " ".join(text.lower().split()).strip(" \t.,;:!?…\"'()*")
