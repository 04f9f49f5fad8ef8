"""Fixtures of the tests about actions."""

import pytest

from tests.operations.measures.room import Room
from tests.operations.scenes import Scene


@pytest.fixture
def room(scene: Scene) -> Room:
    """A room with officers of every role and invented agencies."""
    return Room.of(scene)
