"""Counting subjects for mass measures: all that one officer proposes of a kind at once (as a joint operation
does) and within a day, so that splitting a measure into small pieces avoids nothing.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from warroom.actions.schema import Action, ActionSubject
from warroom.actions.views import UNDER_WAY
from warroom.law.kinds.declarations import load_kinds
from warroom.ledger.decision import Decision
from warroom.ledger.schema import OfficerRow

# A day: what is proposed in pieces from morning to evening is one measure. Work on the next day is another.
WITHIN = timedelta(hours=24)
COUNT = ("proposed", *UNDER_WAY, "done")


def count_subjects(this: Decision, wanted: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Subjects by kind: of these new actions (kind and number of subjects of each), and of the officer's others of the
    last 24 hours that wait, are under way or done.
    """
    sums: Counter[str] = Counter()
    for kind, subjects in wanted:
        sums[kind] += subjects
    # Most kinds know no mass: for them nothing is locked and nothing counted.
    limited = [kind for kind in sums if kind in load_kinds() and load_kinds()[kind].mass_above is not None]
    if limited:
        sums.update(_count_earlier_subjects(this, limited))
    return sums


def _count_earlier_subjects(this: Decision, limited: Sequence[str]) -> dict[str, int]:
    # One proposal after the other, or two at one moment would not know of each other.
    mine = select(OfficerRow.id).where(OfficerRow.id == this.person.id)
    this.session.execute(mine.with_for_update(key_share=True))
    query = (
        select(Action.kind, func.count())
        .join(ActionSubject, ActionSubject.action_id == Action.id)
        .where(
            Action.proposed_by == this.person.id,
            Action.kind.in_(limited),
            Action.state.in_(COUNT),
            Action.proposed_at > this.now - WITHIN,
        )
        .group_by(Action.kind)
    )
    return {row[0]: row[1] for row in this.session.execute(query)}
