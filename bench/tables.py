"""Tables as text, readable in a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]], text: Collection[int] = (0,)) -> str:
    """A Markdown table with aligned columns; the columns numbered in ``text`` hold text, the others figures."""
    every = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in every) for column in range(len(header))]

    def line(row: Sequence[str]) -> str:
        sized = enumerate(zip(row, widths, strict=True))
        cells = (cell.ljust(width) if column in text else cell.rjust(width) for column, (cell, width) in sized)
        return "| " + " | ".join(cells) + " |"

    rule = ["-" * width if column in text else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join([line(every[0]), line(rule), *(line(row) for row in every[1:])])


def percent(share: float) -> str:
    """``share`` in percent with one decimal; empty for not a number."""
    return "" if share != share else f"{100 * share:.1f}"
