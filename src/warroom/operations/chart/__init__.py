"""The chart of a case: its network for an officer who may read the case, with holds, actions and assets marked on it.

Every look, opened node, way asked for and export is a row of the log. What the officer's roles do not need is masked,
and masked things cannot be opened.
"""

from warroom.operations.chart.drawing import MOST_NODES, MOST_TIES
from warroom.operations.chart.looks import chart, export, file_hashes, opened, way
from warroom.operations.chart.notes import pin, take_off

__all__ = ["MOST_NODES", "MOST_TIES", "chart", "export", "file_hashes", "opened", "pin", "take_off", "way"]
