"""Flags in effect and the trial share, in memory: checks need no query, and follow a change within a second."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, cast, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark
from warroom.payee.digests import Digests
from warroom.payee.schema import Flag, FlagTrial
from warroom.signals.payee import WARN

MARK = "flags"
"""Name of the bookmark that counts changes of flags and trials."""
STRONG = 1.0
"""The strength of a flag that a victim's report proposed: the highest."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A flag as checks need it. `until`: microseconds since 1970; `strength`: its probability, in [WARN, 1]."""

    id: int
    until: int
    scam_type: str
    strength: float


@dataclass(frozen=True, slots=True)
class Trial:
    """The running trial: the share of pairs held out; `id` 0 where none runs."""

    id: int = 0
    share: float = 0.0


class FlagsInForce:
    """Flags by the digest of their account. Refreshed by one thread; checks may read meanwhile."""

    def __init__(self, digests: Digests) -> None:
        self._digests = digests
        self._by_account: dict[int, InForce] = {}
        self._turn = -1
        self.trial = Trial()

    def find_flag(self, payee: int, now: int) -> InForce | None:
        """The flag on a payee at a moment (microseconds); None for an expired flag too, even if its row is not yet ended."""
        found = self._by_account.get(payee)
        return found if found is not None and found.until > now else None

    def refresh_flags(self, ledger: Ledger) -> None:
        """Load flags that changed since the last call. Raises LedgerError, and then the known flags stay in use."""
        with ledger.open_session() as session:
            # A change of a flag locks this row until its commit: all changes up to the turn read here are
            # committed.
            turn = count_changes(session)
            if turn == self._turn:
                return
            newer = select(Flag).where(Flag.turn > self._turn, Flag.turn <= turn).order_by(Flag.turn, Flag.id)
            # The first load skips flags that ended long ago.
            for flag in session.scalars(newer if self._turn >= 0 else newer.where(Flag.state == "in_effect")):
                self._apply_flag(flag)
            self.trial = _load_trial(session)
            self._turn = turn

    def _apply_flag(self, flag: Flag) -> None:
        account = self._digests.digest_account(flag.bank, flag.account)
        if flag.state == "in_effect" and flag.until is not None:
            behind = _weigh_flag(flag)
            self._by_account[account] = InForce(flag.id, clock.to_micros(flag.until), flag.scam_type, behind)
        elif (known := self._by_account.get(account)) is not None and known.id == flag.id:
            # Only if it is this flag: a renewed flag ends in the same turn in which its successor begins.
            del self._by_account[account]


def _weigh_flag(flag: Flag) -> float:
    # An officer decided on it: a flag is never less than a warning, whatever its probability.
    return STRONG if flag.origin == "report" else max(flag.probability or 0.0, WARN)


def _load_trial(session: Session) -> Trial:
    row = session.scalars(select(FlagTrial).order_by(FlagTrial.id.desc()).limit(1)).first()
    return Trial(row.id, row.share) if row is not None and row.share else Trial()


def count_changes(session: Session) -> int:
    """The number of changes of flags and trials so far."""
    return int(session.scalar(select(Bookmark.value).where(Bookmark.name == MARK)) or 0)


def take_next_turn(session: Session) -> int:
    """The number of the change that is being made; locks the counter, so that other changes wait for this commit."""
    first = insert(Bookmark).values(name=MARK, value="1")
    words = first.on_conflict_do_update(
        index_elements=["name"], set_={"value": cast(cast(Bookmark.value, BigInteger) + 1, Text)}
    )
    return int(session.scalar(words.returning(Bookmark.value)) or 1)
