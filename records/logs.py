"""Log lines: one form for ours and the libraries', with personal data masked.

A process calls ``configure()`` once; each turn binds its conversation, channel, language and action with
``structlog.contextvars``.
"""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from settings import Settings

EMAIL = re.compile(r"[^\s@<>\"'(),;:|=]+@[^\s@<>\"'(),;:|]+\.[^\s@<>\"'(),;:|]+")
PHONE = re.compile(r"(?<![\w.:/-])(?:\+|00)?\d(?:[ ./()-]?\d){7,14}(?![\w:-])")
UNMASKED = frozenset({"timestamp", "level", "event", "conversation", "reference", "delivery", "logger"})


def mask(text: str) -> str:
    """``text`` without e-mail addresses and telephone numbers."""
    return PHONE.sub("<number>", EMAIL.sub("<e-mail>", text))


def mask_event(_logger: object, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: masks every value but the ones we made ourselves."""
    for key, value in line.items():
        if key not in UNMASKED or key == "event":
            line[key] = _masked(value)
    return line


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(entry) for entry in value]
    return value


def configure(settings: Settings) -> None:
    """Set up logging for this process, to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [structlog.processors.format_exc_info, mask_event]
    if settings.log_format == "json":
        last.append(structlog.processors.JSONRenderer())
    else:
        last.append(structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "ours": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
            "root": {"handlers": ["stderr"], "level": settings.log_level.upper()},
            "loggers": {
                # Its lines repeat whole requests; ours say the same without the people in them.
                "rasa_sdk": {"level": "ERROR"},
                "httpx": {"level": "WARNING"},
                "alembic": {"level": "WARNING"},
            },
        }
    )
