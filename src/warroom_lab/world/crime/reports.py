"""Reports as victims tell them: some at once, most a day later, twice, with a wrong digit, with the sum half remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from warroom_lab.world.agencies.hotline import compute_registration_times
from warroom_lab.world.crime.columns import SCAMS, Chain, CrimeCases
from warroom_lab.world.crime.payment_numbers import make_uids
from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE, Array
from warroom_lab.world.drawing.mixing import mix_bits
from warroom_lab.world.drawing.numbers import make_record_ids, make_uetrs, to_hexadecimal
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

CHANNELS = ("bank", "1441", "online", "station")
FIRST_CONTACTS = ("advert", "message", "message", "advert", "call", "page", "message", "message")
"""By what a victim was usually reached first, by SCAMS (D: most through pages and messages, domain 1.1)."""
EXACT = 0.8
"""Share of victims who state the sum they lost exactly (A)."""


@dataclass(frozen=True, slots=True)
class CountryReport:
    """What a reporter says. Times in microseconds UTC, `loss` in satang.

    `transfer_ids` are record numbers or shared references as the reporter knows them; `uids` what they resolve to.
    `case` is -1 where no crime stands behind it: it belongs to the truth, as `uids` do.
    """

    record_id: str
    time: int
    received_at: int
    realised_at: int
    scam_type: str
    transfer_ids: tuple[str, ...]
    uids: tuple[int, ...]
    first_contact: str
    loss: int
    channel: str
    case: int = -1


def make_report_id(number: int) -> str:
    """The number of a report; nothing in it tells what kind it is."""
    return "C" + bytes(to_hexadecimal(mix_bits(np.array([number]), 11))[0]).decode()


def plan_reports(nation: Nation, cases: CrimeCases, chain: Chain) -> list[CountryReport]:
    """The reports of true cases, by arrival; each is made only if its case happened."""
    rng = make_generator(nation.seed, "crime", "reports")
    facts = get_values("reports", nation.scenario)
    reported_rows = np.flatnonzero(cases.reported & (cases.loss > 0))
    delay = _draw_delays(cases.scam[reported_rows], rng, facts)
    realised = cases.end[reported_rows] + (delay * (0.3 + 0.5 * rng.random(len(reported_rows)))).astype(
        np.int64
    )
    time = cases.end[reported_rows] + delay
    again = np.flatnonzero(rng.random(len(reported_rows)) < facts["duplicates"])
    case = np.concatenate([reported_rows, reported_rows[again]])
    realised = np.concatenate([realised, realised[again]])
    later = (3 * HOUR * np.exp(rng.standard_normal(len(again)))).astype(np.int64)
    time = np.concatenate([time, time[again] + later])
    channel = rng.choice(4, len(case), p=facts["channels"])
    second = np.arange(len(reported_rows), len(case))
    # Never the same door: anyone who tells twice tells somebody else.
    channel[second] = (channel[again] + 1 + rng.integers(0, 3, len(again))) % 4
    arrived = compute_registration_times(nation, time, channel)
    payments = _map_victim_payments(chain)
    made = [
        _make_report(number, int(case[number]), int(time[number]), int(arrived[number]), int(realised[number]),
              int(channel[number]), cases, payments, rng, facts["wrong_digit"])
        for number in range(len(case))
    ]  # fmt: skip
    return sorted(made, key=lambda report: (report.received_at, report.record_id))


def reduce_to_paid(report: CountryReport, paid: Mapping[int, int]) -> CountryReport | None:
    """The report of a victim who turned back after some payments (number -> satang): it names those and no other.

    None where nothing was paid: then there is nothing to report.
    """
    if not paid:
        return None
    kept = tuple(uid for uid in report.uids if uid in paid)
    other = np.array([uid for uid in report.uids if uid not in paid], np.int64)
    names = {*make_record_ids(other).to_pylist(), *make_uetrs(other).to_pylist()}
    known = tuple(transfer_id for transfer_id in report.transfer_ids if transfer_id not in names)
    return replace(report, transfer_ids=known, uids=kept, loss=sum(paid.values()))


def _draw_delays(scam: Array, rng: np.random.Generator, facts: dict[str, float]) -> Array:
    """From the last payment to the report: a third within half an hour, the others around a day and a half."""
    fast = rng.random(len(scam)) < np.array(facts["fast"])[scam]
    soon = (15 + rng.random(len(scam)) * 15) * MINUTE
    slow = facts["slow_hours"] * np.exp(facts["slow_sigma"] * rng.standard_normal(len(scam))) * HOUR
    late = np.where(rng.random(len(scam)) < facts["late"], (7 + rng.random(len(scam)) * 7) * DAY, 0)
    return np.where(fast, soon, np.maximum(slow, 2 * HOUR) + late).astype(np.int64)


def _map_victim_payments(chain: Chain) -> dict[int, list[tuple[int, int]]]:
    """(uid, satang) of every victim's payment by case."""
    roots = int((chain.parent < 0).sum())
    uids = make_uids(chain.case[:roots], chain.number[:roots])
    out: dict[int, list[tuple[int, int]]] = {}
    for case, uid, amount in zip(
        chain.case[:roots].tolist(), uids.tolist(), chain.amount[:roots].tolist(), strict=True
    ):
        out.setdefault(case, []).append((uid, amount))
    return out


def _make_report(
    number: int, case: int, time: int, arrived: int, realised: int, channel: int, cases: CrimeCases,
    payments: dict[int, list[tuple[int, int]]], rng: np.random.Generator, wrong: float,
) -> CountryReport:  # fmt: skip
    made = np.array([uid for uid, _ in payments[case]])
    # Some read the reference off the receipt instead of the bank's number; a room has to understand both.
    by_reference = rng.random(len(made)) < 0.15
    texts = np.where(
        by_reference, np.array(make_uetrs(made).to_pylist()), np.array(make_record_ids(made).to_pylist())
    )
    slips = rng.random(len(made)) < wrong
    known = tuple(
        _mistype_digit(str(text), rng) if slip else str(text) for text, slip in zip(texts, slips, strict=True)
    )
    loss = int(cases.loss[case])
    if rng.random() > EXACT:
        loss = max(100_00, round(loss * (0.85 + 0.3 * rng.random()) / 100_00) * 100_00)
    scam = int(cases.scam[case])
    return CountryReport(
        make_report_id(number), time, arrived, realised, SCAMS[scam], known, tuple(made[~slips].tolist()),
        FIRST_CONTACTS[scam], loss, CHANNELS[channel], case,
    )  # fmt: skip


def _mistype_digit(text: str, rng: np.random.Generator) -> str:
    """The same number with one digit wrong."""
    place = int(rng.integers(1, len(text)))
    # From the second sign on: the letter before a number is not what people mistype.
    return text[:place] + ("0" if text[place] != "0" else "7") + text[place + 1 :]
