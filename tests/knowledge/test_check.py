"""The check finds each kind of shortcoming: in a copy of the real files, one thing is broken."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import KnowledgeError, check, load
from knowledge.check import findings
from knowledge.store import ROOT

AREA, TOPIC, FACT = "clinical-trials", "clinical-trials/approval-timelines", "ct-mononational-early-phase-20-days"
Break = Callable[[Any], None]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The real knowledge, one area of it, so that a test is quick."""
    root = tmp_path / "knowledge"
    for folder in ("facts", "en"):
        (root / folder).mkdir(parents=True)
        for path in (ROOT / folder).glob("*.yml"):
            shutil.copyfile(path, root / folder / path.name)
    shutil.copyfile(ROOT / "places.yml", root / "places.yml")
    return root


def changed(path: Path, change: Break) -> None:
    data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def topic(data: Any) -> Any:
    return next(each for each in data["topics"] if each["id"] == TOPIC)


def fact(data: Any) -> Any:
    return next(each for each in topic(data)["facts"] if each["id"] == FACT)


def text(data: Any) -> Any:
    return data["topics"][TOPIC]


def said(data: Any) -> Any:
    return text(data)["facts"][FACT]


FACTS: dict[str, tuple[Break, str]] = {
    "compiled some day": (lambda d: d.update(compiled="last week"), "compiled is last week, not a day"),
    "too few related": (lambda d: topic(d).update(related=topic(d)["related"][:1]), "1 related topics"),
    "too many related": (lambda d: topic(d).update(related=[t["id"] for t in d["topics"][:5]]), "5 related topics"),
    "unknown related": (lambda d: topic(d)["related"].__setitem__(0, "no/such"), "related topic no/such is unknown"),
    "related to itself": (lambda d: topic(d)["related"].__setitem__(0, TOPIC), "is unknown or itself"),
    "no publisher": (lambda d: fact(d)["source"].update(publisher=""), f"{FACT}: source or confidence"),
    "no title": (lambda d: fact(d)["source"].update(title=""), f"{FACT}: source or confidence"),
    "no address": (lambda d: fact(d)["source"].update(url=None), f"{FACT}: source has no address"),
    "strange confidence": (lambda d: fact(d).update(confidence="sure"), f"{FACT}: source or confidence"),
    "derived from nothing": (lambda d: fact(d).update(derived_from=["no-such"]), "no-such, which is unknown"),
    "a figure less": (lambda d: fact(d)["figures"].clear(), "no such figure"),
    "no unanswered": (lambda d: d.update(unanswered=[]), f"{AREA}: unanswered questions have no id"),
    "unanswered near nothing": (lambda d: d["unanswered"][0].update(topic="no/such"), "unknown topic no/such"),
    "a new fact": (
        lambda d: topic(d)["facts"].append({**fact(d), "id": "brand-new"}), "facts missing or unknown: brand-new",
    ),
}  # fmt: skip
TEXTS: dict[str, tuple[Break, str]] = {
    "no text": (lambda d: d["topics"].pop(TOPIC), f"en {TOPIC}: no text"),
    "long title": (lambda d: text(d).update(title="word " * 10), "should have 2 to 9 words"),
    "short title": (lambda d: text(d).update(title="Time"), "should have 2 to 9 words"),
    "unknown fact": (lambda d: text(d)["facts"].update({"no-such": said(d)}), "facts missing or unknown: no-such"),
    "missing fact": (lambda d: text(d)["facts"].pop(FACT), f"facts missing or unknown: {FACT}"),
    "one question": (lambda d: said(d).update(asks=["how long?"]), f"{FACT}: 1 questions in asks"),
    "long answer": (lambda d: text(d).update(answer="word " * 200), "200 words, at most"),
    "long saying": (lambda d: said(d).update(say="word " * 100), f"{FACT}: 100 words, at most"),
    "invented figure": (lambda d: text(d).update(answer="It takes 4711 days."), "4711 is in no claim"),
    "invented figure in a saying": (lambda d: said(d).update(say="It takes 4711 days."), f"{FACT}: 4711 is in"),
    "unknown placeholder": (lambda d: text(d).update(answer="{no-such.days} days"), "no such figure"),
    "unknown figure": (lambda d: said(d).update(say="{no_such} days"), f"{FACT}: "),
    "broken placeholder": (lambda d: text(d).update(answer="In {days days"), "unreadable placeholder"),
}  # fmt: skip


def test_the_copy_is_clean(copy: Path) -> None:
    assert list(findings(load(copy), (AREA,))) == []


BROKEN = [("facts", kind) for kind in sorted(FACTS)] + [("en", kind) for kind in sorted(TEXTS)]


@pytest.mark.parametrize(("folder", "kind"), BROKEN)
def test_what_is_broken_is_found(copy: Path, folder: str, kind: str) -> None:
    change, expected = (FACTS if folder == "facts" else TEXTS)[kind]
    changed(copy / folder / f"{AREA}.yml", change)
    found = list(findings(load(copy), (AREA,)))
    assert any(expected in finding for finding in found), found


def test_a_figure_that_is_typed_although_a_fact_holds_it(copy: Path) -> None:
    held = load(copy)
    fact_id, value = next(
        (f.id, v) for f in held.facts.values() if f.topic.startswith(AREA) for v in f.figures.values() if 100 < v < 1000
    )
    path = copy / "en" / f"{AREA}.yml"
    home = held.facts[fact_id].topic
    changed(path, lambda d: d["topics"][home]["facts"][fact_id].update(say=f"The figure is {value}."))
    assert any("use its placeholder" in finding for finding in findings(load(copy), (AREA,)))


def test_only_the_named_areas_are_checked(copy: Path) -> None:
    changed(copy / "en" / f"{AREA}.yml", TEXTS["short title"][0])
    assert list(findings(load(copy), ("incubators",))) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: topic(d)["facts"].append(fact(d)), f"{FACT}: used twice"),
        (lambda d: d.update(area="other"), "area is other"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(copy: Path, change: Break, message: str) -> None:
    changed(copy / "facts" / f"{AREA}.yml", change)
    with pytest.raises(KnowledgeError, match=message):
        load(copy)


def test_the_command_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["check"])
    assert check.main() == 0
    assert capsys.readouterr().out == "knowledge: complete\n"


def test_the_command_fails_where_there_is_a_finding(
    copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(copy / "en" / f"{AREA}.yml", TEXTS["short title"][0])
    monkeypatch.setattr(check, "load", lambda: load(copy))
    monkeypatch.setattr(sys, "argv", ["check"])
    assert check.main() == 1
    assert "should have 2 to 9 words" in capsys.readouterr().out
