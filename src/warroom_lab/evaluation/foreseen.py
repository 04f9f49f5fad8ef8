"""How the forecasts of an exercise held: what they said of each case when it came and every half hour, and what then left.

The room's own orders are played again, and its records are those that it had: so what is judged is the forecast that
stood on its board, no matter who played, of what was undecided then. The order is judged by the boards of each half hour, all
their cases at the same moment, and by what the queue ranks by (`cases.summary`): what a decision could save. Which of two cases
loses a few hundred baht more is no matter of the order: below what the queue folds away (`SMALL`) no pair counts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warroom import clock
from warroom.cases.summary import LEFTOVER
from warroom.errors import TraceError
from warroom.money.forecast.choice import load_shipped_model
from warroom.money.forecast.facts import MINUTE, Floats, Ints
from warroom.money.forecast.forecast import Forecast
from warroom.money.trace.tracing import trace
from warroom.money.trail import BankAccount, HoldProposal, Trail
from warroom.reasons.preselection import find_doubt
from warroom.room.waiting.case_filters import SMALL
from warroom_lab.evaluation.background import CountryBackground, compute_receipt_times
from warroom_lab.evaluation.causes import QueuePlace
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.leaving import METHOD, ZONE
from warroom_lab.evaluation.play import PolicyPlay, TimedOrders, replay_orders
from warroom_lab.evaluation.policy import Orders
from warroom_lab.evaluation.rehearsal import Hours, list_board_reports
from warroom_lab.forecasting.history import Move, map_moves_by_account
from warroom_lab.forecasting.measures import measure_forecast
from warroom_lab.forecasting.questions import WITHIN, ForecastQuestions, Row, iter_question_rows
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.play.orders import CountryOrder

EVERY = 30 * MINUTE
HOUR = WITHIN * MINUTE
OF_ACCOUNTS = ("hold", "block", "freeze")
APART = 1_000
"""Numbers of looks between two cases."""
NINETY = 1.645
"""Standard errors to either side of an interval of 90 %."""


@dataclass(frozen=True, slots=True)
class ForecastCheck:
    """`looks`: how many bands of `cases` cases were tried; `within`: the share that held, edges counted in proportion (as
    bands of 80 % should); `tau`: of the pairs of cases on one board that the truth tells apart by `SMALL` (`count_concordant_pairs`), the share in its
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
    records = _fork_records(background, played)
    unacted = records if not script else _fork_records(background, replay_orders(background, [], "nobody"))
    courses = _Courses(
        records,
        unacted,
        _map_decision_times(script),
        _map_order_times(records, script),
        _map_hold_times(records, played),
    )
    reports = list_board_reports(played.reports, hours)
    questions = list(_iter_questions(courses, reports, hours, background.end))
    if not questions:
        return NOTHING
    asked = ForecastQuestions.from_rows([question.row for question in questions])
    forecast = Forecast(load_shipped_model(), ZONE)
    worth = measure_forecast(forecast, asked)
    is_ranked = np.array([question.is_ranked for question in questions])
    ordering = _count_ordered_pairs(forecast, asked.select_rows(np.flatnonzero(is_ranked)))
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


@dataclass(frozen=True)
class _Courses:
    """The room's records, and those of the same country where nobody acts; when each report's case was `decided`, and by account from
    when it was `asked` for and from when money was `held` there.
    """

    records: LiveIndex
    unacted: LiveIndex
    decided: dict[str, list[int]]
    asked: dict[BankAccount, int]
    held: dict[BankAccount, int]


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked of an amount and what came of it, and whether a board's order rested on it."""

    row: Row
    is_ranked: bool


def _iter_questions(
    courses: _Courses, reports: Sequence[CountryReport], hours: Hours, end: int
) -> Iterator[_Question]:
    """The amounts that were undecided at each look. What was held within its hour is judged by the country in which nobody acts:
    without it only what the room left alone would count, and a room that holds what stands on top would be told that the top was wrong.
    """
    boards = range(hours.begins, hours.ends - HOUR, EVERY)
    for case, report in enumerate(reports):
        names = sorted(report.transfer_ids)
        whole = _find_trail(courses.records, names, end)
        if whole is None:
            continue
        moves, unacted = map_moves_by_account(whole), _map_unacted_moves(courses, names, end)
        for look, now in enumerate(_list_looks(boards, report.received_at)):
            if (seen := _find_trail(courses.records, names, now)) is None:
                continue
            undecided = _list_undecided(courses, report.record_id, seen, now)
            is_decided = any(time <= now for time in courses.decided.get(report.record_id, ()))
            ranked = find_ranked_accounts(undecided, seen.loss, is_decided) if now in boards else set()
            for hold in undecided:
                of = unacted if courses.held.get(hold.account, end) < now + HOUR else moves
                for row in iter_question_rows(replace(seen, holds=(hold,)), of, now, case * APART, look):
                    yield _Question(row, hold.account in ranked)


def _list_looks(boards: range, received_at: int) -> list[int]:
    """When a case is asked of: when it comes, or first lies there, and at each board after that."""
    first = max(boards.start, received_at)
    return sorted({first, *(now for now in boards if now >= first)}) if first < boards.stop else []


def find_ranked_accounts(undecided: Sequence[HoldProposal], loss: int, is_decided: bool) -> set[BankAccount]:
    """The accounts by whose undecided money the queue ranks a case, as `cases.summary` counts it; empty where it is a leftover.

    `loss` in satang; `is_decided`: whether an officer decided on the case before.
    """
    doubts = {
        hold.account: find_doubt({"code": reason.code} for reason in (*hold.reasons, *hold.innocent_evidence))
        for hold in undecided
    }
    is_leftover = sum(hold.amount for hold in undecided) < LEFTOVER * loss
    if is_leftover or (is_decided and "" not in doubts.values()):
        return set()
    return {account for account, doubt in doubts.items() if doubt != "holder"}


def _list_undecided(courses: _Courses, report: str, seen: Trail, now: int) -> list[HoldProposal]:
    """What a room had not judged at a moment: no amount that it asked for, and of a case that it decided only what came after."""
    before = [time for time in courses.decided.get(report, ()) if time <= now]
    since = max(before, default=0)
    arrivals = {on.account: clock.to_micros(on.latest_arrival or on.first_arrival) for on in seen.accounts}
    return [
        hold
        for hold in seen.holds
        if courses.asked.get(hold.account, now + 1) > now and arrivals[hold.account] > since
    ]


def _map_unacted_moves(courses: _Courses, names: list[str], end: int) -> dict[BankAccount, list[Move]]:
    whole = _find_trail(courses.unacted, names, end)
    return {} if whole is None else map_moves_by_account(whole)


def _fork_records(background: CountryBackground, played: PolicyPlay) -> LiveIndex:
    """The country's records with all payments of a play."""
    records = background.records.fork_index()
    for rows in played.payments:
        records.add_rows(
            "transfers",
            background.books.build_transfers_table(rows, compute_receipt_times(background.books, rows)),
        )
    return records


def _map_decision_times(script: Sequence[TimedOrders]) -> dict[str, list[int]]:
    """When orders were given for each report."""
    decided: dict[str, list[int]] = defaultdict(list)
    for batch in script:
        for report in {report for order in batch.orders.give for report in order.reports}:
            decided[report].append(batch.time)
    return decided


def _map_order_times(records: LiveIndex, script: Sequence[TimedOrders]) -> dict[BankAccount, int]:
    """When each account was first asked for."""
    orders = [(batch.time, order) for batch in reversed(script) for order in batch.orders.give]
    orders = [(time, order) for time, order in orders if order.kind in OF_ACCOUNTS]
    names = records.current_index.list_accounts([order.subject for _, order in orders])
    return {name: time for name, (time, _) in zip(names, orders, strict=True)}


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
    size = int(number.max(initial=-1)) + 1
    ordering = Ordered(np.zeros(size, np.int64), np.zeros(size, np.int64), defaultdict(list))
    for now in np.unique(asked.now):
        rows = np.flatnonzero(asked.now == now)
        cases, case = np.unique(number[rows], return_inverse=True)
        amount = asked.facts.amount[rows]
        predicted = np.bincount(case, share[rows] * amount).astype(np.float64)
        true = np.bincount(case, asked.left[rows] * amount).astype(np.float64)
        agree, apart = count_concordant_pairs(predicted, true, SMALL)
        ordering.agree[cases] += agree
        ordering.apart[cases] += apart
        # The largest first; of equal ones the case that came first, as on the list.
        for place, row in enumerate(np.lexsort((cases, -predicted)), start=1):
            ordering.places[int(cases[row])].append(QueuePlace(int(now), place, len(cases)))
    return ordering


def count_concordant_pairs(said: Floats, true: Floats, least: float = 0.0) -> tuple[Ints, Ints]:
    """Of each one's pairs that `true` tells apart by `least` or more those that `said` orders alike less those it orders the other
    way, and all: summed, the first over the second is Kendall's tau where the truth has ties.
    """
    differences = np.subtract.outer(true, true)
    signs = np.where(np.abs(differences) >= least, np.sign(differences), 0.0)
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
