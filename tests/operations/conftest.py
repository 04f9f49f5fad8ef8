"""Fixtures of the ledger's tests."""

import pytest

from tests.operations.scenes import Scene
from warroom.home import Home
from warroom.lake import Lake
from warroom.operations import Ledger


@pytest.fixture
def scene(home: Home, ledger: Ledger) -> Scene:
    """An empty room with a lake, a ledger and people."""
    return Scene(home, ledger, Lake.open(home))
