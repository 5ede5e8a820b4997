"""A message made uniform before anything is read from it."""

from __future__ import annotations

import re

from records.details.clean import tidy

SLACK_LINK = re.compile(r"<(?:mailto:|tel:|https?://)?([^<>|\s]+)(?:\|([^<>]+))?>")


def clean(text: str) -> str:
    """``text`` tidied and without Slack's link marks."""
    return tidy(SLACK_LINK.sub(lambda link: link[2] or link[1], text))


def plain(text: str) -> str:
    """``text`` lower-cased and without the marks around it, for comparing with a word list."""
    return " ".join(text.lower().split()).strip(" \t.,;:!?…\"'()*")
