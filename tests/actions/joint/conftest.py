"""Fixtures of the tests about joint operations."""

import pytest

from tests.actions.joint.raid import Raid
from tests.actions.room import Room
from tests.cases.scenes import Scene


@pytest.fixture
def raid(scene: Scene) -> Raid:
    """A raid on 20 places in three provinces, planned."""
    return Raid.of(Room.of(scene))
