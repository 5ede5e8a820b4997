"""The addresses of our pages: one a language, and one that negotiates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale

PAGES = ("", "/contact", "/cookies")
"""What follows the language in an address."""
REGIONS = {"en": "GB", "fr": "BE", "nl": "BE"}
"""The variety of each language that is written here."""


@dataclass(frozen=True)
class Language:
    """A language as the switch shows it: its code, its own name, and the same page in it."""

    code: str
    name: str
    href: str
    current: bool


@dataclass(frozen=True)
class Addresses:
    """Where a page is found. ``alternates`` are pairs of a language (or ``x-default``) and an absolute address."""

    canonical: str
    alternates: tuple[tuple[str, str], ...]
    languages: tuple[Language, ...]


def addresses(public_url: str, languages: Iterable[str], language: str, path: str, fixed: bool = True) -> Addresses:
    """The addresses of the page at ``path`` (one of PAGES) in ``language``.

    ``fixed`` is False for the page that is shown in the browser's language, whatever its address says.
    """
    languages = tuple(languages)
    here = f"/{language}{path}" if fixed or path else "/"
    default = "/" if not path else f"/{languages[0]}{path}"
    return Addresses(
        canonical=f"{public_url}{here}",
        alternates=(
            *((code, f"{public_url}/{code}{path}") for code in languages),
            ("x-default", f"{public_url}{default}"),
        ),
        languages=tuple(Language(code, own_name(code), f"/{code}{path}", code == language) for code in languages),
    )


def own_name(language: str) -> str:
    """What ``language`` is called in itself, with a capital."""
    name = Locale.parse(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


def locale(language: str) -> str:
    """``language`` with its region, as ``og:locale`` has it."""
    return f"{language}_{REGIONS[language]}" if language in REGIONS else language


def preferred(accepted: str, languages: Iterable[str]) -> str:
    """The language of ``languages`` that an ``Accept-Language`` header likes best, the first where it likes none."""
    served = tuple(languages)
    wishes = []
    for position, part in enumerate(accepted.split(",")):
        tag, _, parameters = part.strip().partition(";")
        wishes.append((-_quality(parameters), position, tag[:2].lower(), tag))
    for weight, _, short, tag in sorted(wishes):
        if weight < 0 and short in served and tag[2:3] in ("", "-"):
            return short
    return served[0]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
