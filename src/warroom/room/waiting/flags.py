"""Sources of flags on payees: proposals, flags in effect, and appeals against them."""

from sqlalchemy import Text, and_, case, cast, false, literal

from warroom.access import role_groups
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.schema import OfficerRow
from warroom.payee.rows import RULE
from warroom.payee.schema import Flag, FlagAppeal
from warroom.room.waiting.source import (
    LAPSED_FOR,
    NOW,
    SEEN_BY_ALL,
    SOON,
    TaskSource,
    has_role,
    is_due_within,
)

PILLAR = load_kind(RULE).pillar
NUMBER = literal("F-") + cast(Flag.id, Text)
"""The number shown for a flag instead of its account: the list has more readers than need account numbers."""


def build_flag_source(person: OfficerRow) -> TaskSource:
    """Flags: a proposal is due at its time to decide, a flag in effect at its end."""
    proposed = Flag.state == "proposed"
    waits = and_(proposed, Flag.decide_by > NOW)
    # Both ended by themselves: nobody decided the proposal, or the flag's time ran out.
    lapsed = and_(Flag.state == "ended", Flag.ended_cause.in_(("expiry", "undecided")))
    return TaskSource(
        what="flag",
        tables=Flag.__table__,
        id=Flag.id,
        number=NUMBER,
        kind=Flag.scam_type,
        pillar=PILLAR,
        seen=SEEN_BY_ALL,
        sorts={
            "urgent": (and_(proposed, is_due_within(Flag.decide_by, SOON)),),
            "mine": (waits if has_role(person, *role_groups.FLAG_DECIDERS) else false(),),
            "in_effect": (Flag.state == "in_effect",),
            "lapsed": (and_(lapsed, Flag.ended_at > NOW - LAPSED_FOR),),
        },
        since=Flag.proposed_at,
        due=case((proposed, Flag.decide_by), else_=Flag.until),
        due_kind=case((proposed, "decide"), else_="lapse"),
    )


def build_flag_appeal_source(person: OfficerRow) -> TaskSource:
    """Open appeals against flags in effect; they do not wait for the officer who decided the flag."""
    waits = and_(FlagAppeal.state == "open", Flag.state == "in_effect")
    mine = (
        and_(waits, Flag.decided_by != person.id) if has_role(person, *role_groups.FLAG_APPEALS) else false()
    )
    return TaskSource(
        what="flag-appeal",
        tables=FlagAppeal.__table__.join(Flag.__table__, Flag.id == FlagAppeal.flag_id),
        id=FlagAppeal.id,
        number=NUMBER,
        kind=Flag.scam_type,
        pillar=PILLAR,
        seen=SEEN_BY_ALL,
        sorts={
            "urgent": (and_(waits, is_due_within(FlagAppeal.due_at, SOON)),),
            "mine": (mine,),
            "late": (and_(waits, FlagAppeal.due_at <= NOW),),
        },
        since=FlagAppeal.filed_at,
        due=FlagAppeal.due_at,
        due_kind="appeal_due",
        parent=Flag.id,
    )
