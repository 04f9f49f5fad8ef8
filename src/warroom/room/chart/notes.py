"""Notes pinned to nodes of a case's chart, with officer and time; taken off, never changed."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases import purposes, sealing
from warroom.cases.schema import Case
from warroom.errors import NotFound, NotPossible
from warroom.ledger import idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import view_of
from warroom.ledger.schema import OfficerRow
from warroom.networks.shapes import Network
from warroom.room.chart.cache import looked_at
from warroom.room.chart.node_masking import Eyes, eyes_of
from warroom.room.chart.schema import ChartNoteRow
from warroom.room.chart.views import ChartLook, ChartNote

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

LONGEST, LONGEST_NODE = 500, 300


def pin(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    node: str,
    text: str,
    key: str,
    *,
    now: datetime | None = None,
) -> int:
    """Pin a note to a node of the chart; its number. The same key again pins nothing more.

    Raises NotAllowed, NotFound, PurposeNeeded, NotPossible without words.
    """
    text, node, moment = " ".join(text.split())[:LONGEST], node.strip()[:LONGEST_NODE], now or clock.now()
    if not text or not node:
        raise NotPossible("chart.note-unfit")
    with ledger.session() as session:
        person, case = _case(session, officer, number, moment)
        eyes = eyes_of(ledger, person, case)
        about = _real(looked_at(session, lake, case, look, moment, eyes).network, eyes, node)
        known = idempotency.first_time(session, person, key, ["chart.note", number, node, text], moment)
        if known is not None:
            return int(known[0])
        row = ChartNoteRow(case_id=case.id, node=about, text=text, officer_id=person.id, at=moment)
        session.add(row)
        session.flush()
        idempotency.keep(session, person, key, [row.id])
        detail = {"note": row.id, "node": about, "text": text}
        writing.append(session, officer, "chart.noted", f"case:{number}", detail, case=number, at=now)
        return row.id


def take_off(
    ledger: Ledger, officer: Officer, number: str, note: int, *, now: datetime | None = None
) -> None:
    """Take a note off the chart: one's own, or any with the role of a supervisor. It stays in the ledger."""
    moment = now or clock.now()
    with ledger.session() as session:
        person, case = _case(session, officer, number, moment)
        row = session.get(ChartNoteRow, note, with_for_update=True)
        if row is None or row.case_id != case.id:
            raise NotFound("chart.no-such-note")
        if not _may_take_off(person, row):
            raise NotPossible("chart.note-of-another")
        if row.off_at is None:
            row.off_by, row.off_at = person.id, moment
            writing.append(
                session, officer, "chart.note-off", f"case:{number}", {"note": note}, case=number, at=now
            )


def of_case(
    session: Session, person: OfficerRow, case: Case, eyes: Eyes, network: Network
) -> tuple[ChartNote, ...]:
    """The notes of a chart, the newest first. On a node that is masked for the officer, its masked name."""
    query = (
        select(ChartNoteRow, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == ChartNoteRow.officer_id)
        .where(ChartNoteRow.case_id == case.id, ChartNoteRow.off_at.is_(None))
        .order_by(ChartNoteRow.id.desc())
    )
    names = {node.id: eyes.name(node) for node in network.nodes.values()}
    masked = any(eyes.masked(node) for node in network.nodes.values())
    return tuple(
        view_of(
            ChartNote,
            row,
            node=names.get(row.node, "" if masked else row.node),
            officer=name,
            shown=row.node in names,
            may_take_off=_may_take_off(person, row),
        )
        for row, name in session.execute(query)
    )


def _case(session: Session, officer: Officer, number: str, now: datetime) -> tuple[OfficerRow, Case]:
    person = officers.require(session, officer, *role_groups.CHART_WORKERS)
    case = sealing.case_of(session, person, number)
    purposes.may_read(session, person, case, now)
    return person, case


def _real(network: Network, eyes: Eyes, node: str) -> str:
    """The node that is shown under this name; raises NotFound."""
    found = next((one.id for one in network.nodes.values() if eyes.name(one) == node), None)
    if found is None:
        raise NotFound("chart.not-there")
    return found


def _may_take_off(person: OfficerRow, row: ChartNoteRow) -> bool:
    return row.officer_id == person.id or "supervisor" in person.roles
