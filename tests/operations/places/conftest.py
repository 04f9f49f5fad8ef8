"""Fixtures of the tests about places."""

import pytest

from tests.operations.measures.room import Room
from tests.operations.places.town import wire
from tests.operations.scenes import Scene


@pytest.fixture
def town(scene: Scene) -> Scene:
    """A room whose lake knows one town and its lines."""
    wire(scene)
    return scene


@pytest.fixture
def room(town: Scene) -> Room:
    """The same with officers of every role and invented partners."""
    return Room.of(town)
