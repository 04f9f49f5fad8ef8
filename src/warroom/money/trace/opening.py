"""The inputs of traces over the lake as it is now."""

from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.opening import open_index
from warroom.money.index.source import IndexSource


def open_source(home: Home, lake: Lake) -> IndexSource:
    """The index of the lake, or on a cluster what selects from it for each question."""
    if lake.engine.cluster:
        from warroom.money.trace.candidates import Candidates

        return Candidates(home, lake)
    return open_index(home, lake)
