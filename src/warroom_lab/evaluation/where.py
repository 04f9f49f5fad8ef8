"""Where each stolen baht was lost or held, by the last account that it lay in: every baht has one place, and all add up to what was stolen."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from warroom_lab.evaluation.play import PolicyPlay
from warroom_lab.evaluation.policies.queue import WAIT
from warroom_lab.world.crime.columns import TYPOLOGIES, VICTIM_PAY
from warroom_lab.world.drawing.columns import MINUTE
from warroom_lab.world.drawing.numbers import make_record_ids
from warroom_lab.world.play.truth import NOT_OUT, TrueHold

PLACES = (
    "straight_out", "never_reported", "left_before_report", "left_at_once", "not_on_trail", "not_ordered", "order_too_late",
    "held_in_part", "still_free", "held_on_report", "held_on_suspicion", "held_reported_later", "held_never_reported",
)  # fmt: skip
"""In the order in which they are shown: lost first, then held."""
HELD = PLACES[-4:]


class Exit(NamedTuple):
    """Stolen money that left a gang's accounts: the account it left from, whose it was, when and how much (satang)."""

    account: int
    case: int
    time: int
    satang: int


@dataclass(frozen=True)
class CaseOrders:
    """What a policy did for cases. `first_reports`: case -> when it was first reported; `on_trail`: (case, account) that its trails showed."""

    first_reports: dict[int, int]
    on_trail: set[tuple[int, int]]
    given: dict[tuple[int, int], list[int]]
    begun: dict[tuple[int, int], list[int]]

    def find_place(self, gone: Exit) -> str:
        """Where money that left was lost."""
        reported_at = self.first_reports.get(gone.case)
        if reported_at is None:
            return "never_reported"
        if gone.time < reported_at:
            return "left_before_report"
        if gone.time < reported_at + int(WAIT * MINUTE):
            return "left_at_once"
        # An order for the case on this account, or a suspicion of the account, whosever money it was.
        for orders, place in ((self.begun, "held_in_part"), (self.given, "order_too_late")):
            if any(
                time <= gone.time
                for case in (gone.case, ANY_CASE)
                for time in orders.get((case, gone.account), ())
            ):
                return place
        return "not_ordered" if (gone.case, gone.account) in self.on_trail else "not_on_trail"


ANY_CASE = -1


def measure_where(played: PolicyPlay) -> dict[str, float]:
    """Place -> baht of one play."""
    orders, satang = _read_case_orders(played), dict.fromkeys(PLACES, 0)
    straight = played.run.flow.straight
    satang["straight_out"] = sum(row[4] for row in played.run.flow.rows if row[0] in straight)
    for gone in _iter_exits(played):
        satang[orders.find_place(gone)] += gone.satang
    ever, by_holds = set(played.run.cases.values()), played.truth.sum_bound_by_holds()
    free = played.truth.sum_free_pots()
    for key, lies in played.truth.sum_pots().items():
        case, held = key[1], lies - free.get(key, 0)
        if case in orders.first_reports:
            by_hold = min(held, by_holds.get(key, 0))
            satang["still_free"] += lies - held
            satang["held_on_report"] += by_hold
            satang["held_on_suspicion"] += held - by_hold
        else:
            satang["never_reported"] += lies - held
            satang["held_reported_later" if case in ever else "held_never_reported"] += held
    return {place: amount / 100 for place, amount in satang.items()}


def _iter_exits(played: PolicyPlay) -> Iterator[Exit]:
    rows = {
        row[0]: row
        for row in played.run.flow.rows
        if TYPOLOGIES[row[8]] not in NOT_OUT and row[8] != VICTIM_PAY
    }
    parts = played.truth.build_payment_parts()
    for uid, case, amount in zip(
        *(column.tolist() for column in (parts.uid, parts.case, parts.amount)), strict=True
    ):
        if uid in rows:
            yield Exit(rows[uid][2], case, rows[uid][1], amount)


def _read_case_orders(played: PolicyPlay) -> CaseOrders:
    first_reports: dict[int, int] = {}
    for report in played.reports:
        if report.case >= 0:
            first_reports[report.case] = min(
                report.received_at, first_reports.get(report.case, report.received_at)
            )
    starts = {held.order_id: held for held in played.truth.list_holds()}
    given: dict[tuple[int, int], list[int]] = defaultdict(list)
    begun: dict[tuple[int, int], list[int]] = defaultdict(list)
    for order in played.orders:
        if order.kind in ("hold", "block", "freeze", "intake"):
            of_case = order.kind in ("hold", "block")
            cases = (
                {played.run.cases.get(report, ANY_CASE) for report in order.reports}
                if of_case
                else {ANY_CASE}
            )
            held: TrueHold | None = starts.get(order.order_id)
            for case in cases:
                given[case, order.subject].append(order.time)
                if held is not None:
                    begun[case, order.subject].append(held.start)
    return CaseOrders(first_reports, _find_accounts_on_trails(played), given, begun)


def _find_accounts_on_trails(played: PolicyPlay) -> set[tuple[int, int]]:
    """(case, account) to which a trail of a report of the case showed money come."""
    rows = played.run.flow.rows
    if not rows:
        return set()
    names = make_record_ids(np.array([row[0] for row in rows], np.int64)).to_pylist()
    payees = dict(zip(names, (row[3] for row in rows), strict=True))
    return {
        (played.run.cases[report], payees[name])
        for report, payments in played.followed.payments.items()
        for name in payments
        if report in played.run.cases and name in payees
    }
