"""Looking behind the wall: for the person's screeners, or through broken glass; every look is logged, refused ones too."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from warroom import clock
from warroom.access import role_groups
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger import officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.survivors import confidential, repository
from warroom.survivors.views import Opened, Sealed


def open_wall(
    ledger: Ledger,
    officer: Officer,
    number: str,
    kinds: Iterable[confidential.Kind] = confidential.KINDS,
    *,
    now: datetime | None = None,
) -> Opened:
    """What was told in confidence, opened; raises NotAllowed for whoever is not of the team and broke no glass.

    Nothing is opened before the look is committed in the looks of the wall and in the audit log.
    """
    now, wanted = now or clock.now(), tuple(dict.fromkeys(kinds))
    try:
        rows, names, person, way = _fetch(ledger, officer, number, wanted, now)
    except (NotAllowed, NotPossible):
        _note_refusal(ledger, officer, number, now)
        raise NotAllowed("survivors.read-by-screeners-alone") from None
    things = tuple(
        Sealed(row.kind, row.about, names[row.author], row.at, row.open(ledger.home)) for row in rows
    )
    return Opened(person, way, things)


def _fetch(
    ledger: Ledger, officer: Officer, number: str, kinds: tuple[confidential.Kind, ...], now: datetime
) -> tuple[list[confidential.Row], dict[int, str], str, Literal["team", "glass"]]:
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.TOLD_READERS)
        person = repository.find(session, row, number)
        member = repository.member_of(session, person, row.id) is not None
        if member and (sentence := repository.conflict(session, person, row)):
            raise NotAllowed(sentence)
        rows = confidential.fetch(session, person.id, row.id, kinds, now)
        names = {one.id: one.name for one in session.execute(select(OfficerRow.id, OfficerRow.name))}
        way: Literal["team", "glass"] = "team" if member else "glass"
        writing.append(session, officer, "wall.read", repository.subject(person), {"way": way}, at=now)
        return rows, names, person.number, way


def _note_refusal(ledger: Ledger, officer: Officer, number: str, now: datetime) -> None:
    """Whoever was not let in is written down as well, in a transaction of its own."""
    with ledger.session() as session:
        known = number if number.startswith("P-") and number[2:].isdigit() else "unknown"
        writing.append(session, officer, "wall.refused", f"person:{known[:20]}", at=now)
