"""People found, as a number and a deadline: nothing of what they are or said is read here."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, case, exists, false, func, select

from warroom.access import role_groups
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.schema import Deadline, OfficerRow
from warroom.room.waiting.source import NOW, TaskSource, has_role, is_due_within
from warroom.survivors import repository
from warroom.survivors.events import IDENTIFICATION, REFLECTION
from warroom.survivors.first_talk import is_unheard, select_talk_by
from warroom.survivors.schema import SurvivorRow, TeamMember

# A person's clock is urgent two days before its end. Chosen, not measured.
BEFORE_THE_END = timedelta(days=2)
PILLAR = load_kind("screening-referral").pillar
FIRST_TALK = "talk"
"""The clock of a person with whom nobody has spoken yet."""


def build_person_source(person: OfficerRow) -> TaskSource:
    """Deadlines of people whom the officer may know of; they wait for the person's own screeners, and without
    screeners for the officers who assign them. With a presumed victim somebody speaks within the hour or the next few.
    """
    unheard = is_unheard()
    due = case((unheard, select_talk_by()), else_=_select_clock(func.min(Deadline.due_at)))
    member = (TeamMember.person_id == SurvivorRow.id, TeamMember.until.is_(None))
    team = exists().where(*member, TeamMember.officer_id == person.id)
    alone = and_(~exists().where(*member), SurvivorRow.victim == "presumed")
    return TaskSource(
        what="person",
        tables=SurvivorRow.__table__,
        id=SurvivorRow.id,
        number=SurvivorRow.number,
        kind=case((alone, "unassigned"), (unheard, "unheard"), else_="screening"),
        pillar=PILLAR,
        seen=repository.where_visible(person),
        sorts={
            "urgent": (is_due_within(due, BEFORE_THE_END),),
            # Not for other screeners: who a person's screeners are was decided for that person.
            "mine": (
                and_(team, due.is_not(None)) if has_role(person, "screener") else false(),
                # A registered person waits for a screener at once, whether a deadline runs or not.
                and_(alone, ~team) if has_role(person, *role_groups.SCREENER_ASSIGNERS) else false(),
            ),
            "late": (due <= NOW,),
        },
        since=SurvivorRow.found_at,
        due=due,
        due_kind=case((unheard, FIRST_TALK), else_="screening"),
    )


def _select_clock(column: Any) -> Any:
    """A column of the open deadlines: the reflection period while it runs, the identification until it is
    decided.
    """
    waits = ((Deadline.kind == REFLECTION) & (Deadline.state == "running")) | (
        (Deadline.kind == IDENTIFICATION) & Deadline.state.in_(("running", "struck"))
    )
    mine = (Deadline.about == repository.ABOUT, Deadline.about_id == SurvivorRow.id, waits)
    return select(column).where(*mine).scalar_subquery()
