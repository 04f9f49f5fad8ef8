"""Fixtures of the tests about places."""

import pytest

from tests.actions.room import Room
from tests.cases.scenes import Scene
from tests.room.map.town import wire


@pytest.fixture
def town(scene: Scene) -> Scene:
    """A room whose lake knows one town and its lines."""
    wire(scene)
    return scene


@pytest.fixture
def room(town: Scene) -> Room:
    """The same with officers of every role and invented partners."""
    return Room.of(town)
