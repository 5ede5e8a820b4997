"""Learning decides as the engine does, whose modules import Rasa. These tests run in its environment."""

from __future__ import annotations

import os

os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from engine.__main__ import prepare

prepare()  # here, where Rasa's warnings are no errors yet
