"""A small cache of networks: a reader asks for the same chart at every step, and a case of 50,000 transfers
takes
a second to build. Only data of the lake and of the frozen trail is kept, never who asked.
"""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.schema import Case, Snapshot
from warroom.errors import NotFound, NotPossible
from warroom.networks.groups import find_groups
from warroom.networks.known import add_known_ties, find_neighbours
from warroom.networks.shapes import Network
from warroom.networks.trail import build_network_of_trail
from warroom.room.chart.node_masking import NodeMask
from warroom.room.chart.views import ChartLook

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Networks kept: enough for a few readers at a time, since a large one takes much memory. Chosen, not
# measured.
KEPT = 4
# Nodes opened on one chart: each is read again from the lake once the cache has dropped it.
MOST_OPENED = 20
SHUT = frozenset({"shop", "victim"})
"""Marks of accounts that cannot be opened: the other payments of a shop or a victim are private."""


@dataclass(frozen=True)
class GroupedNetwork:
    """A network with its groups, under the trail with this hash; `left_out` counts neighbours too many to be shown."""

    network: Network
    groups: dict[str, int]
    snapshot: str
    left_out: int = 0


_kept: "OrderedDict[tuple[Any, ...], GroupedNetwork]" = OrderedDict()
_lock = threading.Lock()


def load_viewed_network(
    session: Session, lake: "Lake", case: Case, look: ChartLook, now: datetime, eyes: NodeMask
) -> GroupedNetwork:
    """The case's network with the nodes opened on it, before a time span is chosen."""
    return _open_all(lake, _load_network(session, lake, case, look.as_of, now), look.opened, look.as_of, eyes)


def _load_network(
    session: Session, lake: "Lake", case: Case, as_of: datetime | None, now: datetime
) -> GroupedNetwork:
    """The case's network as of a moment, from the newest trail frozen by then; an empty one where there is none."""
    snapshot = _find_snapshot(session, case, as_of)
    if snapshot is None:
        return GroupedNetwork(Network(as_of or now), {}, "")
    number, sha256 = snapshot
    # With the lake's head: what came since makes another network, and what was erased is not drawn from
    # memory.
    key = (lake.home.root, lake.head, case.id, number, as_of)
    return _get_or_make(key, lambda: _assemble_network(session, lake, number, sha256, as_of or now))


def _find_snapshot(session: Session, case: Case, as_of: datetime | None) -> tuple[int, str] | None:
    query = select(Snapshot.id, Snapshot.sha256).where(Snapshot.case_id == case.id)
    if as_of is not None:
        query = query.where(Snapshot.as_of <= as_of)
    row = session.execute(query.order_by(Snapshot.id.desc()).limit(1)).first()
    return (row.id, row.sha256) if row else None


def _assemble_network(
    session: Session, lake: "Lake", number: int, sha256: str, as_of: datetime
) -> GroupedNetwork:
    trail = json.loads(session.get_one(Snapshot, number).trail)
    network = add_known_ties(lake, replace(build_network_of_trail(trail), as_of=as_of))
    return GroupedNetwork(network, find_groups(network), sha256)


def _open_all(
    lake: "Lake", base: GroupedNetwork, wanted: tuple[str, ...], as_of: datetime | None, eyes: NodeMask
) -> GroupedNetwork:
    """The network with these nodes opened one after the other. Each must be on the network by then, so that
    no address skips a step. Raises NotFound, or NotPossible for a node that may not be opened.
    """
    # What is opened comes with each address: the server keeps no trace of where a reader wandered but the
    # log's.
    if len(wanted) > MOST_OPENED:
        raise NotPossible("chart.too-many-opened")
    for at, node in enumerate(wanted):
        _may_open(base, node, eyes)
        # Under all steps that led here: a reader who opens one node more pays for that one alone.
        before, key = base, (lake.home.root, lake.head, base.snapshot, as_of, wanted[: at + 1])
        base = _get_or_make(key, lambda before=before, node=node: _open_node(lake, before, node))
    return base


def _may_open(base: GroupedNetwork, node: str, eyes: NodeMask) -> None:
    found = base.network.nodes.get(node)
    # One answer for what is not there and for what is masked: a guessed number discloses nothing.
    if found is None or not eyes.may_open(found):
        raise NotFound("chart.not-there")
    if not SHUT.isdisjoint(found.marks):
        raise NotPossible("chart.not-to-open")


def _open_node(lake: "Lake", base: GroupedNetwork, node: str) -> GroupedNetwork:
    found = find_neighbours(lake, base.network, node)
    network = base.network.with_more(found.nodes, found.ties, node)
    # Neighbours join the opened node's group, so that the layout the reader knows does not move.
    groups = base.groups | {one.id: base.groups[node] for one in found.nodes if one.id not in base.groups}
    return GroupedNetwork(network, groups, base.snapshot, base.left_out + found.left_out)


def _get_or_make(key: tuple[Any, ...], make: Any) -> GroupedNetwork:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    # Outside the lock, or a case that takes a second would hold up every other; asked for twice at once it is
    # made twice.
    made: GroupedNetwork = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made
