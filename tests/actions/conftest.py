"""Fixtures of the tests about actions."""

import pytest

from tests.actions.room import Room
from tests.cases.scenes import Scene


@pytest.fixture
def room(scene: Scene) -> Room:
    """A room with officers of every role and invented agencies."""
    return Room.of(scene)
