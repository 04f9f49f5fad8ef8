"""A bound that no policy's held money exceeds, whatever gangs do when they are disturbed: no policy itself.

Until the first order that can touch a gang has been carried out, its money takes its planned way under every policy. What
had left its accounts by then nobody can bind. Everything else of the plan is counted as if it could be, wherever it would
go: what lay in accounts at that moment and all that victims were still to pay.

What carries it: an order on a gang's accounts follows from a report of a case of that gang, and money is bound in accounts
alone. Tools that need no report may disturb a gang from the first day on: with them nothing planned is out of reach.
"""

from collections.abc import Collection, Mapping

from warroom_lab.evaluation.bound import Bound
from warroom_lab.evaluation.play import PolicyPlay
from warroom_lab.evaluation.tools import Tool
from warroom_lab.world.agencies.banks import FASTEST
from warroom_lab.world.crime.columns import COLLECT, COVER, LAYER, VICTIM_PAY
from warroom_lab.world.drawing.columns import MINUTE

AFTER_REPORTS: frozenset[Tool] = frozenset({"holds", "refusals"})
"""Tools that are used only after somebody has reported."""
INSIDE = (VICTIM_PAY, LAYER, COLLECT, COVER)
"""Payments after which stolen money lies in a gang's account, or that carry none."""


def compute_frontier(played: PolicyPlay, tools: Collection[Tool]) -> Bound:
    """What is not out of reach, of a play in which nobody does anything."""
    left = played.truth.sum_losses()
    if AFTER_REPORTS.issuperset(tools):
        for case, amount in _sum_out_of_reach(played).items():
            left[case] -= amount
    known = played.run.holding.reported_cases
    return Bound(left, {case: amount for case, amount in left.items() if case in known})


def _sum_out_of_reach(played: PolicyPlay) -> dict[int, int]:
    """case -> satang that had left gangs' accounts before anybody could act on the case's gang."""
    rows = played.run.flow.rows
    gang = {row[9]: row[10] for row in rows if row[8] == VICTIM_PAY}
    since, left = (
        _map_first_action_times(played, gang),
        {row[0]: row[1] for row in rows if row[8] not in INSIDE},
    )
    parts, gone = played.truth.build_payment_parts(), dict[int, int]()
    for uid, case, amount in zip(
        *(column.tolist() for column in (parts.uid, parts.case, parts.amount)), strict=True
    ):
        if uid in left and left[uid] < since.get(gang[case], 1 << 62):
            gone[case] = gone.get(case, 0) + amount
    return gone


def _map_first_action_times(played: PolicyPlay, gang: Mapping[int, int]) -> dict[int, int]:
    """Gang -> when the first order that follows from a report of one of its cases can have been carried out."""
    since: dict[int, int] = {}
    for report in played.reports:
        if report.case in gang:
            # By the fastest bank; an officer's look has no least time.
            moment = report.received_at + FASTEST * MINUTE
            since[gang[report.case]] = min(moment, since.get(gang[report.case], moment))
    return since
