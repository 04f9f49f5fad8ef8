"""How the forecasts of an exercise held: what they said of each case on the board every half hour, and what then left.

The room's own orders are played again, and its records are those that it had: so what is judged is the forecast that
stood on its board, whoever played.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from warroom import clock
from warroom.errors import TraceError
from warroom.evaluation.background import Background, receipt
from warroom.evaluation.leaving import METHOD, ZONE
from warroom.evaluation.play import Given, Played, replay
from warroom.evaluation.policy import Orders
from warroom.evaluation.rehearsal import Hours, on_board
from warroom.money.forecast.choice import shipped
from warroom.money.forecast.facts import MINUTE, Floats
from warroom.money.forecast.forecast import Forecast
from warroom.money.forecast.history import moves_of
from warroom.money.forecast.measures import measure
from warroom.money.forecast.questions import WITHIN, Asked, Row, ask
from warroom.money.index.growing_index import LiveIndex
from warroom.money.trace.tracing import trace
from warroom.money.trace.trail import Account, Trail
from warroom.world.play.orders import Order

EVERY = 30 * MINUTE
HOUR = WITHIN * MINUTE
APART = 1_000
"""Numbers of looks between two cases."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`looks`: how many bands were tried; `within`: the share that held, edges counted in proportion (as bands of 80 %
    should); `tau`: of the pairs of cases on one board that the truth tells apart (`pairs`), the share in its order
    less the share in the other, 1 to -1. None where there was nothing to try.
    """

    looks: int
    within: float | None
    pairs: int
    tau: float | None


def foreseen(background: Background, told: Sequence[tuple[int, Sequence[Order]]], hours: Hours) -> Foreseen:
    """How the forecasts held while the room gave these orders."""
    script = [Given(time, Orders(list(orders))) for time, orders in told]
    played = replay(background, script, "room")
    records = background.records.fork()
    for rows in played.payments:
        records.add("transfers", background.books.transfers(rows, receipt(background.books, rows)))
    asked = Asked.of(list(_questions(records, played, hours, background.end)))
    if not len(asked):
        return Foreseen(0, None, 0, None)
    forecast = Forecast(shipped(), ZONE)
    worth = measure(forecast, asked)
    agree, apart = _order(forecast, asked)
    return Foreseen(worth.looks, worth.coverage.value, apart, agree / apart if apart else None)


def _questions(records: LiveIndex, played: Played, hours: Hours, end: int) -> Iterator[Row]:
    held = _held(records, played)
    for case, report in enumerate(on_board(played.reports, hours)):
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


def _order(forecast: Forecast, asked: Asked) -> tuple[int, int]:
    """Pairs of cases in their true order less those in the other, and all that the truth tells apart, by half hours."""
    paced = forecast.model.sorted(asked.facts, forecast.zone)
    share = forecast.leaves_each(paced, asked.facts, asked.now, WITHIN)
    agree = apart = 0
    slots = asked.now // EVERY
    for slot in np.unique(slots):
        rows = np.flatnonzero(slots == slot)
        _, case = np.unique(asked.facts.case[rows], return_inverse=True)
        amount = asked.facts.amount[rows]
        said = np.bincount(case, share[rows] * amount).astype(np.float64)
        true = np.bincount(case, asked.left[rows] * amount).astype(np.float64)
        one, all_of_them = pairs(said, true)
        agree, apart = agree + one, apart + all_of_them
    return agree, apart


def pairs(said: Floats, true: Floats) -> tuple[int, int]:
    """Of the pairs that `true` tells apart those that `said` orders alike less those that it orders the other way, and all:
    the first over the second is Kendall's tau where the truth has ties.
    """
    signs = np.sign(np.subtract.outer(true, true))
    agree = np.sign(np.subtract.outer(said, said)) * signs
    return int(agree.sum()) // 2, int(np.abs(signs).sum()) // 2
