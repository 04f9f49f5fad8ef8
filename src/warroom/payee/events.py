"""Deadlines of flags: a proposal that nobody decided on in time, and the end of a flag."""

from datetime import datetime

from sqlalchemy.orm import Session

from warroom.ledger.schema import Deadline
from warroom.payee import rows
from warroom.payee.schema import Flag


def lock_flag(session: Session, flag_id: int) -> Flag:
    """Lock the flag before its deadline, in the same order as officers' decisions."""
    return rows.lock_flags(session, [flag_id])[0]


def handle_flag_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """End an undecided proposal or an expired flag; a late answer to an appeal is only displayed as late."""
    flag = session.get_one(Flag, deadline.about_id)
    if deadline.kind == "decide" and flag.state == "proposed":
        rows.terminate_flag(session, flag, "undecided", None, "", now)
    if deadline.kind == "lapse" and flag.state == "in_effect":
        rows.terminate_flag(session, flag, "expiry", None, "", now)
