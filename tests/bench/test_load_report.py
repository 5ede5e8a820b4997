"""The ratios of ours to stock, and whether they reach their goals."""

from __future__ import annotations

from dataclasses import replace

from bench.load_report import LOADS, TURNS, Load, Measured, report

STOCK = Measured(
    system="stock",
    start_wall=30.0,
    start_cpu=20.0,
    idle_mb=900.0,
    used_mb=1000.0,
    beside_mb=0.0,
    loads=tuple(Load(clients, clients * turns, 10.0, 90.0, 120.0, 100.0, 0) for clients, turns in LOADS),
    at_turn=dict.fromkeys(TURNS, 100.0),
)
OURS = replace(
    STOCK, system="ours", start_wall=10.0, start_cpu=8.0, used_mb=320.0, beside_mb=80.0,
    loads=tuple(replace(load, cpu_ms=cpu) for load, cpu in zip(STOCK.loads, (20.0, 25.0, 10.0), strict=True)),
)  # fmt: skip


def rows(text: str) -> dict[str, list[str]]:
    """The cells behind the first one, by the first."""
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines())
    return {name: rest for name, *rest in cells}


def test_ratios() -> None:
    found = rows(report([OURS, STOCK]))
    assert found["messages a second and core, 1 clients"] == ["5.0", "at least 5", "reached"]
    assert found["messages a second and core, 20 clients"] == ["4.0", "at least 5", "missed"]
    assert found["messages a second and core, 100 clients"] == ["10.0", "at least 5", "reached"]
    assert found["memory of the engine"] == ["0.32", "at most 0.33", "reached"]
    assert found["memory of engine and actions"] == ["0.40", "", ""]
    assert found["start time"] == ["0.33", "at most 0.33", "reached"]
    assert found["start, CPU"] == ["0.40", "at most 0.33", "missed"]


def test_one_system_alone_has_no_ratio() -> None:
    found = report([OURS])
    assert "ratio" not in found and rows(found)["memory after the loads, MB"] == ["320"]


def test_every_load_has_its_own_rows() -> None:
    found = rows(report([OURS, STOCK]))
    assert found["20 clients × 20: CPU ms a message"] == ["25.0", "100.0"]
    assert found["1 client × 200: p50 / p95 ms"] == ["90 / 120", "90 / 120"]
    assert found[f"CPU ms a message at turn {TURNS[-1]}"] == ["100.0", "100.0"]
