"""True cases: eight types with calibrated shares, losses and durations; victims, and the payments they make.

Long cases that began before day 0 or end after the last day are there too; only payments inside the days are played.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from warroom_lab.world.crime.columns import SCAMS, CrimeCases, Syndicates
from warroom_lab.world.drawing.columns import BAHT, DAY, HOUR, MINUTE, PERSON, Array
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

HOURS = np.array([1, 1, 1, 1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 8, 8, 8, 8, 7, 7, 7, 7, 6, 4, 2], np.float64)
"""At which hours of the local day people are reached and pay (A)."""
PURCHASE, JOB, INVESTMENT, ROMANCE = 0, 2, 3, 6
BAITED = (JOB, INVESTMENT, ROMANCE)
MOST_PAYMENTS = 25


@dataclass
class VictimPayments:
    """What victims pay, by case and time. `bait`: whether a first small gain is paid back out of it."""

    case: Array
    time: Array
    amount: Array  # satang
    bait: Array


def plan_cases(
    nation: Nation, syndicates: Syndicates, mule_holders: Array
) -> tuple[CrimeCases, VictimPayments]:
    """All cases with at least one payment inside the days, by first contact, and those payments by case and time."""
    rng = make_generator(nation.seed, "crime", "cases")
    facts = get_values("crime", nation.scenario)
    scam, start, span = _draw_first_contacts(nation, rng, facts)
    count = len(scam)
    paid = _draw_payment_counts(scam, rng, facts)
    case = np.repeat(np.arange(count), paid)
    rank = _rank_within_case(paid)
    time = _draw_payment_times(nation, start, span, case, rank, paid, rng)
    amount = _draw_payment_sums(scam, case, rank, paid, rng, facts)
    order = np.lexsort((time, case))
    case, time, amount = case[order], time[order], amount[order]
    whole = np.bincount(case, amount, count).astype(np.int64)
    inside = (time >= nation.start) & (time < nation.start + nation.size.days * DAY)
    victim = _draw_victims(nation, mule_holders, count, rng, facts)
    cases = CrimeCases(
        scam,
        rng.choice(len(syndicates), count, p=syndicates.weight).astype(np.int32),
        victim,
        victim.copy(),
        start,
        np.maximum.reduceat(time, np.cumsum(paid) - paid),
        whole,
        whole,
        rng.random(count),
        rng.random(count) < np.array(facts["reporting"])[scam],
    )
    baited = np.isin(scam, BAITED) & (rng.random(count) < facts["bait_refunds"])
    return _keep_played_cases(cases, case[inside], time[inside], amount[inside], baited)


def _draw_first_contacts(
    nation: Nation, rng: np.random.Generator, facts: dict[str, Any]
) -> tuple[Array, Array, Array]:
    """Type, first contact and length of each case, by first contact."""
    daily = facts["cases_a_day"] * nation.size.crime
    parts = []
    for scam in range(len(SCAMS)):
        longest = facts["longest_hours"][scam]
        # Cases that began before the days still have payments in them: without these the
        # first weeks would hold too few.
        back = int(np.ceil(longest / 24)) if longest > 24 else 0
        number = rng.poisson(daily * facts["shares"][scam] * (nation.size.days + back))
        day = rng.integers(-back, nation.size.days, number)
        hour = rng.choice(24, number, p=HOURS / HOURS.sum()) + rng.random(number)
        start = nation.start + day * DAY + (hour * HOUR).astype(np.int64)
        low, high = np.log(facts["shortest_hours"][scam]), np.log(longest)
        span = (np.exp(low + rng.random(number) ** 1.3 * (high - low)) * HOUR).astype(np.int64)
        parts.append((np.full(number, scam, np.uint8), start, span))
    kind, start, span = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.lexsort((kind, start))
    return kind[order], start[order], span[order]


def _draw_payment_counts(scam: Array, rng: np.random.Generator, facts: dict[str, Any]) -> Array:
    means = np.array(facts["payments"])[scam]
    return np.minimum(rng.geometric(1 / means), MOST_PAYMENTS)


def _rank_within_case(paid: Array) -> Array:
    ends = np.cumsum(paid)
    rank: Array = np.arange(int(ends[-1])) - np.repeat(ends - paid, paid)
    return rank


def _draw_payment_times(
    nation: Nation, start: Array, span: Array, case: Array, rank: Array, paid: Array, rng: np.random.Generator
) -> Array:
    """The last payment ends the case; the others lie before it, in waking hours where the case lasts for days."""
    part = (rank + rng.random(len(case))) / paid[case]
    part[rank == paid[case] - 1] = 1.0
    time = start[case] + (part * span[case]).astype(np.int64)
    day = (time - nation.start) // DAY
    hour = rng.choice(24, len(case), p=HOURS / HOURS.sum()) + rng.random(len(case))
    awake = nation.start + day * DAY + (hour * HOUR).astype(np.int64)
    return np.where(span[case] > 2 * DAY, np.maximum(awake, start[case] + 10 * MINUTE), time)


def _draw_payment_sums(
    scam: Array,
    case: Array,
    rank: Array,
    paid: Array,
    rng: np.random.Generator,
    facts: dict[str, Any],
) -> Array:
    """Lognormal losses, parted into payments that tend to rise, mostly round sums as they are asked for."""
    mean, sigma = np.array(facts["mean_losses"]), np.array(facts["sigmas"])
    draw = rng.standard_normal(len(scam))
    # Less half the variance: so that `mean` is the mean, and not the median, of a lognormal.
    loss = mean[scam] * np.exp(sigma[scam] * draw - sigma[scam] ** 2 / 2)
    loss = np.clip(loss, 300, facts["largest_loss"])
    weight = (rank + 1.0) * np.exp(0.5 * rng.standard_normal(len(case)))
    baht = loss[case] * weight / np.bincount(case, weight, len(scam))[case]
    step = np.where(baht > 20_000, 1000, np.where(baht > 2000, 100, 10))
    rounded = rng.random(len(case)) < np.where(scam[case] == PURCHASE, 0.5, 0.75)
    baht = np.where(rounded, np.maximum(step, np.rint(baht / step) * step), np.maximum(50, np.rint(baht)))
    satang: Array = baht.astype(np.int64) * BAHT
    return satang


def _draw_victims(
    nation: Nation, mule_holders: Array, count: int, rng: np.random.Generator, facts: dict[str, Any]
) -> Array:
    """Persons by the risk of their age; a person may fall twice. Their main account has their own number."""
    free = nation.holders.kind == PERSON
    # A mule is not also a victim here: what left such an account would be both its loss and its work.
    free[mule_holders[mule_holders < len(free)]] = False
    risk = np.where(free, np.array(facts["victim_age_weights"])[np.maximum(nation.holders.age, 0)], 0.0)
    row: Array = np.searchsorted(np.cumsum(risk), rng.random(count) * risk.sum(), side="right")
    return row.astype(np.int32)


def _keep_played_cases(
    cases: CrimeCases, case: Array, time: Array, amount: Array, baited: Array
) -> tuple[CrimeCases, VictimPayments]:
    """Only cases with payments in the days, renumbered; their loss in the days. A case may end, and be
    reported, after them."""
    number = np.bincount(case, minlength=len(cases))
    keep = np.flatnonzero(number)
    place = np.full(len(cases), -1, np.int64)
    place[keep] = np.arange(len(keep))
    cases = cases.select_rows(keep)
    case = place[case]
    cases.loss = np.bincount(case, amount, len(keep)).astype(np.int64)
    first = np.concatenate([[True], case[1:] != case[:-1]])
    return cases, VictimPayments(case, time, amount, baited[keep][case] & first)
