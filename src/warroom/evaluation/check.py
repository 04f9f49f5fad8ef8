"""Whether a country is like the one it is modelled on: each calibrated quantity beside what was published.

A band is the published figure and what its swings, or the noise of the cases counted, allow; its tag says whether the
figure was published (P), derived from published ones (D) or assumed (A). Sums and counts are pooled over all seeds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from warroom.evaluation.frozen import frozen_share
from warroom.world.crime.columns import COLLECT, LAYER, SCAMS
from warroom.world.crime.reports import Report
from warroom.world.money import BANKS, CASH, DAY, HOUR, MINUTE, Array
from warroom.world.run import Country, Run, found
from warroom.world.sizes import Size

Sums = dict[str, tuple[float, float]]
"""Quantity -> (sum of what is measured, sum of what it is divided by)."""


@dataclass(frozen=True, slots=True)
class Band:
    """Between what a quantity may lie, and why."""

    low: float
    high: float
    unit: str
    tag: str
    source: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity, pooled over seeds; `least` and `most` are of single seeds."""

    name: str
    value: float
    least: float
    most: float
    low: float
    high: float
    unit: str
    tag: str
    source: str
    within: bool

    def line(self) -> str:
        """For a person."""
        mark = "ok     " if self.within else "OUTSIDE"
        shown = f"{self.value:>12,.4g} [{self.least:,.4g} to {self.most:,.4g}]"
        return f"{mark} {self.name:<34} {shown:<40} band {self.low:,.4g} to {self.high:,.4g} {self.unit} ({self.tag}: {self.source})"


BANDS = {
    "payments of the size": Band(0.95, 1.05, "of the size's", "D", "as many as the size says"),
    "mean below 5,000": Band(434, 587, "baht", "P", "510, domain 1.3"),
    "mean of all payments": Band(1_900, 2_870, "baht", "P", "2,385: 130 bn over 54.5 M a day, domain 1.3"),
    "accounts a person": Band(1.1, 1.3, "", "P", "79 M accounts, domain 1.3"),
    "banks": Band(21, 21, "", "P", "domain 1.3"),
    "true cases a day": Band(3_400, 4_600, "nationwide", "D", "4,000, domain 5.3"),
    "reported cases a day": Band(850, 1_160, "nationwide", "P", "855 to 1,078 a day, domain 1.1"),
    "reported share": Band(0.2, 0.3, "of cases", "A", "0.25, domain 1.1"),
    "reported loss a day": Band(54, 149, "M baht nationwide", "P", "domain 1.1"),
    "reported mean loss": Band(51_000, 150_000, "baht", "P", "51k to 114k a week, domain 1.1, and their heavy tails"),
    "hops to the way out": Band(2, 5, "payments", "A", "3.2, domain 5.3"),
    "out within 15 minutes": Band(0.4, 0.8, "of payments on", "D", "0.28 of ordinary, most of controlled mules, domain 2.5"),
    "out within an hour": Band(0.55, 0.95, "of payments on", "D", "half of ordinary, most of controlled mules"),
    "layering below 50,000": Band(0.6, 1.0, "of payments", "A", "60 % just below, domain 2.5"),
    "payees of an account": Band(1, 6, "a step", "A", "fan-out 2 to 6 where money is split, domain 5.3"),
    "reports told twice": Band(0.14, 0.26, "of reports", "A", "0.20, domain 5.5"),
    "reports of no crime": Band(0.05, 0.17, "of reports", "A", "civil 8 %, malicious 1 %, tests, domain 5.5"),
    "hours to report": Band(12, 28, "hours, median", "A", "20, domain 5.3"),
    "reported in half an hour": Band(0.2, 0.45, "of reports", "P", "a third, domain 5.3"),
    "frozen by practice-2025": Band(0.11, 0.22, "of reported losses", "P", "domain 1.3"),
}  # fmt: skip


def check(size: Size, seeds: Sequence[int], say: Callable[[str], None] | None = None) -> list[Quantity]:
    """Measure every quantity on countries of these seeds, in memory."""
    found_sums = []
    for seed in seeds:
        if say:
            say(f"seed {seed}")
        found_sums.append(measured(found(size, seed)))
    return quantities(found_sums)


def quantities(sums: Sequence[Sums]) -> list[Quantity]:
    """Every quantity with its band, pooled over seeds."""
    made = []
    for name, band in (BANDS | _mix_bands(sums)).items():
        pairs = [each[name] for each in sums]
        single = [above / max(below, 1e-9) for above, below in pairs]
        value = sum(above for above, _ in pairs) / max(sum(below for _, below in pairs), 1e-9)
        within = band.low <= value <= band.high
        made.append(
            Quantity(
                name,
                value,
                min(single),
                max(single),
                band.low,
                band.high,
                band.unit,
                band.tag,
                band.source,
                within,
            )
        )
    return made


def measured(country: Country) -> Sums:
    """All sums of one country, played as it goes when nobody acts; and once as practice-2025 answers it."""
    run = Run(country)
    news = run.advance(country.nation.start + country.nation.size.days * DAY)
    return {
        **_ordinary(country),
        **_cases(country),
        **_reports(country, news.reports),
        **_chain(country),
        "frozen by practice-2025": (frozen_share(country), 1),
    }


def _ordinary(country: Country) -> Sums:
    size = country.nation.size
    count = small = small_sum = paid = paid_sum = 0.0
    for number in range(size.days):
        rows = country.day(number)
        baht = rows.amount[rows.channel != CASH] / 100
        below = baht[baht < 5_000]
        count += len(rows)
        small, small_sum = small + len(below), small_sum + float(below.sum())
        paid, paid_sum = paid + len(baht), paid_sum + float(baht.sum())
    return {
        "payments of the size": (count, size.transfers),
        "mean below 5,000": (small_sum, small),
        "mean of all payments": (paid_sum, paid),
        "accounts a person": (len(country.nation.accounts), size.people),
        "banks": (float(len(np.unique(country.accounts.bank))) * len(BANKS) / len(BANKS), 1),
    }


def _cases(country: Country) -> Sums:
    """Cases that began in the days; those begun before are played on, but not counted here."""
    cases, size = country.underworld.cases, country.nation.size
    begun = cases.start >= country.nation.start
    return {
        "true cases a day": (float(begun.sum()), size.days * size.crime),
        "reported cases a day": (float((begun & cases.reported).sum()), size.days * size.crime),
        "reported share": (float(cases.reported.sum()), len(cases)),
    }


def _reports(country: Country, told: Iterable[Report]) -> Sums:
    cases, size = country.underworld.cases, country.nation.size
    told = list(told)
    true = [each for each in told if each.case >= 0]
    first: dict[int, Report] = {}
    for each in true:
        first.setdefault(each.case, each)
    numbers = np.array(list(first), np.int64)
    loss = cases.whole_loss[numbers] / 100
    waited = np.array([each.time - int(cases.end[case]) for case, each in first.items()]) / HOUR
    days = size.days * size.crime
    sums: Sums = {
        "reported loss a day": (float(loss.sum()) / 1e6, days),
        "reported mean loss": (float(loss.sum()), len(first)),
        "reports told twice": (len(true) - len(first), len(first)),
        "reports of no crime": (len(told) - len(true), len(true)),
        "hours to report": (float(np.median(waited)) * len(waited), len(waited)),
        "reported in half an hour": (float((waited <= 0.51).sum()), len(waited)),
    }
    for scam, name in enumerate(SCAMS):
        sums[f"reported as {name}"] = (float((cases.scam[numbers] == scam).sum()), len(first))
    return sums


def _chain(country: Country) -> Sums:
    chain = country.underworld.chain
    passed = chain.parent >= 0
    after: Array = chain.after[passed] / MINUTE
    layers = np.isin(chain.typology, (LAYER, COLLECT))
    split = chain.children[chain.children > 0]
    deepest = np.zeros(len(country.underworld.cases))
    np.maximum.at(deepest, chain.case, chain.hop)
    return {
        "hops to the way out": (float(deepest.sum()), len(deepest)),
        "out within 15 minutes": (float((after <= 15).sum()), len(after)),
        "out within an hour": (float((after <= 60).sum()), len(after)),
        "layering below 50,000": (float((chain.amount[layers] < 5_000_000).sum()), int(layers.sum())),
        "payees of an account": (float(split.sum()), len(split)),
    }


REPORTED_MIX = (0.57, 0.11, 0.11, 0.06, 0.04, 0.04, 0.01, 0.06)
"""Of what was reported in early 2025, by SCAMS (D: domain 1.2); each moved by some points from period to period."""


def _mix_bands(sums: Sequence[Sums]) -> dict[str, Band]:
    """Published shares, three points of drift, and three standard deviations of the reports counted."""
    reports = max(1.0, sum(each["reported as purchase"][1] for each in sums))
    bands = {}
    for name, share in zip(SCAMS, REPORTED_MIX, strict=True):
        room = 0.03 + 3 * (share * (1 - share) / reports) ** 0.5
        bands[f"reported as {name}"] = Band(
            max(0.0, share - room), share + room, "of reports", "P", "domain 1.2"
        )
    return bands
