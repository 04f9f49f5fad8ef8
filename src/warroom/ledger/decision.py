"""A decision: the one walk that every service takes on which an officer decides something.

    with decision(ledger, officer, *ROLES, now=now) as this:
        asset = rows.locked(this.session, asset_id)
        if this.before(key, "asset.moved", asset_id, place) is None:
            asset.place = place
            this.log("asset.moved", f"asset:{asset.id}", {"place": place}, case=number)
        return asset_view(this.session, asset_id)

The officer's role is looked up anew in the same transaction, a key decides once, and the log's rows are written last:
whoever locks a thing never waits for the log while others wait for the thing. What changed something and told the
log nothing is undone: that is a fault of the program, not of its user.

`logged_read` is the same walk for a read that the log tells of: no key, and nothing to undo.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warroom import clock, timekeeping
from warroom.errors import NotAllowed, NotPossible
from warroom.home import Home
from warroom.ledger import idempotency, officers
from warroom.ledger.audit import looks
from warroom.ledger.audit.leaf import AuditEntry
from warroom.ledger.audit.writing import append_many
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

By = Officer | Literal["public"] | None
"""Who decides or looks: an officer, people without a sign-in, or the machine itself: its own command line, and what
partners' answers do without anybody.
"""


class Unlogged(RuntimeError):
    """A decision changed something and told the log nothing; all of it was undone."""


class LoggedRead:
    """One look under way: its transaction, who looks, the moment, and what the log will say of it.

    `by` is who looks, as `By` says; `officer` and `person` are there where it is an officer.
    """

    def __init__(self, session: Session, by: By, now: datetime) -> None:
        self.session, self.by, self.now = session, by, now
        self._person = officers.require_active(session, by) if isinstance(by, Officer) else None
        self._entries: list[AuditEntry] = []

    @property
    def officer(self) -> Officer:
        """Who decides; raises NotAllowed where that is no officer."""
        if not isinstance(self.by, Officer):
            raise NotAllowed("access.officer-not-active")
        return self.by

    @property
    def person(self) -> OfficerRow:
        """The officer's own row as of now; raises NotAllowed where there is none."""
        if self._person is None:
            raise NotAllowed("access.officer-not-active")
        return self._person

    def require_role(self, *roles: str) -> OfficerRow:
        """The officer's row, holding one of these roles at this moment; raises NotAllowed otherwise."""
        # Read anew: a role may have been taken away while this walk waited for a lock.
        self.session.refresh(self.person)
        return officers.require_role(self.session, self.officer, *roles)

    def log_entry(
        self, verb: str, subject: str, detail: Mapping[str, Any] | None = None, case: str | None = None
    ) -> None:
        """Say in the log what was decided or read; the row is written when all else is."""
        self._entries.append(AuditEntry(self.by, verb, subject, detail or {}, case, self.now))

    def log_entries(self, entries: Sequence[AuditEntry]) -> None:
        """Say several things in the log, in this order."""
        self._entries.extend(entries)

    def log_list_read(self, what: str) -> None:
        """Say in the log that a list was read (board, orders, ...), unless it was said within the hour."""
        looks.log_list_read(self.session, self.officer, what, self.now)

    def write_log(self) -> None:
        """Write the log's rows, in their order and after everything else."""
        append_many(self.session, self._entries)


class Decision(LoggedRead):
    """One decision under way: a look that may change something, with a key so that it happens once."""

    def __init__(self, session: Session, by: By, now: datetime, asked: Home | None = None) -> None:
        """`asked`: the home whose clock said `now`; none for a chosen moment."""
        super().__init__(session, by, now)
        self._asked = asked
        self._key = ""
        self._changed = False
        event.listen(session, "after_flush", self._note_change)

    def require_trusted_clock(self) -> None:
        """Raises NotPossible where the clock is doubted: for what ends or is due at a time counted from now, or is only
        allowed since a time is over, and cannot be undone. A chosen moment is right.
        """
        if self._asked is not None and timekeeping.is_clock_doubted(self._asked, self.now):
            raise NotPossible("ledger.clock-doubted", now=f"{self.now:%Y-%m-%d %H:%M}")

    def find_earlier_result(self, key: str, *asked: Any) -> list[Any] | None:
        """None for a new key; what it led to before for a known one. A second click waits here for the first.

        `asked` is everything that was asked, as values that JSON can say. Raises NotPossible for no key, or for one
        that was used for another decision.
        """
        known = idempotency.claim_key(self.session, self.person, key, to_json_value(list(asked)), self.now)
        self._key = key if known is None else ""
        return known

    def save_result(self, *result: Any) -> None:
        """Remember what the new key led to, so that a second click is answered the same."""
        idempotency.save_result(self.session, self.person, self._key, list(result))

    def write_log(self) -> None:
        """Write the log's rows; raises Unlogged where there are none for what has changed."""
        self.session.flush()
        told = self._entries or self.session.info.get("appended")
        if not told and (self._key or self._changed):
            # Raised inside the transaction: what nobody can read of later must not have happened either.
            raise Unlogged(f"A decision of {AuditEntry(self.by, '', '').name} was not logged; it was undone.")
        super().write_log()

    def _note_change(self, session: Session, _: object) -> None:
        # The session forgets what it wrote once it is flushed, and services flush for ids long before the end.
        self._changed = self._changed or bool(session.new or session.dirty or session.deleted)


@contextmanager
def logged_read(
    ledger: Ledger, officer: By, *roles: str, now: datetime | None = None
) -> Iterator[LoggedRead]:
    """One look that is logged: a read in one transaction, its rows of the log last. Raises NotAllowed."""
    with ledger.open_session() as session:
        this = LoggedRead(session, officer, now or clock.get_now())
        _require_role(this, roles)
        yield this
        this.write_log()


def _require_role(this: LoggedRead, roles: tuple[str, ...]) -> None:
    # Whoever sits at the machine's own command line can read its disk: a role would keep nothing from them.
    if roles and this.by is not None:
        officers.require_role(this.session, this.officer, *roles)


@contextmanager
def open_decision(
    ledger: Ledger, officer: By, *roles: str, now: datetime | None = None, clash: str = ""
) -> Iterator[Decision]:
    """One decision in one transaction, committed at the end of the block with its rows of the log last.

    `roles` are those of which the officer needs one, none where the thing itself says who may (`Decision.require_role`).
    `officer` is None at the machine's own command line, where no role is asked for, and "public" for what people do
    without a sign-in, which no role can stand for. `clash` is the sentence for two officers who decided the same at
    the same moment, where a constraint catches it.
    Raises NotAllowed, whatever the block raises, and NotPossible with `clash`.
    """
    try:
        with ledger.open_session() as session:
            this = Decision(session, officer, now or clock.get_now(), None if now else ledger.home)
            _require_role(this, roles)
            yield this
            this.write_log()
    except IntegrityError as problem:
        if not clash:
            raise
        raise NotPossible(clash) from problem
