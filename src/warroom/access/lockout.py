"""Lockout after failed sign-ins: each lock of a name is longer, and only for the place the failures came from.

A browser or an address from which an officer has signed in before is a place of its own; all others together are one,
so an attacker locks out only strangers. An unknown name is locked like a known one. An address with very many
failures is refused, except for officers who have signed in from it: an agency behind one address keeps working.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import keys
from warroom.access.schema import AddressTries, Tries, UnknownTries
from warroom.access.views import SignInOrigin
from warroom.errors import NotAllowed
from warroom.ledger.schema import OfficerRow

# Failures before a lock; NIST SP 800-63B-4, 3.2.2 allows at most 100. Chosen, not measured.
TRIES = 5
# Doubled with each further lock up to the longest: an officer back from a break can work again the same
# shift.
FIRST_LOCK = timedelta(minutes=5)
LONGEST_LOCK = timedelta(minutes=80)
# More wrong tries than people of one agency mistype in this time.
ADDRESS_TRIES = 60
# The span in which an address's failures are counted, and for which it is then refused.
ADDRESS_SPAN = timedelta(minutes=15)
# Days that counts and known places are kept: an address is personal data. Chosen, not measured.
KEPT = timedelta(days=90)
ELSEWHERE = "elsewhere"


def check_lockout(
    session: Session, row: OfficerRow | None, origin: SignInOrigin, now: datetime, typed: str = ""
) -> None:
    """Raise NotAllowed while the name is locked for this place, or the address is refused.

    `typed` is the name as it was typed, used where no officer has it (`row` is None).
    """
    # Where the officer has signed in before, a flood from the same address must not keep them out.
    known = row is not None and _find_place(session, row, origin) != ELSEWHERE
    if not known and _is_address_locked(session, origin, now):
        raise NotAllowed("access.address-locked")
    counted = _find_tries(session, row, origin, typed)
    if counted is not None and counted.locked_until is not None and counted.locked_until > now:
        minutes = int(_compute_lock_duration(counted.locks - 1) / timedelta(minutes=1))
        raise NotAllowed("access.name-locked", minutes=minutes)


def check_address(session: Session, origin: SignInOrigin, now: datetime) -> None:
    """Raise NotAllowed while too many failures came from an address, of whatever kind."""
    if _is_address_locked(session, origin, now):
        raise NotAllowed("access.address-locked")


def count_address(session: Session, origin: SignInOrigin, now: datetime) -> None:
    """Count a failure of an address that is about no officer."""
    _count_address(session, origin, now)


def record_failure(
    session: Session, row: OfficerRow | None, origin: SignInOrigin, now: datetime, typed: str = ""
) -> None:
    """Count a failure, and lock the name where it reaches `TRIES`."""
    # Counted for unknown names too: an attack with one password on many names is visible only by the address.
    _count_address(session, origin, now)
    if row is None and not typed:
        return
    counted = (
        _load_tries(session, row, _find_place(session, row, origin), now)
        if row
        else _load_unknown_tries(session, typed, now)
    )
    counted.failures += 1
    if counted.failures >= TRIES:
        counted.failures, counted.locked_until = 0, now + _compute_lock_duration(counted.locks)
        counted.locks += 1


def undo_failure(session: Session, row: OfficerRow, origin: SignInOrigin) -> None:
    """Take back a failure that was counted before the password was verified and that was correct."""
    counted = _find_tries(session, row, origin, "")
    if counted is not None and counted.failures:
        counted.failures -= 1
    elif counted is not None and counted.locked_until is not None:
        # That try had triggered the lock.
        counted.failures, counted.locks, counted.locked_until = TRIES - 1, counted.locks - 1, None
    mine = (AddressTries.address == origin.address, AddressTries.failures > 0)
    session.execute(update(AddressTries).where(*mine).values(failures=AddressTries.failures - 1))


def record_success(session: Session, row: OfficerRow, origin: SignInOrigin, now: datetime) -> None:
    """Clear the failures of this place, and remember its browser and address."""
    counted = _load_tries(session, row, _find_place(session, row, origin), now)
    counted.failures, counted.locks, counted.locked_until, counted.seen_at = 0, 0, None, now
    for place in _list_places(origin):
        _load_tries(session, row, place, now).seen_at = now


def delete_old_tries(session: Session, now: datetime) -> None:
    """Delete counts and places that were not used for 90 days."""
    for counted in (Tries, UnknownTries):
        session.execute(delete(counted).where(counted.seen_at < now - KEPT))
    session.execute(delete(AddressTries).where(AddressTries.since < now - KEPT))


def _compute_lock_duration(before: int) -> timedelta:
    """How long the next lock lasts after `before` locks: 5, 10, 20, 40, then always 80 minutes."""
    # The exponent is bounded: after a year of guessing the product would overflow a timedelta.
    return min(LONGEST_LOCK, FIRST_LOCK * (1 << min(before, 10)))


def _list_places(origin: SignInOrigin) -> list[str]:
    """The identifiers of a place, the more certain first. Of a browser's mark only the hash is kept, as of a token."""
    marked = f"browser:{hashlib.sha256(origin.mark.encode()).hexdigest()}" if origin.mark else ""
    return [place for place in (marked, origin.address) if place]


def _find_place(session: Session, row: OfficerRow, origin: SignInOrigin) -> str:
    known = (place for place in _list_places(origin) if session.get(Tries, (row.id, place)) is not None)
    return next(known, ELSEWHERE)


def _find_tries(
    session: Session, row: OfficerRow | None, origin: SignInOrigin, typed: str
) -> Tries | UnknownTries | None:
    if row is None:
        return session.get(UnknownTries, _hash_unknown_name(session, typed)) if typed else None
    return session.get(Tries, (row.id, _find_place(session, row, origin)))


def _hash_unknown_name(session: Session, typed: str) -> bytes:
    key = keys.load_secret(session.info["home"], "second-factor")
    return hmac.digest(key, b"name:" + typed.encode(errors="replace"), "sha256")


def _load_unknown_tries(session: Session, typed: str, now: datetime) -> UnknownTries:
    # A keyed hash: people type passwords into the field of the name, and those must not lie in a table.
    name = _hash_unknown_name(session, typed)
    fresh = {"name": name, "failures": 0, "locks": 0, "seen_at": now}
    session.execute(insert(UnknownTries).values(fresh).on_conflict_do_nothing())
    return session.get_one(UnknownTries, name, with_for_update=True)


def _load_tries(session: Session, row: OfficerRow, place: str, now: datetime) -> Tries:
    fresh = {"officer_id": row.id, "place": place, "failures": 0, "locks": 0, "seen_at": now}
    # Added where it is missing, then locked: two first tries at one moment are both counted.
    session.execute(insert(Tries).values(fresh).on_conflict_do_nothing())
    return session.get_one(Tries, (row.id, place), with_for_update=True)


def _is_address_locked(session: Session, origin: SignInOrigin, now: datetime) -> bool:
    counted = session.get(AddressTries, origin.address) if origin.address else None
    return counted is not None and counted.failures >= ADDRESS_TRIES and counted.since > now - ADDRESS_SPAN


def _count_address(session: Session, origin: SignInOrigin, now: datetime) -> None:
    if not origin.address:
        return
    fresh = {"address": origin.address, "failures": 0, "since": now}
    session.execute(insert(AddressTries).values(fresh).on_conflict_do_nothing())
    # A count older than the span starts again at zero.
    old = AddressTries.since <= now - ADDRESS_SPAN
    mine = AddressTries.address == origin.address
    session.execute(update(AddressTries).where(mine, old).values(failures=0, since=now))
    # Added by the database itself: many tries at once from one address are all counted.
    session.execute(update(AddressTries).where(mine).values(failures=AddressTries.failures + 1))
