"""Whether a country is like the one it is modelled on: each calibrated quantity beside what was published.

Sums and counts are pooled over all countries checked: a single large case moves one country, and the bands are of a nation.
A band is the published figure and what it swings by; its tag says whether that was published (P), derived from published
figures (D) or assumed (A). Beside each value stands one standard error of the cases counted; a value that lies no more than
two of them outside its band is not told from one inside, and is marked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from warroom.evaluation.frozen import frozen
from warroom.evaluation.tally import Tally, exact, mean, middle, rate, ratio
from warroom.world.crime.columns import BAIT_REFUND, COLLECT, LAYER, SCAMS, SPEND
from warroom.world.crime.reports import Report
from warroom.world.crime.splitting import THRESHOLD
from warroom.world.drawing.columns import BAHT, CASH, DAY, HOUR, MINUTE, Array
from warroom.world.drawing.params import values
from warroom.world.drawing.sizes import Size
from warroom.world.play.run import Run
from warroom.world.population.country import Country, found

Tallies = dict[str, Tally]
ERRORS = 2.0
"""How many standard errors outside its band a value may lie."""


@dataclass(frozen=True, slots=True)
class Band:
    """The range that a quantity may lie in, and where that range comes from."""

    low: float
    high: float
    unit: str
    tag: str
    source: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity, pooled over countries; `error` is one standard error; `least` and `most` are of single countries."""

    name: str
    value: float
    error: float
    least: float
    most: float
    low: float
    high: float
    unit: str
    tag: str
    source: str

    @property
    def inside(self) -> bool:
        """Whether the value lies in its band."""
        return self.low <= self.value <= self.high

    @property
    def within(self) -> bool:
        """Whether it lies there, or so near that chance explains it."""
        # A band is of a nation and a check of some small countries: a value outside
        # by chance is no reason to tune.
        room = ERRORS * self.error
        return self.low - room <= self.value <= self.high + room

    def line(self) -> str:
        """For a person."""
        mark = "ok" if self.inside else "by chance" if self.within else "OUTSIDE"
        shown = f"{_short(self.value)} ± {_short(self.error)} [{_short(self.least)} to {_short(self.most)}]"
        band = f"band {_short(self.low)} to {_short(self.high)} {self.unit}".rstrip()
        return f"{mark:<9} {self.name:<29} {shown:<45} {band} ({self.tag}: {self.source})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


BANDS = {
    "payments of the size": Band(0.95, 1.05, "of the size's", "D", "as many as the size says"),
    "mean below 5,000": Band(434, 587, "baht", "P", "510, domain 1.3"),
    "mean of all payments": Band(1_900, 2_870, "baht", "P", "2,385: 130 bn over 54.5 M a day, domain 1.3"),
    "accounts a person": Band(1.1, 1.3, "", "P", "79 M accounts, domain 1.3"),
    "banks": Band(21, 21, "", "P", "domain 1.3"),
    "true cases a day": Band(3_400, 4_600, "nationwide", "D", "4,000, domain 5.3"),
    "reported cases a day": Band(855, 1_105, "nationwide", "P", "855 to 1,103 a day, domain 1.1"),
    "reported share": Band(0.2, 0.3, "of cases", "A", "0.25, domain 1.1"),
    "reported loss a day": Band(54, 149, "M baht nationwide", "P", "domain 1.1"),
    "reported mean loss": Band(51_000, 149_000, "baht", "P", "51k to 114k, 149 M over 855 a day, domain 1.1"),
    "payments to the way out": Band(2.8, 3.6, "after the victim's", "A", "3.2, domain 5.3"),
    "dwell, worked by a handler": Band(2, 15, "minutes, median", "A", "4, domain 2.5"),
    "dwell, ordinary": Band(40, 65, "minutes, median", "D", "51, domain 2.5"),
    "ordinary, out in 15 minutes": Band(0.23, 0.33, "of sums", "P", "0.28, domain 2.5"),
    "ordinary, out in an hour": Band(0.45, 0.6, "of sums", "P", "about half, domain 2.5"),
    "large sums, just under 50,000": Band(0.4, 0.8, "of their parts", "A", "0.60, domain 2.5"),
    "payees where a sum is split": Band(2, 6, "a step", "A", "fan-out 2 to 6, domain 5.3"),
    "reports told twice": Band(0.14, 0.26, "of reports", "A", "0.20, domain 5.5"),
    "reports of no crime": Band(0.05, 0.17, "of reports", "A", "civil 8 %, malicious 1 %, tests, domain 5.5"),
    "hours to report": Band(12, 28, "hours, median", "A", "20, domain 5.3"),
    "reported in half an hour": Band(0.25, 0.42, "of reports", "P", "a third, domain 5.3"),
    "frozen by practice-2025": Band(0.11, 0.22, "of reported losses", "P", "domain 1.3"),
}  # fmt: skip

REPORTED_MIX = (0.57, 0.11, 0.11, 0.06, 0.04, 0.04, 0.01, 0.06)
"""Of what was reported in early 2025, by SCAMS (D: domain 1.2); each moved by some points from period to period."""
DRIFT = 0.03
LARGE = 100_000
"""Baht from which a sum has to be broken into several parts to stay under the face scan."""
LOWER, HIGHER = 0.65, 1.3
"""Means of 2026 were 0.65 of those of 2025 (D: domain 1.2); as much above."""


def bands() -> dict[str, Band]:
    """Every quantity's band, with those of each type of scam."""
    means = values("crime")["mean_losses"]
    return (
        BANDS
        | {
            f"reported as {name}": Band(
                max(0.0, share - DRIFT), share + DRIFT, "of reports", "P", "domain 1.2"
            )
            for name, share in zip(SCAMS, REPORTED_MIX, strict=True)
        }
        | {
            f"mean loss by {name}": Band(LOWER * baht, HIGHER * baht, "baht", "D", f"{baht:,}, domain 1.2")
            for name, baht in zip(SCAMS, means, strict=True)
        }
    )


def check(size: Size, seeds: Sequence[int], say: Callable[[str], None] | None = None) -> list[Quantity]:
    """Measure every quantity on countries of these seeds, in memory, one after the other."""
    made = []
    for seed in seeds:
        if say:
            say(f"seed {seed}")
        made.append(measured(found(size, seed)))
    return quantities(made)


def quantities(tallies: Sequence[Tallies]) -> list[Quantity]:
    """Every quantity with its band, pooled over countries."""
    made = []
    for name, band in bands().items():
        single = [each[name].value for each in tallies]
        pooled = reduce(add, (each[name] for each in tallies))
        made.append(
            Quantity(
                name, pooled.value, pooled.error, min(single), max(single),
                band.low, band.high, band.unit, band.tag, band.source,
            )
        )  # fmt: skip
    return made


def measured(country: Country) -> Tallies:
    """All tallies of one country, played as it goes when nobody acts; and once as practice-2025 answers it."""
    run = Run(country)
    news = run.advance(country.nation.start + country.nation.size.days * DAY)
    return {
        **_ordinary(country),
        **_cases(country),
        **_reports(country, news.reports),
        **_chain(country),
        "frozen by practice-2025": _frozen(country),
    }


def _ordinary(country: Country) -> Tallies:
    size = country.nation.size
    count, small, paid = 0, Tally(0, 0), Tally(0, 0)
    for number in range(size.days):
        rows = country.day(number)
        baht = rows.amount[rows.channel != CASH] / 100
        count, small, paid = count + len(rows), small + mean(baht[baht < 5_000]), paid + mean(baht)
    return {
        "payments of the size": exact(count, size.transfers),
        "mean below 5,000": small,
        "mean of all payments": paid,
        "accounts a person": exact(len(country.nation.accounts), size.people),
        "banks": exact(len(np.unique(country.accounts.bank)), 1),
    }


def _cases(country: Country) -> Tallies:
    """Cases that end in the days: of these all are there, also those that began weeks before. What is reported later
    is counted too, so that neither edge of the days is missing."""
    cases, start = country.underworld.cases, country.nation.start
    days = country.nation.size.days
    ended = np.flatnonzero((cases.end >= start) & (cases.end < start + days * DAY))
    told = ended[cases.reported[ended]]
    scale = days * country.nation.size.crime
    loss = cases.whole_loss / 100
    tallies = {
        "true cases a day": rate(np.ones(len(ended)), scale),
        "reported cases a day": rate(np.ones(len(told)), scale),
        "reported share": mean(cases.reported[ended]),
        "reported loss a day": rate(loss[told] / 1e6, scale),
        "reported mean loss": mean(loss[told]),
    }
    for scam, name in enumerate(SCAMS):
        tallies[f"reported as {name}"] = mean(cases.scam[told] == scam)
        tallies[f"mean loss by {name}"] = mean(loss[ended[cases.scam[ended] == scam]])
    return tallies


def _reports(country: Country, told: Sequence[Report]) -> Tallies:
    """What reached the desk in the days."""
    first: dict[int, Report] = {}
    for each in told:
        if each.case >= 0:
            first.setdefault(each.case, each)
    times = np.bincount([each.case for each in told if each.case >= 0], minlength=1)
    ends = country.underworld.cases.end
    waited = np.array([each.time - int(ends[case]) for case, each in first.items()]) / HOUR
    false = sum(each.case < 0 for each in told)
    return {
        "reports told twice": mean(times[times > 0] > 1),
        "reports of no crime": Tally(false, len(told) - false, false),
        "hours to report": middle(waited),
        "reported in half an hour": mean(waited <= 0.51),
    }


def _chain(country: Country) -> Tallies:
    chain, mules = country.underworld.chain, country.underworld.mules
    onward = np.flatnonzero((chain.parent >= 0) & ~np.isin(chain.typology, (SPEND, BAIT_REFUND)))
    held = chain.parent[onward]
    dwell = np.full(len(chain), np.inf)
    # The first payment out of each arrival: how long its money lay before any of it moved.
    np.minimum.at(dwell, held, chain.after[onward] / MINUTE)
    moved = np.flatnonzero(np.isfinite(dwell))
    handled = mules.controlled[chain.payee[moved]]
    ordinary = dwell[moved[~handled]]
    layers = onward[chain.typology[onward] == LAYER]
    large = chain.amount[layers[chain.amount[chain.parent[layers]] > LARGE * BAHT]] / BAHT
    out = onward[chain.children[onward] == 0]
    hops: Array = chain.hop[out] + (chain.typology[out] == COLLECT)
    amount = chain.amount[out] / 1e6
    split = np.bincount(held[chain.typology[onward] == LAYER])
    return {
        "payments to the way out": _weighted(hops, amount),
        "dwell, worked by a handler": middle(dwell[moved[handled]]),
        "dwell, ordinary": middle(ordinary),
        "ordinary, out in 15 minutes": mean(ordinary <= 15),
        "ordinary, out in an hour": mean(ordinary <= 60),
        "large sums, just under 50,000": mean((large >= THRESHOLD - 1_000) & (large < THRESHOLD)),
        "payees where a sum is split": mean(split[split > 1]),
    }


def _weighted(each: Array, weight: Array) -> Tally:
    return ratio(each * weight, weight)


def _frozen(country: Country) -> Tally:
    held, lost = frozen(country)
    cases = sorted(held.keys() | lost.keys())
    return ratio(
        np.array([held.get(case, 0) / 1e8 for case in cases]),
        np.array([lost.get(case, 0) / 1e8 for case in cases]),
    )
