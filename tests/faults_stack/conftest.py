"""A house for each test module."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.services import services
from deploy.training import MODEL, train
from settings import PREFIX, Settings
from tests.faults_stack.house import House, Visitor, free_port


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings of this module's own in the environment of the processes it starts; gives the ``var`` folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            patch.delenv(name)
        var = tmp_path_factory.mktemp("house") / "var"
        ours = {
            "VAR": str(var),
            "SECRET": "a secret for tests only",
            "ENGINE_URL": f"http://127.0.0.1:{free_port()}",
            "ACTIONS_PORT": str(free_port()),
            "GATEWAY_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(free_port()),
            "RATE_LIMIT_PER_MINUTE": "1000",
            "OUTBOX_SECONDS": "0.2",
            "LOG_FORMAT": "json",
        }
        for name, value in ours.items():
            patch.setenv(PREFIX + name, value)
        yield var


@pytest.fixture(scope="module")
def house(environment: Path) -> Iterator[House]:
    """Nothing runs yet; everything is ended afterwards."""
    assert MODEL.exists() or train(), "no model"  # DEV
    settings = Settings.load()
    made = House(settings, services(settings))
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def visitor(house: House) -> Iterator[Visitor]:
    """A conversation through the gateway, with all three processes up."""
    house.start("actions", "engine", "gateway")
    made = house.visitor()
    yield made
    made.close()
