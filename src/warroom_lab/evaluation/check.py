"""Whether a country is like the one it is modelled on: what comes of it, played, beside what was published.

Nothing is checked that merely reads a parameter back: only what emerges from many draws together, from queues, gangs and
banks. Where published figures contradict each other a scenario has bands of its own.

Sums and counts are pooled over all countries checked: a single large case moves one country, and the bands are of a nation.
A band is the published figure and what it swings by; its tag says whether that was published (P), derived from published
figures (D) or assumed (A). Beside each value stands one standard error of the cases counted; a value that lies no more than
two of them outside its band is not told from one inside, and is marked.
"""

from collections.abc import Callable, Sequence

import numpy as np

from warroom_lab.evaluation.frozen import measure_frozen
from warroom_lab.evaluation.hardness.accept import collect_evidence, play_untouched
from warroom_lab.evaluation.hardness.accept import pool_quantities as accepted
from warroom_lab.evaluation.quantity import Quantity, QuantityBand, pool_tallies
from warroom_lab.evaluation.tally import RatioTally, tally_mean, tally_median, tally_rate, tally_ratio
from warroom_lab.world.crime.columns import COVER, SCAMS, TYPOLOGIES, VICTIM_PAY
from warroom_lab.world.crime.payment_numbers import make_uids
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.drawing.columns import BAHT, CASH, DAY, HOUR, MINUTE, PERSON, Array
from warroom_lab.world.drawing.params import POLICE_2018, require_scenario
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import CountryRun, RunNews
from warroom_lab.world.play.truth import WORK
from warroom_lab.world.population.country import Country, plan_country

Tallies = dict[str, RatioTally]
BOT = "Bank of Thailand, August and September 2025"
OF_LOSSES = ("of reported losses", "P", "by amount: March 2022 to November 2023, November 2024, domain 1.2")
BANDS = {
    "mean below 5,000": QuantityBand(434, 587, "baht", "P", "510, domain 1.3"),
    "mean of all payments": QuantityBand(1_900, 2_870, "baht", "P", "2,385: 130 bn over 54.5 M a day, domain 1.3"),
    "illicit transfers": QuantityBand(300, 1_200, "of a million, at true density", "D", "1 in 1,700, domain 1.4"),
    "reported loss a day": QuantityBand(54, 149, "M baht nationwide", "P", "domain 1.1"),
    "cases a first account": QuantityBand(1.2, 2.3, "whose victims paid it", "D", "1.5 before it is frozen, 2.3 a recruit, domain 2.5"),
    "accounts that worked": QuantityBand(0.0006, 0.003, "of all, at true density", "D", "50,000 in use at one time of 79 M, domain 1.4; up to 0.3 % (BioCatch 2022)"),
    "accounts a name": QuantityBand(1.8, 2.8, "in gangs' hands", "P", "2.3: 34,000 of 15,000 persons, domain 1.3"),
    "baht a frozen account": QuantityBand(
        15_500, 43_000, "by practice-2025", "P", "8.67 bn in 560,412 to 448 M in 10,410, domain 1.3",
        "of stolen money; published figures do not say whose, and with what the holders had it is above the band",
    ),
    "minutes to practice's block": QuantityBand(
        10, 15, "median, from the report", "P", "claimed by the centre in November 2023 and January 2024, domain 3.2",
        "of blocks while the victim is on the line; this practice blocks the whole trail and asks for more than the 1,440 accounts a day that the centre did",
    ),
    "victims who get some back": QuantityBand(
        0.25, 0.33, "of all, by practice-2025", "P", "29 % (GASA 2024 and 2025), domain 1.1",
        "sellers, platforms and banks pay back too; here only the police do, what they have taken over",
    ),
    "frozen by practice-2025": QuantityBand(0.11, 0.22, "of reported losses", "P", "March 2022 to January 2025, domain 1.3"),
}  # fmt: skip
"""In every scenario."""
BY_SCENARIO = {
    POLICE_2018: {
        "minutes to half gone": QuantityBand(4, 51, "median, first account", "A", "no measurement before 2025: between a handler's 4 and the British 51, domain 2.5"),
        "hours to report": QuantityBand(12, 28, "median", "A", "20, domain 5.3"),
        "lost to purchases": QuantityBand(0.057, 0.072, *OF_LOSSES),
        "lost to jobs": QuantityBand(0.119, 0.207, *OF_LOSSES),
        "lost to investments": QuantityBand(0.318, 0.435, *OF_LOSSES),
        "lost to calls": QuantityBand(0.118, 0.175, *OF_LOSSES),
    },
    "bot-2025": {
        "minutes to half gone": QuantityBand(2, 4, "median, first account", "P", f"3, {BOT}"),
        "hours to report": QuantityBand(18, 25, "median", "P", f"18 to 25, {BOT}"),
        "cases above 50,000": QuantityBand(0.18, 0.26, "of reported cases", "P", f"0.22, {BOT}"),
        "their share of losses": QuantityBand(0.7, 0.82, "of reported losses", "P", f"0.76, {BOT}"),
    },
}  # fmt: skip
"""What each scenario is about; what nobody published in its time is not checked in it."""
LOST_TO = {"purchases": "purchase", "jobs": "job", "investments": "investment", "calls": "authority"}
HIGH = 50_000
"""Baht above which the Bank of Thailand counts a case as high."""


def load_bands(scenario: str) -> dict[str, QuantityBand]:
    """Every quantity's band in a scenario; raises WorldError where there is none of this name."""
    return BANDS | BY_SCENARIO.get(require_scenario(scenario), {})


def measure_countries(
    size: Size, seeds: Sequence[int], scenario: str = POLICE_2018, say: Callable[[str], None] | None = None
) -> list[Quantity]:
    """Measure every quantity, and how hard mules are to tell, on countries of these seeds, in memory, one after the other.

    What is learned on one country and measured on another needs two seeds and is left out of one. Raises WorldError.
    """
    require_scenario(scenario)
    made, hard = [], []
    for seed in seeds:
        if say:
            say(f"seed {seed}")
        run, news = play_untouched(plan_country(size, seed, scenario))
        made.append(measure_country(run, news))
        hard.append(collect_evidence(run, news.transfers))
    return pool_quantities(made, scenario) + accepted(hard)


def pool_quantities(tallies: Sequence[Tallies], scenario: str) -> list[Quantity]:
    """Every quantity with its band, pooled over countries."""
    return [
        pool_tallies(name, band, [each[name] for each in tallies])
        for name, band in load_bands(scenario).items()
    ]


def measure_country(run: CountryRun, news: RunNews) -> Tallies:
    """All tallies of one country that was played untouched; and of it as practice-2025 answers it."""
    country = run.country
    return {
        **_measure_payments(country, run),
        **_measure_cases(country),
        **_measure_reports(run, news.reports),
        **_measure_accounts(country, run),
        "minutes to half gone": tally_median(measure_half_gone(country, run) / MINUTE),
        **_measure_practice(country),
    }


def _measure_payments(country: Country, run: CountryRun) -> Tallies:
    count, small, paid = 0, RatioTally(0, 0), RatioTally(0, 0)
    for number in range(country.nation.size.days):
        rows = country.get_day(number)
        baht = rows.amount[rows.channel != CASH] / 100
        count, small, paid = (
            count + len(rows),
            small + tally_mean(baht[baht < 5_000]),
            paid + tally_mean(baht),
        )
    # What an account pays for the look of it is a mule's, and no stolen money.
    illicit = sum(row[8] != COVER for row in run.flow.rows)
    density = country.nation.size.density
    return {
        "mean below 5,000": small,
        "mean of all payments": paid,
        "illicit transfers": RatioTally(
            illicit / density * 1e6, count + illicit / density, illicit * (1e6 / density) ** 2
        ),
    }


def _measure_cases(country: Country) -> Tallies:
    """Reported cases that end in the days: of these all are there, also those that began weeks before. What is reported
    later is counted too, so that neither edge of the days is missing."""
    cases, start = country.underworld.cases, country.nation.start
    days = country.nation.size.days
    ended = (cases.end >= start) & (cases.end < start + days * DAY)
    reported_rows = np.flatnonzero(ended & cases.reported)
    loss, scam = cases.whole_loss[reported_rows] / 100, cases.scam[reported_rows]
    high = loss > HIGH
    by_type = {
        f"lost to {name}": tally_ratio(loss * (scam == SCAMS.index(which)), loss)
        for name, which in LOST_TO.items()
    }
    return {
        **by_type,
        "reported loss a day": tally_rate(loss / 1e6, days * country.nation.size.crime),
        "cases above 50,000": tally_mean(high),
        "their share of losses": tally_ratio(loss * high, loss),
    }


def _measure_reports(run: CountryRun, reports: Sequence[CountryReport]) -> Tallies:
    """What reached the desk in the days, after its victim's last payment."""
    last: dict[int, int] = {}
    for row in run.flow.rows:
        if row[8] == VICTIM_PAY:
            last[row[9]] = row[1]
    first: dict[int, CountryReport] = {}
    for report in reports:
        if report.case in last:
            first.setdefault(report.case, report)
    waited = np.array([report.received_at - last[case] for case, report in first.items()]) / HOUR
    return {"hours to report": tally_median(waited)}


def _measure_accounts(country: Country, run: CountryRun) -> Tallies:
    mules = country.underworld.mules
    mine = np.zeros(len(country.accounts), bool)
    mine[mules.account] = True
    pairs = {(row[3], row[9]) for row in run.flow.rows if row[8] == VICTIM_PAY and mine[row[3]]}
    cases = np.bincount([account for account, _ in pairs])
    worked = len({row[3] for row in run.flow.rows if TYPOLOGIES[row[8]] in WORK and mine[row[3]]})
    density, honest = country.nation.size.density, len(country.nation.accounts)
    person = country.holders.kind[mules.holder] == PERSON
    holders = np.unique(np.stack([mules.holder[person], mules.account[person]]), axis=1)[0]
    return {
        "accounts that worked": RatioTally(worked / density, honest + worked / density, worked / density**2),
        "cases a first account": tally_mean(cases[cases > 0]),
        "accounts a name": tally_mean(np.unique(holders, return_counts=True)[1]),
    }


def measure_half_gone(country: Country, run: CountryRun) -> Array:
    """Microseconds after which half of each victim's payment had left the account it came to; of those where it did."""
    chain = country.underworld.chain
    planned, roots = make_uids(chain.case, chain.number), int((chain.parent < 0).sum())
    made = np.array([(row[0], row[1], row[4]) for row in run.flow.rows], np.int64).reshape(-1, 3)
    made = made[np.argsort(made[:, 0])]
    place = np.minimum(np.searchsorted(made[:, 0], planned), len(made) - 1)
    time, amount = made[place, 1], made[place, 2]
    there = (made[place, 0] == planned) & (chain.parent < roots)
    out = np.flatnonzero(there & (chain.parent >= 0) & there[chain.parent])
    out = out[np.lexsort((time[out], chain.parent[out]))]
    root = chain.parent[out]
    # One running sum over all, and each payment's own by taking off what stood before it.
    sums, begins = np.cumsum(amount[out]), np.flatnonzero(np.diff(root, prepend=-1))
    before = np.repeat((sums - amount[out])[begins], np.diff(np.append(begins, len(root))))
    half = np.flatnonzero(2 * (sums - before) >= amount[root])
    paid, first = np.unique(root[half], return_index=True)
    return np.asarray(time[out][half][first] - time[paid])


def _measure_practice(country: Country) -> Tallies:
    outcome = measure_frozen(country)
    cases = sorted(outcome.held.keys() | outcome.lost.keys())
    return {
        "frozen by practice-2025": tally_ratio(
            np.array([outcome.held.get(case, 0) / 1e8 for case in cases]),
            np.array([outcome.lost.get(case, 0) / 1e8 for case in cases]),
        ),
        "baht a frozen account": tally_mean(np.array(sorted(outcome.accounts.values())) / BAHT),
        "minutes to practice's block": tally_median(np.array(outcome.minutes)),
        "victims who get some back": tally_mean(np.array(list(outcome.victims.values()))),
    }
