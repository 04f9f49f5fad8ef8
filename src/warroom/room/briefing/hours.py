"""The period by hour, day or week: amounts reported, held, gone and released, with the usual range of losses."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import BigInteger, cast, func, select, text

from warroom.cases.schema import Case, Hold, HoldRelease
from warroom.cases.sealing import is_visible_to
from warroom.orders.schema import Order
from warroom.room.briefing.course import MoneyCourse
from warroom.room.briefing.figures import BriefingScope
from warroom.room.briefing.holds import ORDERED
from warroom.room.briefing.views import BriefingHour

# Widths of a slot.
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
FINE = timedelta(hours=48)
"""Periods up to this are shown by the hour, up to `COARSE` by the day, longer ones by the week: some 50 to 60
bars.
"""
# Two months of days; see `FINE`.
COARSE = timedelta(days=62)
WEEKS, FEWEST = 26, 8
"""Weeks looked back at (half a year), and the fewest that give a range. Chosen, not measured."""


def sum_by_hour(asked: BriefingScope, courses: list[MoneyCourse]) -> tuple[BriefingHour, ...]:
    """Every hour (day, week) of the period in order; sums in satang, the band that of 8 in 10 like ones before it."""
    since, length = asked.period.since, asked.period.length
    step = HOUR if length <= FINE else DAY if length <= COARSE else WEEK
    count = -(-length // step)
    slots = range(count)
    reported = _sum_by_slot(slots, step, since, _load_amounts(asked, Case.opened_at, Case.loss))
    held = _sum_by_slot(slots, step, since, _load_amounts(asked, Order.acknowledged_at, Hold.held))
    freed = _sum_by_slot(slots, step, since, _load_amounts(asked, HoldRelease.at, Hold.held))
    gone = _sum_by_slot(slots, step, since, (left for course in courses for left in course.exits))
    usual = _load_usual_losses(asked, step)
    bands = [_compute_usual_band(usual, slot, step) for slot in slots]
    return tuple(
        BriefingHour(since + slot * step, reported[slot], held[slot], gone[slot], freed[slot], *bands[slot])
        for slot in slots
    )


def _load_amounts(asked: BriefingScope, at: Any, amount: Any) -> Iterable[tuple[datetime, int]]:
    query = select(at, amount).where(asked.is_in_period(at), asked.is_visible(Case.id))
    if at is not Case.opened_at:
        query = query.select_from(Hold).join(Case, Case.id == Hold.case_id).where(Hold.held > 0)
    if at is Order.acknowledged_at:
        query = query.join(Order, ORDERED)
    if at is HoldRelease.at:
        # What ended by law or by the bank is no giving back by the room.
        ours = HoldRelease.cause.in_(("officer", "appeal"))
        query = query.join(HoldRelease, HoldRelease.hold_id == Hold.id).where(ours)
    return ((row[0], int(row[1])) for row in asked.session.execute(query))


def _sum_by_slot(
    slots: range, step: timedelta, since: datetime, rows: Iterable[tuple[datetime, int]]
) -> list[int]:
    sums = [0] * len(slots)
    for at, amount in rows:
        slot = (at - since) // step
        if slot in slots:
            sums[slot] += amount
    return sums


def _load_usual_losses(asked: BriefingScope, step: timedelta) -> tuple[int, dict[int, list[int]]]:
    """How many weeks lie before the period, and the losses reported in each hour (day) of a week in each of them."""
    since = asked.period.since
    first = asked.session.scalar(select(func.min(Case.opened_at)).where(asked.is_visible(Case.id)))
    weeks = min(WEEKS, (since - first) // WEEK) if first is not None and first < since else 0
    # By the week there is no place in the week to compare.
    if weeks < FEWEST or step == WEEK:
        return 0, {}
    # Counted from a moment whole weeks before the period, so that the remainder is the place in the week.
    begun, in_week = since - weeks * WEEK, WEEK // step
    slot = cast(
        func.floor(func.extract("epoch", Case.opened_at - begun) / int(step.total_seconds())), BigInteger
    )
    query = select(slot, func.sum(Case.loss)).group_by(text("1")).where(is_visible_to(asked.person, Case.id))
    sums: dict[int, list[int]] = {}
    for place, amount in asked.session.execute(query.where(Case.opened_at >= begun, Case.opened_at < since)):
        week, at = divmod(place, in_week)
        sums.setdefault(at, [0] * weeks)[week] = int(amount)
    return weeks, sums


def _compute_usual_band(
    usual: tuple[int, dict[int, list[int]]], slot: int, step: timedelta
) -> tuple[int | None, int | None]:
    weeks, sums = usual
    if not weeks:
        return None, None
    # An hour of the week without a loss counts as zero in each week, not as missing.
    tenths = quantiles(sums.get(slot % (WEEK // step), [0] * weeks), n=10, method="inclusive")
    return int(tenths[0]), int(tenths[-1])
