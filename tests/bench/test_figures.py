"""The figures of a language, and the report."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bench import nlu
from bench.figures import Scored, costs, figures
from bench.nlu_report import report, spent
from bench.runs import Run
from engine.understanding.calibration import TEMPERATURES
from tests.bench.builders import FEES, OFFICES, TIMELINES, answer, question, run

LANGUAGE = "nl"
ASKED = [
    question("one", FEES, fact="fees-fact", language=LANGUAGE),
    question("two", FEES, language=LANGUAGE),
    question("three", OFFICES, language=LANGUAGE),
    question("four", TIMELINES, language=LANGUAGE),
    question("five", "out_of_scope", language=LANGUAGE),
    question("six", "uncovered/thing", language=LANGUAGE),
    question("seven", "patient", language=LANGUAGE),
    question("eight", "greet", language=LANGUAGE),
]
ANSWERS = [
    replace(answer((FEES, 0.9), language="nl"), facts=(("fees-fact", FEES, 0.9),)),
    answer((TIMELINES, 0.4), (FEES, 0.35), language="en"),
    answer((FEES, 0.8), language="nl"),
    answer((TIMELINES, 0.9), near=0.0, language="nl"),
    answer(("out_of_scope", 0.9), language="nl"),
    answer((FEES, 0.7), ("uncovered/thing", 0.2), language="de"),
    answer(("patient", 0.9), language="nl"),
    answer(("greet", 0.9), language="nl"),
]
RUN = run(*reversed(ANSWERS), asked=ASKED[::-1], language=LANGUAGE)


def scored(of: Run = RUN) -> Scored:
    return Scored.of(of, LANGUAGE, ASKED, frozenset({"one", "three"}))


def test_figures_of_ours() -> None:
    found = figures(scored())
    expected = {
        "topics: right at once": 1 / 4,
        "topics: right or offered among three": 2 / 4,
        "topics: wrong": 1 / 4,
        "topics: offered, none right": 0.0,
        "topics: not answered": 1 / 4,
        "topics: best guess right, no threshold": 2 / 4,
        "topics: right among three best guesses": 3 / 4,
        "topics unlike any training sentence: right at once": 1 / 2,
        "facts: right one said first": 1.0,
        "facts: right one said": 1.0,
        "out of scope: not answered as known": 1.0,
        "out of scope: neither answered nor offered": 1.0,
        "uncovered: not answered as known": 0.0,
        "patients: recognised": 1.0,
        "dialogue and directory: recognised": 1.0,
        "language not given: taken for the right one": 6 / 8,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert math.isnan(found["job seekers: recognised"])


def test_the_thresholds_are_those_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.understanding import decision

    monkeypatch.setattr(decision, "OF_LANGUAGE", {LANGUAGE: decision.Thresholds(answer=0.85)})
    assert figures(scored())["topics: wrong"] == 0.0
    monkeypatch.setattr(decision, "OF_LANGUAGE", {"fr": decision.Thresholds(answer=0.85)})
    assert figures(scored())["topics: wrong"] == 0.25


def test_stock_has_neither_facts_nor_a_guess_of_the_language() -> None:
    found = figures(scored(replace(RUN, own=False)))
    assert math.isnan(found["facts: right one said"])
    assert math.isnan(found["language not given: taken for the right one"])


def test_a_language_without_unanswerable_questions_has_figures_too() -> None:
    few = Scored.of(run(ANSWERS[0], asked=ASKED[:1], language=LANGUAGE), LANGUAGE, ASKED[:1], frozenset())
    assert figures(few)["topics: right at once"] == 1.0
    assert "Accuracy against rejection" in report([few])


def test_the_report_has_a_column_a_system_and_details_of_ours() -> None:
    other = replace(RUN, system="stock", own=False, message_ms={LANGUAGE: 9.25})
    text = report([scored(), scored(other)])
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    assert cells[0] == ["", "made up", "stock"]
    assert ["CPU ms a message", "4.0", "9.2"] in cells
    assert text.count("### ") == 1 and f"### made up, {LANGUAGE}" in text
    assert [f"{OFFICES} → {FEES}", "1", "three"] in cells
    assert text.count("Reliability") == 1
    # Rankings of one intent are no base for a temperature.
    assert "Temperature" not in text


def test_the_temperature_that_fits_is_the_languages_own() -> None:
    wide = [answer((FEES, 0.6), *((f"x/{n}", 0.4 / 119) for n in range(119)), language="nl")] * 2
    text = report([Scored.of(run(*wide, asked=ASKED[:2], language=LANGUAGE), LANGUAGE, ASKED[:2], frozenset())])
    assert f"Temperature: {TEMPERATURES[LANGUAGE]} in use" in text


def test_costs_are_shown_once() -> None:
    assert costs(RUN)["training: CPU s"] == 2.0
    assert "| training: peak memory MB             |   100.0 |" in spent([RUN])


def test_the_heading_counts() -> None:
    found = nlu.heading(LANGUAGE, ASKED, frozenset({"one"}))
    assert "8 validation questions: 4 topic, 1 uncovered, 1 out_of_scope, 1 patient, 0 job_seeker" in found
    assert "1 of them" in found
