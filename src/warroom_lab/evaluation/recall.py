"""How much of the stolen money's true way a policy's trails showed, to its exit."""

from collections import defaultdict

import numpy as np

from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import PolicyPlay
from warroom_lab.world.drawing.numbers import make_record_ids


def compute_trail_recall(played: PolicyPlay) -> "float | Missing":
    """Of the satang of reported cases, each counted at every payment it was in, the share that the policy's trails saw.

    A payment's part counts as far as the trail saw that much of it in the case of the same victim.
    """
    if played.followed.why_not:
        return Missing(played.followed.why_not)
    case_of = {report.record_id: report.case for report in played.reports if report.case >= 0}
    parts = played.truth.build_payment_parts()
    rows = np.flatnonzero(np.isin(parts.case, sorted(set(case_of.values()))))
    whole = int(parts.amount[rows].sum())
    if not whole:
        return Missing("no money of a reported case moved")
    seen = _map_seen_amounts(played, case_of)
    names = make_record_ids(parts.uid[rows]).to_pylist()
    triples = zip(parts.case[rows].tolist(), names, parts.amount[rows].tolist(), strict=True)
    # At most what was really the victim's in it: a trail that claims too much gains nothing.
    seen_satang: int = sum(min(amount, seen[case].get(name, 0)) for case, name, amount in triples)
    return seen_satang / whole


def _map_seen_amounts(played: PolicyPlay, case_of: dict[str, int]) -> dict[int, dict[str, int]]:
    """True case -> record id of a payment -> satang that trails of its reports saw in it."""
    seen: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for report, payments in played.followed.payments.items():
        for name, amount in payments.items():
            seen[case_of.get(report, -1)][name] += amount
    return seen
