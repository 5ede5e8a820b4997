"""The ``rasa`` command of the engine's environment: ``python -m engine train|run|shell|test|data …``."""

from __future__ import annotations

import os
import sys
import warnings
from importlib.metadata import version

RASA = "3.6.21"
ACTION_SECONDS = 10
"""Longest wait for the action server."""


def prepare(serving: bool = False) -> None:
    """Make Rasa importable here, and honest about a broken store. Must run before the first import of ``rasa``.

    ``serving``: leave out what a server does not need.
    """
    import numpy
    import structlog
    from structlog.processors import ExceptionRenderer
    from structlog.tracebacks import ExceptionDictTransformer

    from engine import without_tensorflow

    # Rasa names this warning where NumPy 1 had it; it is the only name it needs that NumPy 2 moved.
    numpy.VisibleDeprecationWarning = numpy.exceptions.VisibleDeprecationWarning  # type: ignore[attr-defined]
    without_tensorflow.install(serving)
    # Rasa writes the local variables of a failed turn into the log: what the visitor wrote, in clear.
    structlog.processors.dict_tracebacks = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    import rasa.core.actions.action
    import rasa.core.actions.forms
    import rasa.core.agent

    from engine import rules
    from engine.outage import OutageAction, OutageForm

    # Rasa wraps every tracker store so that it falls back to memory: it would answer, and forget what was said. Ours
    # raises instead, and the channel apologises.
    rasa.core.agent.FailSafeTrackerStore = lambda store: store
    rasa.core.actions.action.RemoteAction = rasa.core.actions.forms.RemoteAction = OutageAction
    rasa.core.actions.forms.FormAction = OutageForm
    if serving:
        rules.install()
    # An action may take 5 seconds (action_budget_seconds). Rasa would hold the conversation for five minutes.
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS


def main() -> None:
    """Check the environment, then hand over to Rasa. Exits with a message if it is not the pinned version."""
    if version("rasa") != RASA:
        sys.exit(f"The engine needs rasa {RASA}; this environment has {version('rasa')}. Run `make setup`.")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")
    if "run" in sys.argv:
        os.environ["FORCE_JSON_LOGGING"] = "true"  # the form for terminals shows local variables, too
    if "train" not in sys.argv:
        # One message is one thread's work; more threads only wait for each other.
        for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ.setdefault(threads, "1")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    prepare(serving="run" in sys.argv)
    from rasa.__main__ import main as rasa_main

    rasa_main()


if __name__ == "__main__":
    main()
