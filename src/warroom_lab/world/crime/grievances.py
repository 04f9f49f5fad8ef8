"""Reports behind which there is no crime: angry buyers, revenge, tests. They name honest ordinary payments."""

import numpy as np

from warroom_lab.world.crime.columns import SCAMS
from warroom_lab.world.crime.reports import CHANNELS, FIRST_CONTACTS, CountryReport, make_report_id
from warroom_lab.world.drawing.columns import BAHT, DAY, HOUR, MINUTE, TRANSFER, Array, TransferColumns
from warroom_lab.world.drawing.numbers import make_record_ids
from warroom_lab.world.drawing.params import get_number, get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

PURCHASE, REST = SCAMS.index("purchase"), SCAMS.index("other")


def make_grievances(nation: Nation, day: int, transfers: TransferColumns) -> list[CountryReport]:
    """Such reports about one day's ordinary payments; they arrive hours or days later.

    Tests name no payment there is; they are worded like true reports, in the same shares.
    """
    rng = make_generator(nation.seed, "crime", "grievances", day)
    facts = get_values("reports", nation.scenario)
    reported = get_number("crime", "cases_a_day", nation.scenario) * nation.size.crime * 0.25
    bought = np.flatnonzero(
        np.isin(transfers.payee, nation.roles["merchants_online"]) & (transfers.amount >= 200_00)
    )
    people = len(nation.roles["persons"])
    between = np.flatnonzero(
        (transfers.channel == TRANSFER) & (transfers.payer < people) & (transfers.payee < people)
    )
    out: list[CountryReport] = []
    for kind, rows in (("civil", bought), ("malicious", between), ("tests", bought[:0])):
        for _ in range(rng.poisson(reported * facts[kind])):
            out.append(_make_report(nation, day, len(out), kind, transfers, rows, rng))
    return [report for report in out if report.transfer_ids]


def _make_report(
    nation: Nation,
    day: int,
    place: int,
    kind: str,
    transfers: TransferColumns,
    rows: Array,
    rng: np.random.Generator,
) -> CountryReport:
    row = rows[rng.integers(0, len(rows), 1)] if len(rows) else rows[:0]
    hours = {"civil": 60.0, "malicious": 20.0, "tests": 12.0}[kind] * np.exp(0.7 * rng.standard_normal())
    paid = int(transfers.time[row[0]]) if len(row) else nation.start + day * DAY
    time = paid + int(hours * HOUR)
    scam = {"civil": PURCHASE, "malicious": REST}.get(kind, -1)
    loss = int(transfers.amount[row].sum())
    uids = tuple(int(uid) for uid in transfers.uid[row])
    names = tuple(make_record_ids(transfers.uid[row]).to_pylist()) if len(row) else ()
    if kind == "tests":
        names = (f"T{int(rng.integers(1 << 60)):016x}",)
        scam, loss = _invent_loss(nation.scenario, rng)
    return CountryReport(
        # Beyond the numbers of true reports; the id scrambles it.
        make_report_id((1 << 44) + (day << 20) + place),
        time,
        time + int(12 * MINUTE * np.exp(0.6 * rng.standard_normal())),
        time - int(hours * HOUR * 0.2),
        SCAMS[scam],
        names,
        uids,
        FIRST_CONTACTS[scam],
        loss,
        CHANNELS[int(rng.integers(0, 4))],
    )


def _invent_loss(scenario: str, rng: np.random.Generator) -> tuple[int, int]:
    """Type and satang of a loss that nobody had, in the shares and about the sums of true ones."""
    facts = get_values("crime", scenario)
    shares = np.array(facts["shares"])
    scam = int(rng.choice(len(SCAMS), p=shares / shares.sum()))
    sigma = facts["sigmas"][scam]
    # Less half the variance: the mean of a lognormal sum is then the mean of true losses, not their median.
    baht = facts["mean_losses"][scam] * float(np.exp(sigma * rng.standard_normal() - sigma**2 / 2))
    return scam, max(300, round(baht / 10) * 10) * BAHT
