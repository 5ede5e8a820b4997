"""The documentation says what is so: links, commands, settings, names, payloads, imports, limits."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import knowledge
from corpus import lint
from gateway.metrics import TYPES
from knowledge import check
from records.models import Base
from settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "models" / "README.md"])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:py|yml|txt|in|sh|toml|md)")
ROOMS = ("actions", "bench", "clients", "corpus", "deploy", "engine", "gateway", "knowledge", "records")
HEADINGS = ("## Context", "## Decision", "## Consequences", "## Figures")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def everything() -> str:
    return "\n".join(read(page) for page in PAGES if page.is_relative_to(DOCS))


def domain() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(read(ROOT / "domain.yml"))
    return found


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", read(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    names = {code for code in CODE.findall(FENCE.sub("", read(page))) if FILE.fullmatch(code) and "/" in code}
    folders = (ROOT, ROOT / "var", page.parent)
    assert not [name for name in names if not any((folder / name).exists() for folder in folders)]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_settings_exist(page: Path) -> None:
    text = read(page)
    spans = [*CODE.findall(FENCE.sub("", text)), *(block for _, block in FENCE.findall(text))]
    targets = set(re.findall(r"^([a-z][a-z-]*):", read(ROOT / "Makefile"), re.MULTILINE))
    used = {target for span in spans for target in re.findall(r"\bmake ([a-z][a-z-]*)", span)}
    assert used <= targets
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(rf"{PREFIX}[A-Z][A-Z_]*[A-Z]", text)) <= settings


def test_the_readme_shows_the_two_commands() -> None:
    blocks = "\n".join(block for _, block in FENCE.findall(read(ROOT / "README.md")))
    assert re.search(r"^make run\b", blocks, re.MULTILINE)
    assert re.search(r"^make test\b", blocks, re.MULTILINE)


def test_the_readme_counts_right() -> None:
    known = knowledge.load()
    assert f"{len(known.topics)} topics" in read(ROOT / "README.md")
    assert f"{len(known.places)} places" in read(ROOT / "README.md")


@pytest.mark.parametrize("kind", ["intents", "entities", "slots", "forms", "actions"])
def test_everything_in_the_domain_is_documented(kind: str) -> None:
    words = set(CODE.findall(FENCE.sub("", everything())))
    assert not [name for name in domain()[kind] if name not in words]


def test_every_table_of_the_records_is_documented() -> None:
    words = set(CODE.findall(FENCE.sub("", everything())))
    assert not [name for name in Base.metadata.tables if name not in words]


def test_every_payload_type_has_an_example() -> None:
    blocks = [json.loads(block) for kind, block in FENCE.findall(read(DOCS / "conversation.md")) if kind == "json"]
    assert {block["type"] for block in blocks} == TYPES


def test_imports_are_as_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", read(DOCS / "architecture.md"), re.MULTILINE)
    allowed = {room: set(CODE.findall(cell)) for room, cell in rows if room in ROOMS}
    assert set(allowed) == set(ROOMS)
    found = {(room, other) for room in ROOMS for other in imported(ROOT / room)}
    assert not [(room, other) for room, other in sorted(found) if other != room and other not in allowed[room]]


def imported(room: Path) -> Iterator[str]:
    """Our rooms that the modules of ``room`` import."""
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(read(path))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            yield from (name.split(".")[0] for name in names if name.split(".")[0] in (*ROOMS, "settings"))


def test_the_limits_that_are_told_are_the_limits() -> None:
    told = read(DOCS / "knowledge.md")
    answers, says = check.ANSWER_WORDS, check.SAY_WORDS
    assert f"an answer at most {answers['en']}, a `say` at most {says['en']}" in told
    assert f"(French {answers['fr']} and {says['fr']}, Dutch {answers['nl']} and {says['nl']})" in told
    contributing = read(ROOT / "CONTRIBUTING.md")
    assert f"At most {answers['en']} words" in contributing
    assert f"at least {lint.MIN_TOPIC} training sentences" in contributing
    assert f"at least {lint.MIN_UNCOVERED} training\n  sentences" in contributing


def test_decisions_are_listed_and_complete() -> None:
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    listed = LINK.findall(read(DOCS / "decisions" / "README.md"))
    assert [page.name for page in pages] == listed
    assert not [page.name for page in pages if [h for h in HEADINGS if f"\n{h}\n" not in read(page)]]


def test_pictures_are_small() -> None:
    assert max(path.stat().st_size for path in (DOCS / "images").iterdir()) < 300_000
