"""Names are found whatever their case, the longest first, and carry their canonical value."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import ENTITIES, TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message

from engine.gazetteer import GAZETTEER, Names, SpacyGazetteer, patterns
from engine.replies.texts import known

NAMES = Names()
COMPONENT = SpacyGazetteer(SpacyGazetteer.get_default_config())
GIVEN = {
    (pattern["label"], pattern["id"], pattern["pattern"])
    for pattern in patterns()
}  # fmt: skip


def found(text: str) -> list[dict[str, object]]:
    (message,) = COMPONENT.process([Message({TEXT: text})])
    entities: list[dict[str, object]] = message.get(ENTITIES, [])
    return entities


@pytest.mark.parametrize(("label", "value", "phrase"), sorted(GIVEN), ids=repr)
def test_every_name_is_found_alone_in_any_case(label: str, value: str, phrase: str) -> None:
    for written in (phrase, phrase.upper(), phrase.lower()):
        assert (label, value) in NAMES(f"tell me about {written} please"), written


def test_every_place_is_found_by_its_full_name() -> None:
    for place in known().places.values():
        assert ("place", place.id) in NAMES(f"where is {place.name}?"), place.name


def test_no_phrase_names_two_things_of_a_kind() -> None:
    by_phrase: dict[tuple[str, str], set[str]] = {}
    for label, value, phrase in GIVEN:
        by_phrase.setdefault((label, phrase.lower()), set()).add(value)
    assert {phrase: values for phrase, values in by_phrase.items() if len(values) > 1} == {}


def test_the_places_of_the_file_exist() -> None:
    assert set(yaml.safe_load(GAZETTEER.read_text(encoding="utf-8"))["place"]) <= set(known().places)


@pytest.mark.parametrize("entity", ["kind", "municipality", "region"])
def test_the_values_of_a_filter_are_those_of_the_directory(entity: str) -> None:
    held = {getattr(place, entity) for place in known().places.values()}
    values = {value for label, value, _ in GIVEN if label == entity}
    if entity == "municipality":
        held = {part for value in held if value for part in (value, value.split(" (")[0])}
        values = {value.split(" (")[0] for value in values}
        assert values <= {part for value in held for part in (value, *value.split("/"))} | {
            v for v in values if any(v in each for each in held)
        }
    else:
        assert values <= held


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a phase III trial", [("phase", "phase-3")]),
        ("a phase I trial", [("phase", "phase-1")]),
        ("a PHASE 2 trial", [("phase", "phase-2")]),
        ("the Brussels Life Science Incubator", [("place", "blsi")]),
        ("the bio-incubator Ghent", [("place", "vib-bio-incubator-ghent")]),
        ("an incubator", [("kind", "incubator")]),
        ("incubators in Brussels", [("kind", "incubator"), ("region", "Brussels")]),
        ("famhp or the EMA", [("agency", "famhp"), ("agency", "ema")]),
        ("emaciated Brusselsers", []),
        ("nothing of the kind", []),
    ],
)  # fmt: skip
def test_the_longest_match_wins(text: str, expected: list[tuple[str, str]]) -> None:
    assert NAMES(text) == expected


def test_the_component_gives_the_place_in_the_text() -> None:
    text = "Is BLSI bigger than eebic?"
    entities = found(text)
    assert [(entity["entity"], entity["value"]) for entity in entities] == [("place", "blsi"), ("place", "eebic")]
    assert [text[entity["start"] : entity["end"]] for entity in entities] == ["BLSI", "eebic"]  # type: ignore[misc]


@given(st.text(max_size=60))
def test_tokens_are_pieces_of_the_text_whatever_is_typed(text: str) -> None:
    (message,) = COMPONENT.process([Message({TEXT: text})])
    for token in message.get(TEXT_TOKENS, []):
        assert token.text and text[token.start : token.end] == token.text
    for entity in message.get(ENTITIES, []):
        assert (entity["entity"], entity["value"]) in {(label, value) for label, value, _ in GIVEN}


def test_a_new_name_needs_only_the_file(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.yml"
    path.write_text("place: {}\nagency: {famhp: [FAMHP, the regulator]}\n", encoding="utf-8")
    assert {"label": "agency", "id": "famhp", "pattern": "the regulator"} in patterns(path)
