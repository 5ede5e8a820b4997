"""A house for all tests of faults; each test finds it whole."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from deploy.services import services
from deploy.training import train
from settings import PREFIX, Settings
from tests.faults_stack.house import ALL, House, Visitor, surroundings


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Nothing runs yet; everything is ended afterwards."""
    assert train(), "no model"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            patch.delenv(name)
        for name, value in surroundings(tmp_path_factory.mktemp("house") / "var").items():
            patch.setenv(name, value)
        settings = Settings.load()
        made = House(settings, services(settings))
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture
def house(built: House) -> House:
    """All three processes are up."""
    built.start(*ALL)
    return built


@pytest.fixture
def visitor(house: House) -> Iterator[Visitor]:
    """A conversation through the gateway."""
    made = house.visitor()
    yield made
    made.close()
