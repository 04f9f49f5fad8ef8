"""Sources of flags on payees: proposals, flags in effect, and appeals against them."""

from sqlalchemy import Text, and_, cast, false, literal

from warroom.access import role_groups
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.schema import OfficerRow
from warroom.payee.rows import RULE
from warroom.payee.schema import Flag, FlagAppeal
from warroom.room.waiting.source import (
    NOW,
    SEEN_BY_ALL,
    TaskSource,
    build_appeal_parts,
    build_decide_due,
    build_notice_sorts,
    has_role,
)

PILLAR = load_kind(RULE).pillar
NUMBER = literal("F-") + cast(Flag.id, Text)
"""The number shown for a flag instead of its account: the list has more readers than need account numbers."""


def build_flag_source(person: OfficerRow) -> TaskSource:
    """Flags: a proposal is due at its time to decide, a flag in effect at its end."""
    waits = and_(Flag.state == "proposed", Flag.decide_by > NOW)
    return TaskSource(
        what="flag",
        tables=Flag.__table__,
        id=Flag.id,
        number=NUMBER,
        kind=Flag.scam_type,
        pillar=PILLAR,
        seen=SEEN_BY_ALL,
        sorts=build_notice_sorts(Flag, waits, has_role(person, *role_groups.FLAG_DECIDERS)),
        **build_decide_due(Flag),
    )


def build_flag_appeal_source(person: OfficerRow) -> TaskSource:
    """Open appeals against flags in effect; they do not wait for the officer who decided the flag."""
    waits = and_(FlagAppeal.state == "open", Flag.state == "in_effect")
    may_answer = has_role(person, *role_groups.FLAG_APPEALS)
    return TaskSource(
        what="flag-appeal",
        tables=FlagAppeal.__table__.join(Flag.__table__, Flag.id == FlagAppeal.flag_id),
        number=NUMBER,
        kind=Flag.scam_type,
        pillar=PILLAR,
        seen=SEEN_BY_ALL,
        **build_appeal_parts(
            FlagAppeal, Flag, waits, and_(waits, Flag.decided_by != person.id) if may_answer else false()
        ),
    )
