"""Layout of a drawing in which money runs from left to right: a column for each hop, other things after the
accounts they belong to, and last where money ended. Groups have the same order in every column, so that a
line can be drawn around each; neighbours are placed near each other (the barycentre rule of Sugiyama and
others, 1981).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from warroom.networks.shapes import Network

# Sweeps over the columns, chosen: later ones hardly move a node, and a fixed number draws the same picture
# each time.
ROUNDS = 6
APART, BESIDE = 0.95, 0.12
"""The space around a group in a column, where its name stands, and between two nodes of none, in heights of an ordinary
node.
"""
Block = tuple[bool, str]
"""What stays together: whether it is a group, and its name."""


@dataclass(frozen=True, slots=True)
class NodePlaces:
    """A column for every node, counted from 0, and how far below the middle it stands, in heights of an ordinary node.

    `ends` is the column of what left, None where nothing did.
    """

    column: Mapping[str, int]
    row: Mapping[str, float]
    ends: int | None


def place_nodes(network: Network, groups: Mapping[str, int], heights: Mapping[str, float]) -> NodePlaces:
    """The places of these nodes; `groups` names the group of those that a line is drawn around, and no others."""
    beside: dict[str, list[str]] = defaultdict(list)
    for tie in network.ties.values():
        beside[tie.start].append(tie.end)
        beside[tie.end].append(tie.start)
    column, ends = _assign_columns(network, beside)
    # What belongs to no group is a group of its own: it finds its place among the others by the same rule.
    block = {name: (name in groups, str(groups.get(name, name))) for name in network.nodes}
    columns: dict[int, list[str]] = defaultdict(list)
    for name in sorted(network.nodes, key=lambda name: (-heights[name], name)):
        columns[column[name]].append(name)
    row = _assign_rows(columns, block, heights)
    for _ in range(ROUNDS):
        middle = _wanted_heights(block, beside, row)
        for names in columns.values():
            near = {
                node_name: _mean_or([row[other] for other in beside.get(node_name, ())], row[node_name])
                for node_name in names
            }
            names.sort(key=lambda name: (middle[block[name]], block[name], near[name], name))
        row = _assign_rows(columns, block, heights)
    return NodePlaces(column, row, ends)


def _assign_columns(network: Network, beside: Mapping[str, list[str]]) -> tuple[dict[str, int], int | None]:
    """A column for each node: its hop where known, else one after its nearest neighbour's; unconnected nodes
    come last.
    """
    column = {name: node.hop for name, node in network.nodes.items() if node.hop is not None}
    queue = sorted(column, key=lambda name: (column[name], name))
    for name in queue:  # grows while it is walked
        for other in beside.get(name, ()):
            if other not in column:
                column[other] = column[name] + 1
                queue.append(other)
    last = max(column.values(), default=0)
    left = [name for name, node in network.nodes.items() if node.hop is None and "exited" in node.marks]
    hops = {column[name] for name in column if name not in left}
    ends = max(hops, default=0) + 1 if left else None
    column_by_name = {name: column.get(name, last + 1) for name in network.nodes} | dict.fromkeys(
        left, ends or 0
    )
    # No empty column between two: a hop of which nothing is drawn would be a gap without a meaning.
    number = {old: new for new, old in enumerate(sorted(set(column_by_name.values())))}
    return {name: number[at] for name, at in column_by_name.items()}, number.get(
        ends
    ) if ends is not None else None


def _assign_rows(
    columns: Mapping[int, list[str]], block: Mapping[str, Block], heights: Mapping[str, float]
) -> dict[str, float]:
    """Each node below the one before it, the whole column centred."""
    row: dict[str, float] = {}
    for names in columns.values():
        at, before = 0.0, ""
        for name in names:
            if before and block[before] != block[name]:
                at += APART if block[before][0] or block[name][0] else BESIDE
            row[name] = at + heights[name] / 2
            at, before = at + heights[name], name
        row |= {name: row[name] - at / 2 for name in names}
    return row


def _wanted_heights(
    block: Mapping[str, Block], beside: Mapping[str, list[str]], row: Mapping[str, float]
) -> dict[Block, float]:
    """The wanted height of each block: the mean height of its nodes' neighbours outside the block."""
    near: dict[Block, list[float]] = defaultdict(list)
    own: dict[Block, list[float]] = defaultdict(list)
    for name, mine in block.items():
        near[mine] += [row[other] for other in beside.get(name, ()) if block[other] != mine]
        own[mine].append(row[name])
    return {name: _mean_or(near[name], _mean_or(own[name], 0.0)) for name in own}


def _mean_or(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
