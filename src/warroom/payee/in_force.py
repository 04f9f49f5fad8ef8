"""The flags in effect and the share held out, in memory: checks ask no database, and hear of a change within a second."""

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
"""The bookmark that counts changes of flags and of trials."""
STRONG = 1.0
"""What stands behind a flag that a victim's report proposed."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A flag as checks need it. `until`: microseconds; `behind`: how much stands behind it, in [WARN, 1]."""

    id: int
    until: int
    scam_type: str
    strength: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A share of pairs that is held out; `id` 0 where none is."""

    id: int = 0
    share: float = 0.0


class FlagsInForce:
    """Flags by the digest of their account. Renewed from one thread; checks may read meanwhile."""

    def __init__(self, digests: Digests) -> None:
        self._digests = digests
        self._by_account: dict[int, InForce] = {}
        self._turn = -1
        self.trial = Trial()

    def find_flag(self, payee: int, now: int) -> InForce | None:
        """The flag on a payee at a moment (microseconds); one whose time is over is none, whoever has yet to end it."""
        found = self._by_account.get(payee)
        return found if found is not None and found.until > now else None

    def refresh_flags(self, ledger: Ledger) -> None:
        """Learn of flags that were decided or ended since. Raises LedgerError, and then what was known stays."""
        with ledger.open_session() as session:
            # Who changes a flag holds this row until the end: whatever is of a turn that is read here was committed.
            turn = count_changes(session)
            if turn == self._turn:
                return
            newer = select(Flag).where(Flag.turn > self._turn, Flag.turn <= turn).order_by(Flag.turn, Flag.id)
            # At the start what has ended long ago is not read.
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
            # Only its own: the flag before a renewal ends in the turn in which the next begins.
            del self._by_account[account]


def _weigh_flag(flag: Flag) -> float:
    # An officer read the reasons and decided: a flag is never less than a warning, whatever its probability.
    return STRONG if flag.origin == "report" else max(flag.probability or 0.0, WARN)


def _load_trial(session: Session) -> Trial:
    row = session.scalars(select(FlagTrial).order_by(FlagTrial.id.desc()).limit(1)).first()
    return Trial(row.id, row.share) if row is not None and row.share else Trial()


def count_changes(session: Session) -> int:
    """How often flags have changed so far."""
    return int(session.scalar(select(Bookmark.value).where(Bookmark.name == MARK)) or 0)


def take_next_turn(session: Session) -> int:
    """The number of a change that is about to be made; whoever else changes a flag waits until it is committed."""
    first = insert(Bookmark).values(name=MARK, value="1")
    words = first.on_conflict_do_update(
        index_elements=["name"], set_={"value": cast(cast(Bookmark.value, BigInteger) + 1, Text)}
    )
    return int(session.scalar(words.returning(Bookmark.value)) or 1)
