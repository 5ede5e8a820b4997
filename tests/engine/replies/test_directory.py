"""The directory: lists and filters, one place or one attribute of it, several side by side; nothing is made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.gazetteer import Names
from engine.replies import directory
from engine.replies.asked import Question, asked_attribute
from engine.replies.directory import MAX_COMPARED, MAX_LISTED, attribute_rows
from engine.replies.speech import Speech, shown
from engine.replies.texts import known, texts
from knowledge import Place

K, WORDS, NAMES = known(), texts("en"), Names()
PLACES = K.places
ATTRIBUTES = sorted(WORDS.labels["attributes"])
UNKNOWN = WORDS.labels["not_known"]
SPEECH = Speech("en", WORDS, {})


def ask(intent: str, text: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    question = Question(f"directory_{intent}", text, tuple(NAMES(text)), before)
    reply = directory.reply(K, WORDS, "en", question)
    assert reply["custom"]["type"] == "places"
    assert set(reply["custom"]["places"]) <= set(PLACES)
    assert len(set(reply["custom"]["places"])) == len(reply["custom"]["places"])
    return reply


def listed(text: str) -> set[str]:
    return set(ask("list", text)["custom"]["places"])


def fitting(**wanted: Any) -> set[str]:
    return {p.id for p in PLACES.values() if all(getattr(p, name) == value for name, value in wanted.items())}


def test_incubators_in_brussels_that_are_not_closed() -> None:
    found = listed("list the incubators in Brussels")
    assert found == fitting(kind="incubator", region="Brussels") - fitting(status="closed") and "blsi" in found


def test_wet_labs_are_only_where_they_are_known() -> None:
    assert listed("which places have wet labs") == fitting(has_wet_labs=True) - fitting(status="closed")
    assert listed("places without labs") == fitting(has_wet_labs=False) - fitting(status="closed")


@pytest.mark.parametrize("region", ["Flanders", "Wallonia", "Brussels"])
def test_regions(region: str) -> None:
    assert listed(f"sites in {region}") == fitting(region=region) - fitting(status="closed")


def test_statuses() -> None:
    assert listed("which places are closed") == fitting(status="closed")
    assert listed("what is planned") == fitting(status="project")
    assert listed("what is open now") == fitting(status="open") | fitting(status="programme")


@pytest.mark.parametrize("written", ["3000 m2", "3,000 m²", "3.000 sqm", "3 000 square metres"])
def test_sizes(written: str) -> None:
    sized = {p.id: p.floor_area_m2 for p in PLACES.values() if p.floor_area_m2 is not None and p.status != "closed"}
    assert listed(f"places with at least {written}") == {place for place, size in sized.items() if size >= 3000}
    assert listed(f"places under {written}") == {place for place, size in sized.items() if size <= 3000}


def test_a_municipality() -> None:
    assert listed("what is there in Anderlecht") == {
        p.id for p in PLACES.values() if p.municipality and "Anderlecht" in p.municipality and p.status != "closed"
    }


def test_nothing_that_fits_is_said_to_be_nothing() -> None:
    reply = ask("list", "incubators in Anderlecht with wet labs and at least 900000 m2")
    assert reply["custom"]["places"] == [] and "no place" in reply["text"]


def test_a_long_list_is_numbered_counted_and_named_to_its_end() -> None:
    reply = ask("list", "all places")
    found = reply["custom"]["places"]
    assert len(found) > MAX_LISTED and f"{len(found)}." in reply["text"].splitlines()[0]
    assert [line.split(".")[0] for line in reply["text"].splitlines()[1 : MAX_LISTED + 1]] == [
        str(number) for number in range(1, MAX_LISTED + 1)
    ]
    assert all(PLACES[place].name in reply["text"] for place in found)
    assert len(reply["custom"]["rows"]) == MAX_LISTED


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_place_can_be_asked_for_by_its_name(place: str) -> None:
    reply = ask("place", f"tell me more about {PLACES[place].name}")
    assert reply["custom"]["places"] == [place]
    assert reply["text"].startswith(PLACES[place].name)
    date = PLACES[place].as_of
    assert (date in reply["text"]) if date else ("undated" in reply["text"])
    assert [source["url"] for source in reply["custom"]["sources"]] == [PLACES[place].source]


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("how big is EEBIC", "floor_area_m2"), ("where is EEBIC", "municipality"), ("EEBIC website", "website"),
        ("does EEBIC have wet labs", "has_wet_labs"), ("what does EEBIC cost", "cost"),
        ("which biosafety level has EEBIC", "biosafety_level"), ("how can I apply at EEBIC", "how_to_apply"),
        ("what services does EEBIC offer", "services"), ("who is EEBIC for", "audience"),
        ("which languages do they speak at EEBIC", "languages"), ("is EEBIC still running", "status"),
    ],
)  # fmt: skip
def test_one_attribute_is_answered_alone(question: str, attribute: str) -> None:
    assert asked_attribute(question, "en") == attribute
    lines = ask("place", question)["text"].split("\n\n")[0].splitlines()
    expected = [f"{WORDS.labels['attributes'][row]}: " for row in attribute_rows(PLACES["eebic"], attribute)]
    assert [line[: len(start)] for line, start in zip(lines[1:], expected, strict=True)] == expected


def test_the_size_of_a_site_is_in_hectares_where_only_those_are_known() -> None:
    site = next(p for p in PLACES.values() if p.floor_area_m2 is None and p.area_ha is not None)
    assert attribute_rows(site, "floor_area_m2") == ("area_ha",)


SHOWN = ("blsi", "eebic", "icab", "greenbizz")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how big is the first one", ["blsi"]), ("and the second?", ["eebic"]), ("the 3rd please", ["icab"]),
        ("where is the last one", ["greenbizz"]), ("how big is it", ["blsi"]), ("the fourth", ["greenbizz"]),
        ("both", ["blsi", "eebic"]), ("the first and the last", ["blsi", "greenbizz"]),
        ("how big are those three", ["blsi", "eebic", "icab"]), ("what about Greenbizz", ["greenbizz"]),
    ],
)  # fmt: skip
def test_positions_and_pronouns(text: str, expected: list[str]) -> None:
    assert ask("place", text, SHOWN)["custom"]["places"] == expected


def test_a_position_that_was_not_shown_is_not_guessed() -> None:
    for before in (SHOWN[:2], ()):
        reply = ask("place", "how big is the fifth one", before)
        assert reply["custom"]["places"] == [] and "Which place" in reply["text"]


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("compare BLSI and EEBIC", (), ["blsi", "eebic"]),
        ("compare the first and the third", SHOWN, ["blsi", "icab"]),
        ("compare them", SHOWN, ["blsi", "eebic", "icab"]),
        ("compare the two", SHOWN, ["blsi", "eebic"]),
        ("compare it with Greenbizz", ("eebic",), ["eebic", "greenbizz"]),
        ("compare BLSI, EEBIC, ICAB and Greenbizz", (), ["blsi", "eebic", "icab"]),
    ],
)
def test_comparisons(text: str, before: tuple[str, ...], expected: list[str]) -> None:
    reply = ask("compare", text, before)
    assert reply["custom"]["places"] == expected
    head, *rows = reply["text"].split("\n\n")[0].splitlines()
    assert head == " / ".join(PLACES[place].name for place in expected)
    assert rows and all(row.count(" / ") >= len(expected) - 1 for row in rows)


def test_what_is_compared_is_a_table_too() -> None:
    reply = ask("compare", "compare BLSI and EEBIC")
    table = reply["custom"]["table"]
    assert table["columns"] == [PLACES["blsi"].name, PLACES["eebic"].name]
    rows = {row["label"]: row["values"] for row in table["rows"]}
    assert rows[WORDS.labels["attributes"]["floor_area_m2"]][0] == "2,300"
    assert all(len(values) == 2 for values in rows.values())
    for label, values in rows.items():
        assert f"{label}: {' / '.join(values)}" in reply["text"].splitlines()
    assert "cards" not in reply["custom"]


def test_a_list_is_shown_as_cards_with_what_is_known() -> None:
    reply = ask("list", "list the incubators")
    custom = reply["custom"]
    assert [card["id"] for card in custom["cards"]] == custom["places"][:MAX_LISTED]
    assert reply["text"].startswith(custom["intro"]) and reply["text"].endswith(custom["closing"])
    assert all(PLACES[place].name in custom["others"] for place in custom["places"][MAX_LISTED:])
    for card in custom["cards"]:
        place = PLACES[card["id"]]
        assert (card["name"], card["kind"]) == (place.name, WORDS.labels["kinds"][place.kind])
        assert UNKNOWN not in [row["value"] for row in card["rows"]]
        assert (card["website"] or {}).get("url") == (place.website or place.website_unverified)


def test_a_place_is_a_card_that_says_what_is_not_known() -> None:
    (card,) = ask("place", "tell me about BLSI")["custom"]["cards"]
    rows = {row["label"]: row["value"] for row in card["rows"]}
    assert rows[WORDS.labels["attributes"]["floor_area_m2"]] == "2,300"
    assert rows[WORDS.labels["attributes"]["area_ha"]] == UNKNOWN
    assert WORDS.labels["attributes"]["website"] not in rows and card["website"]["verified"] is False
    (asked,) = ask("place", "how big is BLSI")["custom"]["cards"]
    assert [row["label"] for row in asked["rows"]] == [WORDS.labels["attributes"]["floor_area_m2"]]


def test_the_source_of_a_place_is_named_by_its_site() -> None:
    (source,) = ask("place", "tell me about BLSI")["custom"]["sources"]
    assert source["publisher"] == "parlement.brussels" and source["url"] == PLACES["blsi"].source


PLACE = st.sampled_from(sorted(PLACES.values(), key=lambda place: place.id))


@hypothesis_settings(max_examples=400)
@given(PLACE, st.sampled_from(ATTRIBUTES))
def test_what_is_not_known_is_said_not_to_be_known(place: Place, attribute: str) -> None:
    value = getattr(place, attribute)
    if attribute == "website":
        value = value or place.website_unverified
    if value is None or value == ():
        assert shown(SPEECH, place, attribute) == UNKNOWN
    else:
        assert shown(SPEECH, place, attribute) not in ("", UNKNOWN, "None", "()")
    nothing: Any = () if isinstance(value, tuple) else None
    bare = replace(place, **{attribute: nothing}, website_unverified=None)
    assert shown(SPEECH, bare, attribute) == UNKNOWN


@hypothesis_settings(max_examples=100)
@given(st.lists(PLACE, min_size=1, max_size=4, unique=True), st.sampled_from([None, *ATTRIBUTES]))
def test_every_figure_in_a_reply_is_in_the_directory(places: list[Place], attribute: Optional[str]) -> None:
    import re

    label = WORDS.labels["attributes"][attribute].lower() if attribute else ""
    text = f"{' '.join(place.name for place in places)} {label}"
    intent = "compare" if len(places) > 1 else "place"
    reply = directory.reply(
        K, WORDS, "en", Question(f"directory_{intent}", text, tuple(("place", place.id) for place in places), ())
    )
    told = places[:MAX_COMPARED]
    assert reply["custom"]["places"] == [place.id for place in told]
    held = {n for place in told for value in vars(place).values() for n in re.findall(r"\d+(?:\.\d+)?", str(value))}
    said = re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", reply["text"]))
    assert set(said) <= held


@pytest.mark.parametrize("yes", [True, False])
def test_laboratories_are_yes_no_or_not_known(yes: bool) -> None:
    place = replace(PLACES["blsi"], has_wet_labs=yes)
    assert shown(SPEECH, place, "has_wet_labs") == ("yes" if yes else "no")
    assert shown(SPEECH, replace(place, has_wet_labs=None), "has_wet_labs") == UNKNOWN


def test_the_reply_is_dated_by_its_oldest_place() -> None:
    reply = ask("compare", "compare BLSI and EEBIC")
    dates = sorted(str(PLACES[place].as_of) for place in ("blsi", "eebic"))
    assert reply["text"].endswith(f"as of {dates[0]}.") and reply["custom"]["as_of"] == dates[-1]
