"""The report of ``bench.nlu`` as text."""

from __future__ import annotations

from collections.abc import Sequence

from bench import scores
from bench.figures import Scored, costs, figures
from bench.runs import Run
from bench.tables import percent, table
from engine.understanding.model import TEMPERATURES

EXAMPLE = 90
"""Letters of an example."""
REJECTED = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)


def report(found: Sequence[Scored]) -> str:
    """The whole report as text."""
    header = ["", *(scored.run.system for scored in found)]
    shares = [figures(scored) for scored in found]
    spent = [costs(scored.run) for scored in found]
    rows = [[name, *(percent(column[name]) for column in shares)] for name in shares[0]]
    rows += [[name, *(f"{column[name]:.1f}" for column in spent)] for name in spent[0]]
    return "\n\n".join([table(header, rows), *(_details(scored) for scored in found if scored.run.own)])


def _details(scored: Scored) -> str:
    parts = [f"## {scored.run.system}"]
    worst = scores.confusions(scored.decided("topic"))
    rows = [[f"{right} → {given}", str(times), example[:EXAMPLE]] for right, given, times, example in worst]
    header = ["asked → answered", "times", "example"]
    parts.append(
        "Worst confusions (most frequent, then most confident) on topic questions:\n\n" + table(header, rows, (0, 2))
    )
    fitted = scores.calibration(scored.pairs)
    if fitted is not None:
        from engine.understanding.kernel import TEMPERATURE

        parts.append(
            f"Temperature: {TEMPERATURE} in use, {TEMPERATURE * fitted.factor:.4f} fits best "
            f"(log loss {fitted.loss:.3f} → {fitted.best_loss:.3f})."
        )
    rows = [
        [f"{low:.1f}–{high:.1f}", str(count), percent(mean), percent(right)]
        for low, high, count, mean, right in scores.reliability(scored.pairs)
    ]
    parts.append("Reliability, all questions:\n\n" + table(["confidence", "questions", "mean %", "right %"], rows))
    curve = scores.rejection(scored.topics(), scored.answers("out_of_scope", "uncovered"), REJECTED)
    rows = [[percent(share), f"{least:.2f}", percent(right), percent(caught)] for share, least, right, caught in curve]
    header = ["topic questions rejected %", "confidence below", "right among the kept %", "unknown rejected %"]
    parts.append("Accuracy against rejection, by the best topic's confidence:\n\n" + table(header, rows))
    return "\n\n".join(parts)


