"""Fixtures of the tests about joint operations."""

import pytest

from tests.operations.joint.raid import Raid
from tests.operations.measures.room import Room
from tests.operations.scenes import Scene


@pytest.fixture
def raid(scene: Scene) -> Raid:
    """A raid on 20 places in three provinces, planned."""
    return Raid.of(Room.of(scene))
