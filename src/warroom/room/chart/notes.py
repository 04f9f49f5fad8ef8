"""Notes pinned to nodes of a case's chart, with officer and time; taken off, never changed."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.networks.shapes import Network
from warroom.room.chart.cache import load_viewed_network
from warroom.room.chart.node_masking import NodeMask, build_node_mask
from warroom.room.chart.schema import ChartNoteRow
from warroom.room.chart.views import ChartLook, ChartNote

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Characters: a note is a remark on a drawing, and a node's name holds at most a long address.
LONGEST, LONGEST_NODE = 500, 300


def pin_note(
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
    """Pin a note to a node of the chart; returns the note's number. A repeated `key` returns the first note's.

    Raises NotAllowed, NotFound, PurposeNeeded, NotPossible without words.
    """
    text, node = " ".join(text.split())[:LONGEST], node.strip()[:LONGEST_NODE]
    if not text or not node:
        raise NotPossible("chart.note-unfit")
    with open_decision(ledger, officer, *role_groups.CHART_WORKERS, now=now) as this:
        case = purposes.read_case(this, number)
        eyes = build_node_mask(lake.home, this.person, case)
        # The displayed name may be a pseudonym: the note is stored with the node's own name.
        about = _resolve_node(
            load_viewed_network(this.session, lake, case, look, this.now, eyes).network, eyes, node
        )
        if (known := this.find_earlier_result(key, "chart.note", number, node, text)) is not None:
            return int(known[0])
        row = ChartNoteRow(case_id=case.id, node=about, text=text, officer_id=this.person.id, at=this.now)
        this.session.add(row)
        this.session.flush()
        this.save_result(row.id)
        this.log_entry("chart.noted", f"case:{number}", {"note": row.id, "node": about, "text": text}, number)
        return row.id


def remove_note(
    ledger: Ledger, officer: Officer, number: str, note: int, *, now: datetime | None = None
) -> None:
    """Take a note off the chart: one's own, or any with the role of a supervisor. It stays in the ledger."""
    with open_decision(ledger, officer, *role_groups.CHART_WORKERS, now=now) as this:
        case = purposes.read_case(this, number)
        row = this.session.get(ChartNoteRow, note, with_for_update=True)
        # By its case too: a number alone would reach notes of cases that are sealed to this officer.
        if row is None or row.case_id != case.id:
            raise NotFound("chart.no-such-note")
        if not _may_remove_note(this.person, row):
            raise NotPossible("chart.note-of-another")
        # Twice is once: the first who took it off stays on record.
        if row.off_at is None:
            row.off_by, row.off_at = this.person.id, this.now
            this.log_entry("chart.note-off", f"case:{number}", {"note": note}, number)


def list_chart_notes(
    session: Session, person: OfficerRow, case: Case, eyes: NodeMask, network: Network
) -> tuple[ChartNote, ...]:
    """The notes of a chart, the newest first; a node that is masked for the officer has its masked name."""
    query = (
        select(ChartNoteRow, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == ChartNoteRow.officer_id)
        .where(ChartNoteRow.case_id == case.id, ChartNoteRow.off_at.is_(None))
        .order_by(ChartNoteRow.id.desc())
    )
    # A note on a node that is not drawn now still has its name, unless some names are masked for this officer.
    names = {node.id: eyes.mask_name(node) for node in network.nodes.values()}
    masked = any(eyes.is_masked(node) for node in network.nodes.values())
    return tuple(
        make_view(
            ChartNote,
            row,
            node=names.get(row.node, "" if masked else row.node),
            officer=name,
            shown=row.node in names,
            may_take_off=_may_remove_note(person, row),
        )
        for row, name in session.execute(query)
    )


def _resolve_node(network: Network, eyes: NodeMask, node: str) -> str:
    """The node that is shown under this name; raises NotFound."""
    found = next((one.id for one in network.nodes.values() if eyes.mask_name(one) == node), None)
    if found is None:
        raise NotFound("chart.not-there")
    return found


def _may_remove_note(person: OfficerRow, row: ChartNoteRow) -> bool:
    return row.officer_id == person.id or "supervisor" in person.roles
