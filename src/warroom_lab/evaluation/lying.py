"""When a case's stolen money lay in accounts and when it left: read off the truth of a play, payment by payment."""

from collections.abc import Collection

import numpy as np

from warroom_lab.evaluation.play import PolicyPlay, concat_crime_payments
from warroom_lab.world.crime.columns import TYPOLOGIES
from warroom_lab.world.drawing.columns import Array

Steps = tuple[tuple[int, int], ...]
"""(moment, satang that lie there from then on), oldest first."""
COMES = "victim_pay"
STAYS = ("layer", "collect", "cover")
"""Payments that leave stolen money in an account of somebody's gang."""


def list_lying_steps(played: PolicyPlay, cases: Collection[int]) -> dict[int, Steps]:
    """What of each case lay in accounts, held or not, from its first payment to the end of the play."""
    parts = played.truth.build_payment_parts()
    when, way = _find_payment_rows(played, parts.uid)
    stays = np.isin(way, [TYPOLOGIES.index(typology) for typology in STAYS])
    signed = np.where(stays, 0, np.where(way == TYPOLOGIES.index(COMES), parts.amount, -parts.amount))
    # At one moment what comes stands before what goes, so that nothing goes that had not come.
    order = np.lexsort((-signed, when))
    order = order[signed[order] != 0]
    steps_by_case = {}
    for case in cases:
        rows = order[parts.case[order] == case]
        steps_by_case[case] = _make_steps(when[rows], np.cumsum(signed[rows]))
    return steps_by_case


def _find_payment_rows(played: PolicyPlay, uids: Array) -> tuple[Array, Array]:
    """The moment of each payment, and its row in TYPOLOGIES."""
    paid, labels = concat_crime_payments(played.payments), played.truth.build_labels()
    by_uid, by_label = np.argsort(paid.uid), np.argsort(labels.uid)
    when = paid.time[by_uid][np.searchsorted(paid.uid[by_uid], uids)]
    way = labels.typology[by_label][np.searchsorted(labels.uid[by_label], uids)]
    return when, way.astype(np.int64)


def _make_steps(when: Array, lies: Array) -> Steps:
    """The last word of each moment."""
    if not len(when):
        return ()
    last = np.flatnonzero(np.append(np.diff(when) > 0, True))
    return tuple((int(when[row]), int(lies[row])) for row in last)


def get_amount_at(steps: Steps, moment: int) -> int:
    """What lay there at a moment."""
    return next((lies for at, lies in reversed(steps) if at <= moment), 0)


def cut_steps_from(steps: Steps, moment: int) -> Steps:
    """The steps from a moment on, beginning with what lay there then."""
    return ((moment, get_amount_at(steps, moment)), *((at, lies) for at, lies in steps if at > moment))
