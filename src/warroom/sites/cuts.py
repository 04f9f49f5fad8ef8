"""What a cut at a point of a line would darken, and which point harms least and still reaches a building.

A cut takes the line and all that hangs on it. A building that another line of the same sort feeds stays lit: so does the one that
the cut is meant for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warroom.sites.dependents import _other_feeds
from warroom.sites.network import CLINIC, Array, Network, known
from warroom.sites.views import Cut

NO_AIM = -1
Harm = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Darkened:
    """Buildings below a cut, by row: those that go dark, and those that another line keeps lit."""

    dark: Array
    lit: Array


def darkened(lines: Network, at: int) -> Darkened:
    """Who goes dark if the line is cut where it begins."""
    below = lines.below(at)
    houses = lines.buildings_of(below)
    elsewhere = np.isin(houses, _other_feeds(lines, at, below))
    return Darkened(houses[~elsewhere], houses[elsewhere])


def cut(lines: Network, at: int, aim: int = NO_AIM) -> Cut:
    """A cut at a line, and whether it darkens the building `aim` (a row)."""
    found = darkened(lines, at)
    dark = found.dark
    clinics = dark[lines.use[dark] == CLINIC]
    backed = lines.backup[clinics][~np.isnan(lines.backup[clinics])]
    # Only what feeds the very line that is cut takes over for it: a second feed further up feeds into the gap.
    second = lines.seconds_of(at)
    days = lines.delay[second][~np.isnan(lines.delay[second])]
    return Cut(
        line=lines.ids[at],
        kind=lines.kind[at],
        capacity=known(lines.capacity[at]),
        dark=lines.counted(dark),
        lit=len(found.lit),
        shortest_backup=float(backed.min()) if len(backed) else None,
        second=lines.ids[second[0]] if len(second) else "",
        second_days=float(days.min()) if len(days) else None,
        serves_one=bool(lines.premises[at] >= 0),
        reaches=bool(aim in dark),
    )


def points(lines: Network, aim: int, kind: str = "feeder", within: int | None = None) -> tuple[Cut, ...]:
    """The points at which a line that the building hangs on can be cut, from the source down, `within` a line and below it alone.

    Each says whether it reaches the building: one that two lines feed is reached by no single cut.
    """
    own = lines.pairs[lines.pairs[:, 1] == aim, 0]
    rows: list[int] = []
    for line in own[lines.kind[own] == kind].tolist():
        way = lines.path(line)
        if within is not None:
            way = way[way.index(within) :] if within in way else []
        rows += [one for one in way if one not in rows]
    return tuple(cut(lines, one, aim) for one in rows)


def harm(one: Cut) -> Harm:
    """How much a cut harms, to compare: clinics without power of their own first, since one of them stops the cut."""
    dark = one.dark
    return dark.dark_clinics, dark.clinics, dark.homes, dark.schools, dark.others, one.lit


def least_harmful(found: Sequence[Cut]) -> Cut | None:
    """The point that reaches its aim and harms least, of equals the one nearest to it; None where none reaches it."""
    reaching = [one for one in reversed(found) if one.reaches]
    return min(reaching, key=harm) if reaching else None


def feeders_of(lines: Network, building: int) -> list[int]:
    """The lines at the source of each feeder that a building hangs on, by row."""
    own = lines.pairs[lines.pairs[:, 1] == building, 0]
    return list(dict.fromkeys(lines.path(line)[0] for line in own[lines.kind[own] == "feeder"].tolist()))
