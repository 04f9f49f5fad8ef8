"""Sources of what comes in to flagged accounts: payers to call, second officers to approve, and holders' appeals."""

from sqlalchemy import Text, and_, cast, false, literal

from warroom.access import role_groups
from warroom.incoming.orders import KIND
from warroom.incoming.schema import IncomingAppealRow, IncomingHoldRow, WaitingPayment
from warroom.incoming.views import OPEN_STATES
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.schema import OfficerRow
from warroom.room.waiting.source import (
    NOW,
    SEEN_BY_ALL,
    SOON,
    TaskSource,
    build_appeal_parts,
    build_decide_due,
    build_notice_sorts,
    has_role,
    is_due_within,
)

PILLAR = load_kind(KIND).pillar
NUMBER = literal("IN-") + cast(IncomingHoldRow.id, Text)
"""The number shown instead of the account: the list has more readers than need account numbers."""


def build_incoming_source(person: OfficerRow) -> TaskSource:
    """Holds of what comes in: one that a second officer decides is due at its time to decide, one in effect at its end."""
    row = IncomingHoldRow
    waits = and_(row.state == "proposed", row.decide_by > NOW, row.proposed_by != person.id)
    return TaskSource(
        what="incoming",
        tables=row.__table__,
        id=row.id,
        number=NUMBER,
        kind=literal(KIND),
        pillar=PILLAR,
        seen=SEEN_BY_ALL,
        sorts=build_notice_sorts(row, waits, has_role(person, *role_groups.INCOMING_DECIDERS)),
        **build_decide_due(row),
    )


def build_payer_call_source(person: OfficerRow) -> TaskSource:
    """Payments that wait: their payers are called within the hour."""
    waits = WaitingPayment.state == "waiting"
    return TaskSource(
        what="payer-call",
        tables=WaitingPayment.__table__.join(
            IncomingHoldRow.__table__, IncomingHoldRow.id == WaitingPayment.hold_id
        ),
        id=WaitingPayment.id,
        number=NUMBER,
        kind=literal(KIND),
        pillar=PILLAR,
        seen=SEEN_BY_ALL,
        sorts={
            "urgent": (and_(waits, is_due_within(WaitingPayment.ask_by, SOON)),),
            "mine": (waits if has_role(person, *role_groups.PAYER_CALLERS) else false(),),
            "late": (and_(waits, WaitingPayment.ask_by <= NOW),),
        },
        since=WaitingPayment.paid_at,
        due=WaitingPayment.ask_by,
        due_kind=literal("call"),
        parent=IncomingHoldRow.id,
        amount=WaitingPayment.amount,
    )


def build_incoming_appeal_source(person: OfficerRow) -> TaskSource:
    """Open appeals against holds of what comes in; they do not wait for the officers who decided them."""
    row, appeal = IncomingHoldRow, IncomingAppealRow
    waits = and_(appeal.state == "open", row.state.in_(OPEN_STATES))
    mine = and_(waits, row.approved_by != person.id, row.proposed_by != person.id)
    return TaskSource(
        what="incoming-appeal",
        tables=appeal.__table__.join(row.__table__, row.id == appeal.hold_id),
        number=NUMBER,
        kind=literal(KIND),
        pillar=PILLAR,
        seen=SEEN_BY_ALL,
        **build_appeal_parts(
            appeal, row, waits, mine if has_role(person, *role_groups.INCOMING_APPEALS) else false()
        ),
    )
