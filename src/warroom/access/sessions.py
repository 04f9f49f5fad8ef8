"""One's own sign-ins and password: what is open under one's name, ending it, and a new password."""

from datetime import datetime
from ipaddress import ip_address

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import hashing, lockout, tickets
from warroom.access.schema import SessionRow
from warroom.access.sign_in import HERE
from warroom.access.views import Origin, SittingView
from warroom.errors import NotFound, NotPossible
from warroom.ledger import officers
from warroom.ledger.audit import writing
from warroom.ledger.decision import decision, look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def mine(
    ledger: Ledger, officer: Officer, token: str = "", *, now: datetime | None = None
) -> tuple[SittingView, ...]:
    """The officer's sign-ins that have not ended, the newest first; `token` is the one that asks."""
    here = tickets.hashed(token)
    with look(ledger, officer) as this:
        query = select(SessionRow).where(
            SessionRow.officer_id == this.person.id, SessionRow.expires_at > (now or clock.wall())
        )
        return tuple(
            SittingView(
                one.id, one.made_at, one.expires_at, one.way, one.address, one.device, one.token_hash == here
            )
            for one in this.session.scalars(query.order_by(SessionRow.made_at.desc(), SessionRow.id.desc()))
        )


def end(ledger: Ledger, officer: Officer, sitting_id: int) -> None:
    """End one of one's own sign-ins; raises NotFound for none and for another's."""
    with decision(ledger, officer) as this:
        # By the owner too: numbers of sign-ins can be guessed, and another's answers as one that is not there.
        own = (SessionRow.id == sitting_id, SessionRow.officer_id == this.person.id)
        if this.session.execute(delete(SessionRow).where(*own).returning(SessionRow.id)).first() is None:
            raise NotFound("access.no-such-session")
        this.log("sign-in.ended", f"officer:{this.person.username}")


def end_all(ledger: Ledger, officer: Officer) -> None:
    """Sign out everywhere, here too."""
    with decision(ledger, officer) as this:
        _end_others(this.session, this.person, "")
        this.log("sign-in.ended", f"officer:{this.person.username}", {"all": True})


def change_password(
    ledger: Ledger,
    officer: Officer,
    old: str,
    new: str,
    *,
    token: str = "",
    origin: Origin = HERE,
    now: datetime | None = None,
) -> None:
    """Give oneself a new password; every sign-in but `token`'s ends.

    Raises NotPossible where the new one is unfit or the old one again, or the old one is wrong: that counts as a wrong
    try, because an open desk is not enough; NotAllowed after too many of them.
    """
    now, hashed = now or clock.wall(), hashing.new_hash(new)
    if old == new:
        raise NotPossible("access.password-unchanged")
    # By hand: a wrong old password is no decision, but its count must be kept, and is committed before the refusal.
    with hashing.place():
        with ledger.session() as session:
            row = session.get_one(OfficerRow, officers.active(session, officer).id, with_for_update=True)
            lockout.check(session, row, origin, now)
            lockout.failed(session, row, origin, now)
            kept = row.password_hash
        right = hashing.matches(kept, old)
    with ledger.session() as session:
        row = session.get_one(OfficerRow, officers.active(session, officer).id, with_for_update=True)
        # Two changes at one moment: the second one's old password is old already.
        if not right or row.password_hash != kept:
            raise NotPossible("access.old-password-wrong")
        lockout.forgiven(session, row, origin)
        row.password_hash = hashed
        # Whoever knew the old password may still sit somewhere with a sign-in of it.
        _end_others(session, row, token)
        writing.append(session, officer, "password.changed", f"officer:{row.username}")


def from_nowhere(ledger: Ledger) -> bool:
    """Whether there are sign-ins and none of them says from which address but this machine's own."""
    with ledger.session() as session:
        addresses = set(session.scalars(select(SessionRow.address).distinct()))
    return bool(addresses) and all(not one or ip_address(one).is_loopback for one in addresses)


def _end_others(session: Session, row: OfficerRow, token: str) -> None:
    """End every sign-in of an officer but the one of `token`."""
    mine = (SessionRow.officer_id == row.id, SessionRow.token_hash != tickets.hashed(token))
    session.execute(delete(SessionRow).where(*mine))
