"""Who depends on a line: homes, clinics and schools below it, what else feeds them, and standby supply."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from warroom.sites.network import (
    CLINIC,
    SCHOOL,
    STANDBY,
    USES,
    Array,
    SupplyNetwork,
    load_network,
    nan_to_none,
)
from warroom.sites.views import LineDependents, ProtectedBuilding, ReplacementSupply, SupplyBranch, SupplyKind

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

MOST_SHOWN = 200
CONNECTION = ("fibre", "mast")
"""Lines that carry data rather than power: a satellite terminal replaces them, a generator does not."""


def count_dependents(lake: "Lake", names: Iterable[str]) -> LineDependents | None:
    """The dependents of any of these lines, each building once; None where the records name none."""
    lines = load_network(lake)
    rows = [lines.line_row[name] for name in names if name in lines.line_row]
    if not rows:
        return None
    hanging = lines.count_buildings(
        lines.buildings_of(np.concatenate([lines.find_rows_below(at) for at in rows]))
    )
    # None found does not mean that no one depends on it: a mast serves callers whom no record names.
    return hanging if hanging.all else None


def _build_branch(lines: SupplyNetwork, at: int) -> SupplyBranch:
    counted = lines.count_buildings(lines.buildings_of(lines.find_rows_below(at)))
    return SupplyBranch(lines.ids[at], lines.kind[at], nan_to_none(lines.capacity[at]), counted)


def _list_branches(lines: SupplyNetwork, at: int) -> tuple[SupplyBranch, ...]:
    """The lines directly below that feed more than one building, the largest first."""
    found = [_build_branch(lines, one) for one in lines.children.get(at, ()) if lines.premises[one] < 0]
    return tuple(sorted(found, key=lambda one: (-one.hanging.all, one.id)))


def _count_leaf_lines(lines: SupplyNetwork, at: int) -> dict[str, int]:
    """How many lines of single buildings are directly below, by kind."""
    rows = [one for one in lines.children.get(at, ()) if lines.premises[one] >= 0]
    return dict(sorted(Counter(str(lines.kind[one]) for one in rows).items()))


def _list_protected(
    lines: SupplyNetwork, at: int, below: Array, houses: Array
) -> tuple[ProtectedBuilding, ...]:
    """Clinics first, those that would go dark soonest first of all."""
    rows = houses[np.isin(lines.use[houses], (CLINIC, SCHOOL))]
    elsewhere = set(_buildings_with_other_feed(lines, at, below).tolist())
    protected = [
        ProtectedBuilding(
            lines.building_ids[house],
            USES[lines.use[house]],
            nan_to_none(lines.backup[house]),
            house in elsewhere,
        )
        for house in rows.tolist()
    ]
    return tuple(
        sorted(protected, key=lambda dependent: (dependent.use, dependent.backup_hours or 0.0, dependent.id))
    )


def _buildings_with_other_feed(lines: SupplyNetwork, at: int, below: Array) -> Array:
    """Buildings fed by a line of the same sort (power or data) that is not below this one."""
    power = lines.kind[at] not in CONNECTION
    same = np.isin(lines.kind, CONNECTION) != power
    others = np.flatnonzero(same & ~np.isin(np.arange(len(lines.ids)), below))
    return np.unique(lines.pairs[np.isin(lines.pairs[:, 0], others), 1])


def _list_replacements(lines: SupplyNetwork, at: int, houses: Array) -> tuple[ReplacementSupply, ...]:
    """Second feeds of the line or of a line upstream, then standbys at the buildings."""
    second = np.unique(
        np.concatenate([lines.seconds_of(line_at) for line_at in lines.find_path_from_source(at)]).astype(
            np.int64
        )
    )
    standby: SupplyKind = "satellite" if lines.kind[at] in CONNECTION else "generator"
    sorts: list[tuple[SupplyKind, Array]] = [
        (kind, second[lines.kind[second] == kind]) for kind in ("feeder", "fibre")
    ]
    # What is a standby itself is replaced by no other one.
    if lines.kind[at] not in STANDBY:
        sorts.append((standby, lines.standby_of(houses, standby)))
    return tuple(_sum_replacement(lines, kind, rows) for kind, rows in sorts if len(rows))


def _sum_replacement(lines: SupplyNetwork, kind: SupplyKind, rows: Array) -> ReplacementSupply:
    size, days = lines.capacity[rows], lines.delay[rows]
    size, days = size[~np.isnan(size)], days[~np.isnan(days)]
    ends = (float(days.min()), float(days.max())) if len(days) else (None, None)
    return ReplacementSupply(kind, len(rows), float(size.sum()) if len(size) else None, *ends)
