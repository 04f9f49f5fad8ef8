"""Holds of what comes in for the account's holder: found by the code on the notice, which is written once a payment waits."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.bilingual.texts import Texts
from warroom.cases import objection
from warroom.cases.references import read_reference
from warroom.errors import NotFound, NotPossible
from warroom.incoming import rows
from warroom.incoming.schema import IncomingAppealRow, IncomingHoldRow, WaitingPayment
from warroom.incoming.views import OPEN_STATES, PublicIncoming
from warroom.ledger.decision import Decision


def find_told_hold(session: Session, reference: str) -> IncomingHoldRow:
    """The hold with a code; raises NotFound for an unknown code, and while nobody was told of it."""
    code = read_reference(reference)
    query = select(IncomingHoldRow).where(
        IncomingHoldRow.reference == code, IncomingHoldRow.told_at.is_not(None)
    )
    hold = session.scalars(query).first() if code else None
    if hold is None:
        raise NotFound("incoming.no-hold-with-code")
    return hold


def file_incoming_appeal(this: Decision, reference: str, who: str, text: str) -> IncomingAppealRow:
    """File a holder's appeal; its deadlines start now. Raises NotFound, NotPossible where the hold has ended or an appeal is open."""
    hold = rows.lock_hold(this.session, find_told_hold(this.session, reference).id)
    if hold.state not in OPEN_STATES:
        raise NotPossible("incoming.over-for-holder")
    row = IncomingAppealRow(hold_id=hold.id, who=who, text=text)
    objection.file_objection(this, row, IncomingAppealRow.hold_id, "incoming")
    this.log_entry("incoming.appealed", f"incoming:{hold.id}", {"appeal": row.id, "due": row.due_at})
    return row


def build_public_view(session: Session, hold: IncomingHoldRow) -> PublicIncoming:
    """What anybody with the code may see."""
    query = (
        select(IncomingAppealRow)
        .where(IncomingAppealRow.hold_id == hold.id)
        .order_by(IncomingAppealRow.id.desc())
    )
    appeal = session.scalars(query.limit(1)).first()
    waiting = (WaitingPayment.hold_id == hold.id, WaitingPayment.state == "waiting")
    count, amount = session.execute(
        select(func.count(), func.sum(WaitingPayment.amount)).where(*waiting)
    ).one()
    back = select(func.count()).where(
        WaitingPayment.hold_id == hold.id, WaitingPayment.state.in_(("sending-back", "sent-back"))
    )
    return PublicIncoming(
        reference=hold.reference,
        bank=hold.bank,
        active=hold.state in OPEN_STATES,
        until=hold.until,
        waiting=count,
        waiting_sum=int(amount or 0),
        sent_back=session.scalar(back) or 0,
        notice=Texts(hold.notice_th, hold.notice_en),
        appeal_state=appeal.state if appeal else "",  # type: ignore[arg-type]
        appeal_due=appeal.due_at if appeal else None,
        appeal_limit=appeal.limit_at if appeal else None,
        appeal_filed=appeal.filed_at if appeal else None,
        appeal_answered=appeal.answered_at if appeal else None,
        appeal_reason=appeal.reason if appeal else "",
    )
