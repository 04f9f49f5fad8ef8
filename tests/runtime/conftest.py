"""Fixtures of the tests about the running house."""

import pytest

from tests.actions.joint.raid import Raid
from tests.actions.room import Room
from tests.cases.scenes import Scene
from tests.ledger.audit.conftest import by_superuser
from tests.survivors.conftest import Shelter
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

__all__ = ["by_superuser"]


@pytest.fixture
def scene(home: Home, ledger: Ledger) -> Scene:
    """An empty room with a lake, a ledger and people."""
    return Scene(home, ledger, Lake.open(home))


@pytest.fixture
def raid(scene: Scene) -> Raid:
    """A raid on 20 places, planned and waiting for its go."""
    return Raid.of(Room.of(scene))


@pytest.fixture
def shelter(scene: Scene) -> Shelter:
    """The same room, where people are found."""
    return Shelter(scene)
