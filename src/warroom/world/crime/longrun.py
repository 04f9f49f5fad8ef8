"""What gangs take after the full days, up to day 180: syndicates, sites and agencies alone, a day at a time.

The full days are as they were played. After them each gang begins as many cases as its sites, sims and people allow
(`SideRun.capacity`), and loses to holds the share that it lost in the last full days, for the policy goes on; a gang
that adapts makes half of that good every `recovery_days`. Coarse by design: it has no victims and no accounts.
"""

from typing import TYPE_CHECKING

import numpy as np

from warroom.world.crime.columns import VICTIM_PAY
from warroom.world.drawing.columns import DAY, HOUR, Array
from warroom.world.drawing.params import number

if TYPE_CHECKING:
    from warroom.world.play.run import Run

LAST_DAY = 180
WINDOW = 30
NOTICEABLE = 0.005
"""A policy that takes less than this share from gangs had no effect that displacement could undo."""


def takings(run: "Run", until: int = LAST_DAY) -> Array:
    """float64 (until, syndicates): baht that victims paid and nobody held, by the day of payment."""
    days, gangs = run.country.nation.size.days, len(run.country.underworld.syndicates)
    out = np.zeros((max(days, until), gangs))
    paid, lost = _paid(run, days, gangs), _lost(run, days, gangs)
    out[:days] = np.maximum(0.0, paid - lost)
    recent = slice(max(0, days - max(7, days // 2)), days)
    share = lost[recent].sum(axis=0) / np.maximum(1.0, paid[recent].sum(axis=0))
    for day in range(days, until):
        out[day] = (
            _usual(run)
            * _capacity(run, day, gangs)
            * (1 - _after(np.clip(share, 0, 1), day - days, run.strategy.changes))
        )
    return out[:until] / 100


def displacement(policy: Array, without_adaptation: Array, none: Array, day: int) -> float | None:
    """How much of a policy's effect was undone by adapting, over the 30 days that end at `day`.

    (policy - without adaptation) / (none - without adaptation), each the baht that gangs took; between 0 and 1.5, and
    None where the policy took nothing from them that adapting could bring back. Arguments are `takings` of three plays
    of one seed: with adapting gangs, with gangs that do not adapt, and with nobody acting.
    """
    span = slice(max(0, day - WINDOW), day)
    adapted, still, free = (float(each[span].sum()) for each in (policy, without_adaptation, none))
    if free - still <= NOTICEABLE * free:
        return None
    return float(np.clip((adapted - still) / (free - still), 0.0, 1.5))


def _paid(run: "Run", days: int, gangs: int) -> Array:
    out, start = np.zeros((days, gangs)), run.country.nation.start
    for row in run.flow.rows:
        if row[8] == VICTIM_PAY:
            out[(row[1] - start) // DAY, row[10]] += row[4]
    return out


def _lost(run: "Run", days: int, gangs: int) -> Array:
    """Money held or kept, on the day of its case's last payment."""
    cases, start = run.country.underworld.cases, run.country.nation.start
    out = np.zeros((days, gangs))
    for (_, case), amount in run.holding.held().items():
        out[min(days - 1, (int(cases.end[case]) - start) // DAY), int(cases.syndicate[case])] += amount
    return out


def _usual(run: "Run") -> Array:
    """Satang a day by syndicate when nobody acts."""
    cases, world = run.country.underworld.cases, run.country.underworld
    total = np.bincount(cases.syndicate, cases.loss, len(world.syndicates))
    return np.asarray(total / run.country.nation.size.days)


def _capacity(run: "Run", day: int, gangs: int) -> Array:
    noon = run.country.nation.start + day * DAY + 12 * HOUR
    return np.array([run.sides.capacity(gang, noon) for gang in range(gangs)])


def _after(share: Array, days: int, adapts: bool) -> Array:
    if not adapts:
        return share
    return np.asarray(share * 0.5 ** (days / number("adversary", "recovery_days")))
