"""Every story has its end-to-end test, and the same intents and actions in it (``make rasa`` runs the tests)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from deploy.training import ROOT

STORIES = ROOT / "data" / "stories" / "journeys.yml"
TESTS = Path(__file__).parent / "test_journeys.yml"


def _steps(path: Path) -> dict[str, list[Any]]:
    stories = yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]
    assert len({story["story"] for story in stories}) == len(stories), f"{path}: a name twice"
    return {story["story"]: [_plain(step) for step in story["steps"]] for story in stories}


def _plain(step: dict[str, Any]) -> dict[str, Any]:
    """The step without the visitor's words; of a retrieval intent only the area."""
    return {key: str(value).split("/")[0] if key == "intent" else value for key, value in step.items() if key != "user"}


def test_every_story_has_its_end_to_end_test() -> None:
    assert _steps(TESTS) == _steps(STORIES)
