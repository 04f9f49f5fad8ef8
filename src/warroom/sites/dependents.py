"""Who hangs on a line: homes, clinics and schools below it, what else feeds them, and what stands by."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from warroom.sites.network import CLINIC, SCHOOL, STANDBY, USES, Array, Network, known, network
from warroom.sites.views import Branch, Hanging, Protected, Replacing, SupplyKind

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

MOST_SHOWN = 200
CONNECTION = ("fibre", "mast")
"""Lines that carry data rather than power: a satellite terminal replaces them, a generator does not."""


def hanging_on(lake: "Lake", names: Iterable[str]) -> Hanging | None:
    """Who hangs on any of these lines, each building once; None where the records know nobody."""
    lines = network(lake)
    rows = [lines.row[name] for name in names if name in lines.row]
    if not rows:
        return None
    found = lines.counted(lines.buildings_of(np.concatenate([lines.below(at) for at in rows])))
    # Nobody in the records is not nobody: over a mast people speak who stand in no record.
    return found if found.all else None


def _branch(lines: Network, at: int) -> Branch:
    counted = lines.counted(lines.buildings_of(lines.below(at)))
    return Branch(lines.ids[at], lines.kind[at], known(lines.capacity[at]), counted)


def _branches(lines: Network, at: int) -> tuple[Branch, ...]:
    """What hangs on it directly and feeds more than one building, the largest first."""
    found = [_branch(lines, one) for one in lines.children.get(at, ()) if lines.premises[one] < 0]
    return tuple(sorted(found, key=lambda one: (-one.hanging.all, one.id)))


def _leaves(lines: Network, at: int) -> dict[str, int]:
    """Lines of single buildings that hang on it directly, by kind."""
    rows = [one for one in lines.children.get(at, ()) if lines.premises[one] >= 0]
    return dict(sorted(Counter(str(lines.kind[one]) for one in rows).items()))


def _protected(lines: Network, at: int, below: Array, houses: Array) -> tuple[Protected, ...]:
    """Clinics first, those that would go dark soonest first of all."""
    rows = houses[np.isin(lines.use[houses], (CLINIC, SCHOOL))]
    elsewhere = set(_other_feeds(lines, at, below).tolist())
    found = [
        Protected(lines.building_ids[one], USES[lines.use[one]], known(lines.backup[one]), one in elsewhere)
        for one in rows.tolist()
    ]
    return tuple(sorted(found, key=lambda one: (one.use, one.backup_hours or 0.0, one.id)))


def _other_feeds(lines: Network, at: int, below: Array) -> Array:
    """Buildings that a line of the same sort feeds which does not hang on this one."""
    power = lines.kind[at] not in CONNECTION
    same = np.isin(lines.kind, CONNECTION) != power
    others = np.flatnonzero(same & ~np.isin(np.arange(len(lines.ids)), below))
    return np.unique(lines.pairs[np.isin(lines.pairs[:, 0], others), 1])


def _replacing(lines: Network, at: int, houses: Array) -> tuple[Replacing, ...]:
    """Second feeds of the line or of what it hangs on, then standbys at the buildings."""
    second = np.unique(np.concatenate([lines.seconds_of(one) for one in lines.path(at)]).astype(np.int64))
    standby: SupplyKind = "satellite" if lines.kind[at] in CONNECTION else "generator"
    sorts: list[tuple[SupplyKind, Array]] = [
        (kind, second[lines.kind[second] == kind]) for kind in ("feeder", "fibre")
    ]
    # What is a standby itself is replaced by no other one.
    if lines.kind[at] not in STANDBY:
        sorts.append((standby, lines.standby_of(houses, standby)))
    return tuple(_sort(lines, kind, rows) for kind, rows in sorts if len(rows))


def _sort(lines: Network, kind: SupplyKind, rows: Array) -> Replacing:
    size, days = lines.capacity[rows], lines.delay[rows]
    size, days = size[~np.isnan(size)], days[~np.isnan(days)]
    ends = (float(days.min()), float(days.max())) if len(days) else (None, None)
    return Replacing(kind, len(rows), float(size.sum()) if len(size) else None, *ends)
