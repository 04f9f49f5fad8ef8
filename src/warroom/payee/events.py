"""What happens to a flag by itself: nobody decided on it in time, or its time is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from warroom.ledger.schema import Deadline
from warroom.payee import rows
from warroom.payee.schema import Flag


def lock_flag(session: Session, flag_id: int) -> Flag:
    """The flag, locked before its deadline."""
    return rows.lock_flags(session, [flag_id])[0]


def handle_flag_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """A proposal is over undecided, a flag ends; an answer that is late only shows as late."""
    flag = session.get_one(Flag, deadline.about_id)
    if deadline.kind == "decide" and flag.state == "proposed":
        rows.terminate_flag(session, flag, "undecided", None, "", now)
    if deadline.kind == "lapse" and flag.state == "in_effect":
        rows.terminate_flag(session, flag, "expiry", None, "", now)
