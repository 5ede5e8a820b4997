"""The report of ``bench.nlu`` as text."""

from __future__ import annotations

from collections.abc import Sequence

from bench import scores
from bench.figures import Scored, costs, figures
from bench.runs import Run
from bench.tables import percent, table
from engine.understanding.calibration import TEMPERATURES

EXAMPLE = 90
"""Letters of an example."""
REJECTED = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)


def report(found: Sequence[Scored]) -> str:
    """One language: a column a system, then ours in detail."""
    header = ["", *(scored.run.system for scored in found)]
    columns = [figures(scored) for scored in found]
    rows = [[name, *(percent(column[name]) for column in columns)] for name in columns[0]]
    rows.append(["CPU ms a message", *(f"{scored.run.message_ms[scored.language]:.1f}" for scored in found)])
    return "\n\n".join([table(header, rows), *(_details(scored) for scored in found if scored.run.own)])


def spent(found: Sequence[Run]) -> str:
    """What each system costs, whatever the language."""
    columns = [costs(run) for run in found]
    rows = [[name, *(f"{column[name]:.1f}" for column in columns)] for name in columns[0]]
    return table(["all languages at once", *(run.system for run in found)], rows)


def _details(scored: Scored) -> str:
    parts = (_confusions(scored), _temperature(scored), _reliability(scored), _rejection(scored))
    return "\n\n".join([f"### {scored.run.system}, {scored.language}", *(part for part in parts if part)])


def _confusions(scored: Scored) -> str:
    worst = scores.confusions(scored.decided("topic"))
    rows = [[f"{right} → {given}", str(times), example[:EXAMPLE]] for right, given, times, example in worst]
    shown = table(["asked → answered", "times", "example"], rows, (0, 2))
    return f"Worst confusions (most frequent, then most confident) on topic questions:\n\n{shown}"


def _temperature(scored: Scored) -> str:
    fitted = scores.calibration(scored.pairs)
    if fitted is None:
        return ""
    used = TEMPERATURES[scored.language]
    losses = f"log loss {fitted.loss:.3f} → {fitted.best_loss:.3f}"
    return f"Temperature: {used} in use, {used * fitted.factor:.4f} fits best ({losses})."


def _reliability(scored: Scored) -> str:
    rows = [
        [f"{low:.1f}–{high:.1f}", str(count), percent(mean), percent(right)]
        for low, high, count, mean, right in scores.reliability(scored.pairs)
    ]
    return "Reliability, all questions:\n\n" + table(["confidence", "questions", "mean %", "right %"], rows)


def _rejection(scored: Scored) -> str:
    unknown = scored.answers("out_of_scope", "uncovered")
    if not scored.topics():
        return ""
    curve = scores.rejection(scored.topics(), unknown, REJECTED)
    rows = [[percent(share), f"{least:.2f}", percent(right), percent(caught)] for share, least, right, caught in curve]
    header = ["topic questions rejected %", "confidence below", "right among the kept %", "unknown rejected %"]
    return "Accuracy against rejection, by the best topic's confidence:\n\n" + table(header, rows)
