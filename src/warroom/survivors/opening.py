"""Reading behind the wall: for the person's screeners, or through broken glass; every read is logged, refused
ones too.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from warroom import clock
from warroom.access import role_groups
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.audit import writing
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.survivors import confidential, repository
from warroom.survivors.views import OpenedRow, OpenedRows


def open_confidential(
    ledger: Ledger,
    officer: Officer,
    number: str,
    kinds: Iterable[confidential.SealedKind] = confidential.KINDS,
    *,
    now: datetime | None = None,
) -> OpenedRows:
    """Decrypt what was said in confidence; raises NotAllowed for an officer who is no screener of the person
    and broke no glass.

    Nothing is decrypted before the read is committed to the wall's own record and to the audit log.
    """
    now, wanted = now or clock.get_now(), tuple(dict.fromkeys(kinds))
    try:
        rows, names, person, way = _load_opened_rows(ledger, officer, number, wanted, now)
    except (NotAllowed, NotPossible):
        _note_refusal(ledger, officer, number, now)
        raise NotAllowed("survivors.read-by-screeners-alone") from None
    # Only now, after the commit: a look that was opened first could be read and then left without its row.
    things = tuple(
        OpenedRow(row.kind, row.about, names[row.author], row.at, row.open(ledger.home)) for row in rows
    )
    return OpenedRows(person, way, things)


def _load_opened_rows(
    ledger: Ledger, officer: Officer, number: str, kinds: tuple[confidential.SealedKind, ...], now: datetime
) -> tuple[list[confidential.SealedRow], dict[int, str], str, Literal["team", "glass"]]:
    with logged_read(ledger, officer, *role_groups.TOLD_READERS, now=now) as this:
        person = repository.load_visible_person(this, number)
        member = repository.find_member(this.session, person, this.person.id) is not None
        if member and (sentence := repository.find_conflict(this.session, person, this.person)):
            raise NotAllowed(sentence)
        rows = confidential.load_sealed_rows(this, person.id, kinds)
        names = {
            officer_row.id: officer_row.name
            for officer_row in this.session.execute(select(OfficerRow.id, OfficerRow.name))
        }
        way: Literal["team", "glass"] = "team" if member else "glass"
        repository.log_person(this, "wall.read", person, {"way": way})
        return rows, names, person.number, way


def _note_refusal(ledger: Ledger, officer: Officer, number: str, now: datetime) -> None:
    """Log a refused read, in a transaction of its own."""
    # Without `logged_read`, which would check a role first: the row is about officers without one, or
    # without access. What was typed as a number may be a name; only what looks like a person's number is
    # logged.
    with ledger.open_session() as session:
        known = number if number.startswith("P-") and number[2:].isdigit() else "unknown"
        writing.write_audit_row(session, officer, "wall.refused", f"person:{known[:20]}", at=now)
