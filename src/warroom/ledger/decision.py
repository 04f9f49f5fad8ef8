"""A decision: the one procedure of every service by which an officer decides something.

    with open_decision(ledger, officer, *ROLES, now=now) as this:
        asset = lock_row(this.session, asset_id)
        if this.find_earlier_result(key, "asset.moved", asset_id, place) is None:
            asset.place = place
            this.log_entry("asset.moved", f"asset:{asset.id}", {"place": place}, case=number)
        return build_view(this.session, asset_id)

The officer's role is read again in the same transaction, a key decides once, and the log's rows are written
last: a transaction that holds a row's lock never waits for the log while others wait for the row. A change
without a row of the log is rolled back: it is a fault of the program, not of its user.

`logged_read` is the same procedure for a read that is logged: no key, and nothing to roll back.
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
from warroom.ledger.audit.writing import write_audit_rows
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

By = Officer | Literal["public"] | None
"""Who decides or reads: an officer, people without a sign-in ("public"), or the machine itself (None): its
own command line, and what partners' answers do without an officer.
"""


class Unlogged(RuntimeError):
    """A decision changed something without a row of the log; all of it was rolled back."""


class LoggedRead:
    """A logged read in progress: its transaction, who reads, the moment, and its rows of the log.

    `by` is who reads, as `By` says; `officer` and `person` exist where that is an officer.
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
        # Read again: the role may have been revoked while this transaction waited for a lock.
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

    def log_list_read(self, what: str, verb: str = "list.read") -> None:
        """Say in the log that a list (board, orders, ...) or a page was read, unless it was said within the hour."""
        looks.log_list_read(self.session, self.officer, what, self.now, verb)

    def write_log(self) -> None:
        """Write the log's rows, in their order and after everything else."""
        write_audit_rows(self.session, self._entries)


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
            # Raised inside the transaction: what the log does not record must not have happened.
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
    # A user of the machine's own command line can read its disk: a role would keep nothing from them.
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
