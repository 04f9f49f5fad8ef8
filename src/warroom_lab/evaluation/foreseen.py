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
from warroom.money.forecast.choice import shipped
from warroom.money.forecast.facts import MINUTE, Floats, Ints
from warroom.money.forecast.forecast import Forecast
from warroom.money.trace.tracing import trace
from warroom.money.trail import Account, Trail
from warroom_lab.evaluation.background import Background, receipt
from warroom_lab.evaluation.causes import Place
from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.leaving import METHOD, ZONE
from warroom_lab.evaluation.play import Given, Played, replay
from warroom_lab.evaluation.policy import Orders
from warroom_lab.evaluation.rehearsal import Hours, on_board
from warroom_lab.forecasting.history import moves_of
from warroom_lab.forecasting.measures import measure
from warroom_lab.forecasting.questions import WITHIN, Asked, Row, ask
from warroom_lab.world.crime.reports import Report
from warroom_lab.world.play.orders import Order

EVERY = 30 * MINUTE
HOUR = WITHIN * MINUTE
APART = 1_000
"""Numbers of looks between two cases."""
NINETY = 1.645
"""Standard errors to either side of an interval of 90 %."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`looks`: how many bands of `cases` cases were tried; `within`: the share that held, edges counted in proportion (as
    bands of 80 % should); `tau`: of the pairs of cases on one board that the truth tells apart (`pairs`), the share in its
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
    places: dict[str, tuple[Place, ...]] = field(default_factory=dict)


NOTHING = Foreseen(0, 0, None, 0.0, 0.0, 0, None, 0.0, 0.0)


def foreseen(background: Background, told: Sequence[tuple[int, Sequence[Order]]], hours: Hours) -> Foreseen:
    """How the forecasts held while the room gave these orders."""
    script = [Given(time, Orders(list(orders))) for time, orders in told]
    played = replay(background, script, "room")
    records = background.records.fork()
    for rows in played.payments:
        records.add("transfers", background.books.transfers(rows, receipt(background.books, rows)))
    reports = on_board(played.reports, hours)
    asked = Asked.of(list(_questions(records, played, reports, hours, background.end)))
    if not len(asked):
        return NOTHING
    forecast = Forecast(shipped(), ZONE)
    worth = measure(forecast, asked)
    found = _ordered(forecast, asked)
    tau, low, high = kendall(found.agree, found.apart)
    within = worth.coverage
    return Foreseen(
        worth.looks,
        worth.cases,
        within.value,
        within.low,
        within.high,
        int(found.apart.sum()) // 2,
        tau,
        low,
        high,
        {reports[case].record_id: tuple(stood) for case, stood in found.places.items()},
    )


def _questions(
    records: LiveIndex, played: Played, reports: Sequence[Report], hours: Hours, end: int
) -> Iterator[Row]:
    held = _held(records, played)
    for case, report in enumerate(reports):
        names = sorted(report.transfer_ids)
        whole = _follow(records, names, end)
        if whole is None:
            continue
        moves = moves_of(whole)
        for look, now in enumerate(range(max(hours.begins, report.received_at), hours.ends - HOUR, EVERY)):
            if (seen := _follow(records, names, now)) is not None:
                # What was held before the hour was over could not leave: it says nothing of the forecast.
                free = tuple(one for one in seen.holds if held.get(one.account, end) >= now + HOUR)
                yield from ask(replace(seen, holds=free), moves, now, case * APART, look)


def _held(records: LiveIndex, played: Played) -> dict[Account, int]:
    """From when money was held, by account."""
    holds = sorted(played.truth.holds(), key=lambda one: -one.start)
    names = records.index.accounts([one.account for one in holds])
    return {name: one.start for name, one in zip(names, holds, strict=True)}


def _follow(records: LiveIndex, names: list[str], now: int) -> Trail | None:
    try:
        return trace(records, records.index, names, method=METHOD, as_of=clock.from_micros(now))
    except TraceError:
        return None


@dataclass
class Ordered:
    """By case: the pairs it is in that the forecasts order as the truth less those they do not, and all that the truth tells
    apart; every pair stands at both its cases. `places`: where it stood on the forecasts' list at each half hour.
    """

    agree: Ints
    apart: Ints
    places: dict[int, list[Place]]


def _ordered(forecast: Forecast, asked: Asked) -> Ordered:
    paced = forecast.model.sorted(asked.facts, forecast.zone)
    share = forecast.leaves_each(paced, asked.facts, asked.now, WITHIN)
    number = asked.group // APART
    size = int(number.max()) + 1
    found = Ordered(np.zeros(size, np.int64), np.zeros(size, np.int64), defaultdict(list))
    slots = asked.now // EVERY
    for slot in np.unique(slots):
        rows = np.flatnonzero(slots == slot)
        cases, case = np.unique(number[rows], return_inverse=True)
        amount = asked.facts.amount[rows]
        said = np.bincount(case, share[rows] * amount).astype(np.float64)
        true = np.bincount(case, asked.left[rows] * amount).astype(np.float64)
        agree, apart = pairs(said, true)
        found.agree[cases] += agree
        found.apart[cases] += apart
        # The largest first; of equal ones the case that came first, as on the list.
        for place, row in enumerate(np.lexsort((cases, -said)), start=1):
            at = int(asked.now[rows][case == row][0])
            found.places[int(cases[row])].append(Place(at, place, len(cases)))
    return found


def pairs(said: Floats, true: Floats) -> tuple[Ints, Ints]:
    """Of each one's pairs that `true` tells apart those that `said` orders alike less those it orders the other way, and all:
    summed, the first over the second is Kendall's tau where the truth has ties.
    """
    signs = np.sign(np.subtract.outer(true, true))
    agree = np.sign(np.subtract.outer(said, said)) * signs
    return agree.sum(axis=1).astype(np.int64), np.abs(signs).sum(axis=1).astype(np.int64)


def kendall(agree: Ints, apart: Ints) -> tuple[float | None, float, float]:
    """Kendall's tau and its interval of 90 %, from `pairs` summed by case; None where no pair is told apart.

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
