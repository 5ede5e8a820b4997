"""A house for all tests of faults; each test finds it whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults_stack.house import ALL, House, Visitor, building


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Nothing runs yet; everything is ended afterwards."""
    with building(tmp_path_factory.mktemp("house") / "var") as made:
        yield made


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
