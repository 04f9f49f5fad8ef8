"""What a cut at a point of a line would darken, and which point harms least and still reaches a building.

A cut takes the line and everything below it. A building fed by another line of the same sort stays lit, also
where it is the building that the cut is meant for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warroom.sites.dependents import _buildings_with_other_feed
from warroom.sites.network import CLINIC, Array, SupplyNetwork, nan_to_none
from warroom.sites.views import SupplyCut

NO_AIM = -1
Harm = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class DarkenedBuildings:
    """Buildings below a cut, by row: those that go dark, and those that another line keeps lit."""

    dark: Array
    lit: Array


def find_darkened(lines: SupplyNetwork, at: int) -> DarkenedBuildings:
    """The buildings below a line, by what a cut at its beginning would do to them."""
    below = lines.find_rows_below(at)
    houses = lines.buildings_of(below)
    elsewhere = np.isin(houses, _buildings_with_other_feed(lines, at, below))
    return DarkenedBuildings(houses[~elsewhere], houses[elsewhere])


def build_cut(lines: SupplyNetwork, at: int, aim: int = NO_AIM) -> SupplyCut:
    """A cut at a line, and whether it darkens the building `aim` (a row)."""
    outage = find_darkened(lines, at)
    dark = outage.dark
    clinics = dark[lines.use[dark] == CLINIC]
    backed = lines.backup[clinics][~np.isnan(lines.backup[clinics])]
    # Only what feeds the very line that is cut takes over for it: a second feed further up feeds into the gap.
    second = lines.seconds_of(at)
    days = lines.delay[second][~np.isnan(lines.delay[second])]
    return SupplyCut(
        line=lines.ids[at],
        kind=lines.kind[at],
        capacity=nan_to_none(lines.capacity[at]),
        dark=lines.count_buildings(dark),
        lit=len(outage.lit),
        shortest_backup=float(backed.min()) if len(backed) else None,
        second=lines.ids[second[0]] if len(second) else "",
        second_days=float(days.min()) if len(days) else None,
        serves_one=bool(lines.premises[at] >= 0),
        reaches=bool(aim in dark),
    )


def list_cut_points(
    lines: SupplyNetwork, aim: int, kind: str = "feeder", within: int | None = None
) -> tuple[SupplyCut, ...]:
    """The cuts that could darken a building, from the source down; with `within` (a line's row) only from
    there down.

    `reaches` says whether a cut darkens the building: one fed by two lines is reached by no single cut.
    """
    own = lines.pairs[lines.pairs[:, 1] == aim, 0]
    rows: list[int] = []
    for line in own[lines.kind[own] == kind].tolist():
        way = lines.find_path_from_source(line)
        if within is not None:
            way = way[way.index(within) :] if within in way else []
        rows += [line_at for line_at in way if line_at not in rows]
    return tuple(build_cut(lines, line_at, aim) for line_at in rows)


def measure_harm(one: SupplyCut) -> Harm:
    """How much a cut harms, to compare: clinics without power of their own first, since one of them stops the cut."""
    dark = one.dark
    return dark.dark_clinics, dark.clinics, dark.homes, dark.schools, dark.others, one.lit


def find_least_harmful(found: Sequence[SupplyCut]) -> SupplyCut | None:
    """The point that reaches its aim and harms least, of equals the one nearest to it; None where none reaches it."""
    # Reversed, since `min` keeps the first of equals: the cut nearest to the building disturbs fewest others.
    reaching = [one for one in reversed(found) if one.reaches]
    return min(reaching, key=measure_harm) if reaching else None


def find_source_lines(lines: SupplyNetwork, building: int) -> list[int]:
    """The rows of the source lines of each feeder that serves a building, each once."""
    own = lines.pairs[lines.pairs[:, 1] == building, 0]
    return list(
        dict.fromkeys(
            lines.find_path_from_source(line)[0] for line in own[lines.kind[own] == "feeder"].tolist()
        )
    )
