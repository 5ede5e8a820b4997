"""Runs survive being kept, command lines refuse what there is not."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from bench import arguments, runs
from bench.runs import Answer
from tests.bench.builders import FEES, OFFICES, answer, run


def test_a_run_is_the_same_after_it_was_kept(tmp_path: Path) -> None:
    facts = (("fact", FEES, 0.25),)
    kept = run(Answer(((FEES, 0.5), (OFFICES, 0.25)), True, 0.4, facts, ("place",), "fr"), answer(("greet", 1.0)))
    runs.save(kept, tmp_path / "folder" / "made-up.run.json")
    assert runs.load(tmp_path / "folder" / "made-up.run.json") == kept


def test_answers_of_stock_say_less() -> None:
    found = runs.answers({"nl": {"hoi": {"ranking": [["greet", 0.5]], "unsure": True}}})
    assert found == {"nl": {"hoi": Answer((("greet", 0.5),), unsure=True)}}


def test_a_worker_gives_its_result_and_keeps_its_output(tmp_path: Path) -> None:
    code = "import sys; print('heard'); open(sys.argv[1], 'w').write('{\"n\": 1}')"
    assert runs.worker([sys.executable, "-c", code, str(tmp_path / "result.json")], tmp_path) == {"n": 1}
    assert (tmp_path / "result.log").read_text(encoding="utf-8") == "heard\n"


def test_a_worker_that_fails_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(CalledProcessError):
        runs.worker([sys.executable, "-c", "raise SystemExit(3)", str(tmp_path / "result.json")], tmp_path)


def test_languages() -> None:
    assert arguments.languages("nl,fr,nl") == ("nl", "fr")
    with pytest.raises(argparse.ArgumentTypeError, match="xx: not one of en, fr, nl"):
        arguments.languages("nl,xx")


def test_the_common_options(tmp_path: Path) -> None:
    parser = arguments.parser("bench", "…", epochs=5)
    arguments.add_languages(parser)
    usual = parser.parse_args([])
    assert (usual.epochs, usual.skip_stock, usual.json, usual.languages) == (5, False, None, ("en", "fr", "nl"))
    chosen = parser.parse_args(["--epochs", "1", "--skip-stock", "--languages", "fr", "--json", str(tmp_path / "f")])
    assert (chosen.epochs, chosen.skip_stock, chosen.languages) == (1, True, ("fr",))
    arguments.write_json(chosen.json, {"a": 1})
    arguments.write_json(None, {"a": 2})
    assert json.loads((tmp_path / "f").read_text(encoding="utf-8")) == {"a": 1}
