"""Prints, as shell assignments, what Rasa's command line needs to know: ``eval "$(python -m deploy.environment)"``."""

from __future__ import annotations

import shlex

from settings import Settings


def main() -> None:
    """Print the assignments."""
    for name, value in Settings.load().engine_environment().items():
        print(f"{name}={shlex.quote(value)}")


if __name__ == "__main__":
    main()
