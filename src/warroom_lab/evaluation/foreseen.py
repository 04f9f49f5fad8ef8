"""How the forecasts of an exercise held: what they said of each case on the board every half hour, and what then left.

The room's own orders are played again, and its records are those that it had: so what is judged is the forecast that
stood on its board, whoever played.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warroom import clock
from warroom.errors import TraceError
from warroom.money.forecast.choice import load_shipped_model
from warroom.money.forecast.facts import MINUTE, Floats, Ints
from warroom.money.forecast.forecast import Forecast
from warroom.money.trace.tracing import trace
from warroom.money.trail import BankAccount, Trail
from warroom_lab.evaluation.background import CountryBackground, compute_receipt_times
from warroom_lab.evaluation.causes import QueuePlace
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.leaving import METHOD, ZONE
from warroom_lab.evaluation.play import PolicyPlay, TimedOrders, replay_orders
from warroom_lab.evaluation.policy import Orders
from warroom_lab.evaluation.rehearsal import Hours, list_board_reports
from warroom_lab.forecasting.history import map_moves_by_account
from warroom_lab.forecasting.measures import measure_forecast
from warroom_lab.forecasting.questions import WITHIN, ForecastQuestions, Row, iter_question_rows
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.play.orders import CountryOrder

EVERY = 30 * MINUTE
HOUR = WITHIN * MINUTE
APART = 1_000
"""Numbers of looks between two cases."""
NINETY = 1.645
"""Standard errors to either side of an interval of 90 %."""


@dataclass(frozen=True, slots=True)
class ForecastCheck:
    """`looks`: how many bands of `cases` cases were tried; `within`: the share that held, edges counted in proportion (as
    bands of 80 % should); `tau`: of the pairs of cases on one board that the truth tells apart (`count_concordant_pairs`), the share in its
    order less the share in the other, 1 to -1. None where there was nothing to try. Intervals are of 90 %, over cases.

    `places`: where each case stood on the list that the forecasts make, every half hour, by its report.
    """

    looks: int
    cases: int
    within: float | None
    within_low: float
    within_high: float
    pairs: int
    tau: float | None
    tau_low: float
    tau_high: float
    places: dict[str, tuple[QueuePlace, ...]] = field(default_factory=dict)


NOTHING = ForecastCheck(0, 0, None, 0.0, 0.0, 0, None, 0.0, 0.0)


def measure_forecasts(
    background: CountryBackground, timed_orders: Sequence[tuple[int, Sequence[CountryOrder]]], hours: Hours
) -> ForecastCheck:
    """How the forecasts held while the room gave these orders."""
    script = [TimedOrders(time, Orders(list(orders))) for time, orders in timed_orders]
    played = replay_orders(background, script, "room")
    records = background.records.fork_index()
    for rows in played.payments:
        records.add_rows(
            "transfers",
            background.books.build_transfers_table(rows, compute_receipt_times(background.books, rows)),
        )
    reports = list_board_reports(played.reports, hours)
    asked = ForecastQuestions.from_rows(
        list(_iter_questions(records, played, reports, hours, background.end))
    )
    if not len(asked):
        return NOTHING
    forecast = Forecast(load_shipped_model(), ZONE)
    worth = measure_forecast(forecast, asked)
    ordering = _count_ordered_pairs(forecast, asked)
    tau, low, high = compute_kendall_tau(ordering.agree, ordering.apart)
    within = worth.coverage
    return ForecastCheck(
        worth.looks,
        worth.cases,
        within.value,
        within.low,
        within.high,
        int(ordering.apart.sum()) // 2,
        tau,
        low,
        high,
        {reports[case].record_id: tuple(stood) for case, stood in ordering.places.items()},
    )


def _iter_questions(
    records: LiveIndex, played: PolicyPlay, reports: Sequence[CountryReport], hours: Hours, end: int
) -> Iterator[Row]:
    held = _map_hold_times(records, played)
    for case, report in enumerate(reports):
        names = sorted(report.transfer_ids)
        whole = _find_trail(records, names, end)
        if whole is None:
            continue
        moves = map_moves_by_account(whole)
        for look, now in enumerate(range(max(hours.begins, report.received_at), hours.ends - HOUR, EVERY)):
            if (seen := _find_trail(records, names, now)) is not None:
                # What was held before the hour was over could not leave: it says nothing of the forecast.
                free = tuple(hold for hold in seen.holds if held.get(hold.account, end) >= now + HOUR)
                yield from iter_question_rows(replace(seen, holds=free), moves, now, case * APART, look)


def _map_hold_times(records: LiveIndex, played: PolicyPlay) -> dict[BankAccount, int]:
    """From when money was held, by account."""
    holds = sorted(played.truth.list_holds(), key=lambda one: -one.start)
    names = records.current_index.list_accounts([one.account for one in holds])
    return {name: one.start for name, one in zip(names, holds, strict=True)}


def _find_trail(records: LiveIndex, names: list[str], now: int) -> Trail | None:
    try:
        return trace(records, records.current_index, names, method=METHOD, as_of=clock.from_micros(now))
    except TraceError:
        return None


@dataclass
class Ordered:
    """By case: the pairs it is in that the forecasts order as the truth less those they do not, and all that the truth tells
    apart; every pair stands at both its cases. `places`: where it stood on the forecasts' list at each half hour.
    """

    agree: Ints
    apart: Ints
    places: dict[int, list[QueuePlace]]


def _count_ordered_pairs(forecast: Forecast, asked: ForecastQuestions) -> Ordered:
    paced = forecast.model.classify(asked.facts, forecast.zone)
    share = forecast.estimate_leaving_shares_each(paced, asked.facts, asked.now, WITHIN)
    number = asked.group // APART
    size = int(number.max()) + 1
    ordering = Ordered(np.zeros(size, np.int64), np.zeros(size, np.int64), defaultdict(list))
    slots = asked.now // EVERY
    for slot in np.unique(slots):
        rows = np.flatnonzero(slots == slot)
        cases, case = np.unique(number[rows], return_inverse=True)
        amount = asked.facts.amount[rows]
        predicted = np.bincount(case, share[rows] * amount).astype(np.float64)
        true = np.bincount(case, asked.left[rows] * amount).astype(np.float64)
        agree, apart = count_concordant_pairs(predicted, true)
        ordering.agree[cases] += agree
        ordering.apart[cases] += apart
        # The largest first; of equal ones the case that came first, as on the list.
        for place, row in enumerate(np.lexsort((cases, -predicted)), start=1):
            at = int(asked.now[rows][case == row][0])
            ordering.places[int(cases[row])].append(QueuePlace(at, place, len(cases)))
    return ordering


def count_concordant_pairs(said: Floats, true: Floats) -> tuple[Ints, Ints]:
    """Of each one's pairs that `true` tells apart those that `said` orders alike less those it orders the other way, and all:
    summed, the first over the second is Kendall's tau where the truth has ties.
    """
    signs = np.sign(np.subtract.outer(true, true))
    agree = np.sign(np.subtract.outer(said, said)) * signs
    return agree.sum(axis=1).astype(np.int64), np.abs(signs).sum(axis=1).astype(np.int64)


def compute_kendall_tau(agree: Ints, apart: Ints) -> tuple[float | None, float, float]:
    """Kendall's tau and its interval of 90 %, from `count_concordant_pairs` summed by case; None where no pair is told apart.

    The interval leaves each case out in turn (the jackknife): a case is in many pairs, so that pairs are not independent.
    """
    whole = int(apart.sum())
    if not whole:
        return None, 0.0, 0.0
    tau = float(agree.sum() / whole)
    mine = apart > 0
    rest = whole - 2 * apart[mine]
    if not (rest > 0).all():
        return tau, -1.0, 1.0
    without = (agree.sum() - 2 * agree[mine]) / rest
    count = len(without)
    error = float(np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum()))
    return tau, max(-1.0, tau - NINETY * error), min(1.0, tau + NINETY * error)
