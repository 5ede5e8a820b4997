"""Tables."""

from __future__ import annotations

from bench.tables import percent, table


def test_text_stands_left_and_figures_right() -> None:
    assert table(["", "n"], [["long name", "1"], ["x", "100"]]).splitlines() == [
        "|           |   n |",
        "| --------- | --: |",
        "| long name |   1 |",
        "| x         | 100 |",
    ]


def test_other_columns_of_text() -> None:
    assert table(["a", "b"], [["1", "long"], ["22", "x"]], text=(1,)).splitlines()[2:] == [
        "|  1 | long |",
        "| 22 | x    |",
    ]


def test_percent() -> None:
    assert (percent(0.8666), percent(1.0), percent(float("nan"))) == ("86.7", "100.0", "")
