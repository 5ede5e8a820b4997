"""The chat API of the page and the widget."""

from sanic import Blueprint

from gateway.channels.web.ending import ending
from gateway.channels.web.opening import opening
from gateway.channels.web.talking import talking
from gateway.channels.web.words import words

web = Blueprint.group(opening, talking, ending, words)

__all__ = ["web"]
