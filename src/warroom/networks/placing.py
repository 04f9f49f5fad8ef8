"""Where the nodes of a chart are drawn, so that it reads like a page: from the victim at the left, a column for each hop, things that are no
accounts beside those they belong to. Neighbours stand near each other (the barycentre rule of Sugiyama and others, 1981).
"""

from collections import defaultdict

from warroom.networks.shapes import Network

ROUNDS = 4
MANY = 1_000
"""Beyond so many nodes nobody looks at each; their columns are enough."""
Places = dict[str, tuple[float, float]]


def places_of(network: Network) -> Places:
    """A column and a row for every node, each counted from 0; a column's rows are centred around 0."""
    beside = {name: [other for other, _ in near] for name, near in network.beside().items()}
    column = _columns(network, beside)
    rows: dict[int, list[str]] = defaultdict(list)
    for name in sorted(network.nodes, key=lambda one: (column[one], -network.nodes[one].still_there, one)):
        rows[column[name]].append(name)
    place = {name: _row(at, len(names)) for names in rows.values() for at, name in enumerate(names)}
    # Down and up in turn, as Sugiyama has it: from one side alone the columns behind never straighten.
    for turn in range(ROUNDS if len(network.nodes) <= MANY else 0):
        for number in sorted(rows, reverse=bool(turn % 2)):
            _order(rows[number], beside, place)
    return {name: (float(column[name]), place[name]) for name in network.nodes}


def _columns(network: Network, beside: dict[str, list[str]]) -> dict[str, int]:
    """Hops where they are known; others one column after the nearest that has one; what hangs on nothing comes last."""
    column = {name: one.hop for name, one in network.nodes.items() if one.hop is not None}
    queue = sorted(column, key=lambda name: (column[name], name))
    for name in queue:  # grows while it is walked
        for other in beside.get(name, ()):
            if other not in column:
                column[other] = column[name] + 1
                queue.append(other)
    last = max(column.values(), default=0)
    return {name: column.get(name, last + 1) for name in network.nodes}


def _order(names: list[str], beside: dict[str, list[str]], place: dict[str, float]) -> None:
    middle = {name: _middle(name, beside, place) for name in names}
    names.sort(key=lambda name: (middle[name], name))
    for at, name in enumerate(names):
        place[name] = _row(at, len(names))


def _middle(name: str, beside: dict[str, list[str]], place: dict[str, float]) -> float:
    near = [place[other] for other in beside.get(name, ())]
    return sum(near) / len(near) if near else place[name]


def _row(at: int, count: int) -> float:
    return at - (count - 1) / 2
