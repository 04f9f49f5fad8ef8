"""Flags for account holders: found by the public code on the notice; renewals share the code of the first flag."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases import objection
from warroom.cases.references import read_reference
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import Decision
from warroom.payee import rows
from warroom.payee.schema import Flag, FlagAppeal


def load_flag_by_code(session: Session, reference: str) -> Flag:
    """The newest flag with a code; raises NotFound for an unknown code or a flag that no officer decided."""
    # Nobody was notified of a proposal, nor ever will be of a declined one.
    decided = Flag.state.in_(("in_effect", "ended")) & (Flag.notice_th != "")
    code = read_reference(reference)
    query = select(Flag).where(Flag.reference == code, decided).order_by(Flag.id.desc()).limit(1)
    flag = session.scalars(query).first() if code else None
    if flag is None:
        raise NotFound("payee.no-flag-with-code")
    return flag


def find_newest_appeal(session: Session, flag: Flag) -> FlagAppeal | None:
    """The last appeal against a flag or one that it renewed."""
    query = select(FlagAppeal).join(Flag, Flag.id == FlagAppeal.flag_id)
    mine = query.where(Flag.reference == flag.reference).order_by(FlagAppeal.id.desc())
    return session.scalars(mine.limit(1)).first()


def file_appeal(this: Decision, reference: str, who: str, text: str) -> FlagAppeal:
    """File a holder's appeal; its deadlines start now. Raises NotFound, NotPossible where the flag has ended or an appeal
    is open.
    """
    (flag,) = rows.lock_flags(this.session, [load_flag_by_code(this.session, reference).id])
    if flag.state != "in_effect":
        raise NotPossible("payee.flag-over-for-holder")
    row = FlagAppeal(flag_id=flag.id, who=who, text=text)
    objection.file_objection(this, row, FlagAppeal.flag_id, "flag")
    this.log_entry("flag.appealed", f"flag:{flag.id}", {"appeal": row.id, "due": row.due_at})
    return row
