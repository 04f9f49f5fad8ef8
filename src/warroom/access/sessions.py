"""An officer's own sign-ins and password: listing, ending, changing."""

from datetime import datetime
from ipaddress import ip_address

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import hashing, lockout, tickets
from warroom.access.schema import SessionRow
from warroom.access.sign_in import HERE
from warroom.access.views import SignInOrigin, SittingView
from warroom.errors import NotFound, NotPossible
from warroom.ledger import officers
from warroom.ledger.audit import writing
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow


def list_own_sign_ins(
    ledger: Ledger, officer: Officer, token: str = "", *, now: datetime | None = None
) -> tuple[SittingView, ...]:
    """The officer's sign-ins that have not ended, the newest first; `token` is the one that asks."""
    here = tickets.hash_token(token)
    with logged_read(ledger, officer) as this:
        query = select(SessionRow).where(
            SessionRow.officer_id == this.person.id, SessionRow.expires_at > (now or clock.get_real_now())
        )
        return tuple(
            SittingView(
                session_row.id,
                session_row.made_at,
                session_row.expires_at,
                session_row.way,
                session_row.address,
                session_row.device,
                session_row.token_hash == here,
            )
            for session_row in this.session.scalars(
                query.order_by(SessionRow.made_at.desc(), SessionRow.id.desc())
            )
        )


def end_own_sign_in(ledger: Ledger, officer: Officer, sitting_id: int) -> None:
    """End one of one's own sign-ins; raises NotFound for none and for another's."""
    with open_decision(ledger, officer) as this:
        # Matched by the owner too: ids of sign-ins can be guessed, and another officer's must look like none.
        own = (SessionRow.id == sitting_id, SessionRow.officer_id == this.person.id)
        if this.session.execute(delete(SessionRow).where(*own).returning(SessionRow.id)).first() is None:
            raise NotFound("access.no-such-session")
        this.log_entry("sign-in.ended", f"officer:{this.person.username}")


def end_all(ledger: Ledger, officer: Officer) -> None:
    """Sign out everywhere, here too."""
    with open_decision(ledger, officer) as this:
        _end_others(this.session, this.person, "")
        this.log_entry("sign-in.ended", f"officer:{this.person.username}", {"all": True})


def change_password(
    ledger: Ledger,
    officer: Officer,
    old: str,
    new: str,
    *,
    token: str = "",
    origin: SignInOrigin = HERE,
    now: datetime | None = None,
) -> None:
    """Give oneself a new password; every sign-in but `token`'s ends.

    Raises NotPossible where the new one is unfit or the old one again, or the old one is wrong: that counts as a wrong
    try, because an unlocked desk is not enough; NotAllowed after too many of them.
    """
    now, hashed = now or clock.get_real_now(), hashing.new_hash(new)
    if old == new:
        raise NotPossible("access.password-unchanged")
    # Two transactions: the failure is committed before the hash is computed, so a refusal cannot undo its
    # count and no connection is held during the slow hash.
    with hashing.reserve_slot():
        with ledger.open_session() as session:
            row = session.get_one(
                OfficerRow, officers.require_active(session, officer).id, with_for_update=True
            )
            lockout.check_lockout(session, row, origin, now)
            lockout.record_failure(session, row, origin, now)
            kept = row.password_hash
        right = hashing.verify_password(kept, old)
    with ledger.open_session() as session:
        row = session.get_one(OfficerRow, officers.require_active(session, officer).id, with_for_update=True)
        # Of two changes at the same moment the second is refused: its old password is no longer valid.
        if not right or row.password_hash != kept:
            raise NotPossible("access.old-password-wrong")
        lockout.undo_failure(session, row, origin)
        row.password_hash = hashed
        # Somebody who knew the old password may still have a sign-in made with it.
        _end_others(session, row, token)
        writing.write_audit_row(session, officer, "password.changed", f"officer:{row.username}")


def has_only_local_addresses(ledger: Ledger) -> bool:
    """Whether there are sign-ins and all come from this machine's own address: a sign of a proxy that hides addresses."""
    with ledger.open_session() as session:
        addresses = set(session.scalars(select(SessionRow.address).distinct()))
    return bool(addresses) and all(not one or ip_address(one).is_loopback for one in addresses)


def _end_others(session: Session, row: OfficerRow, token: str) -> None:
    """End every sign-in of an officer but the one of `token`."""
    mine = (SessionRow.officer_id == row.id, SessionRow.token_hash != tickets.hash_token(token))
    session.execute(delete(SessionRow).where(*mine))
