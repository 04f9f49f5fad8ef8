"""Everything a bundle shows of a case, read in one moment."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from warroom.cases.hold_views import appeal_views, hold_views
from warroom.cases.queries.case_list import board_row
from warroom.cases.schema import AppealRow, Case, CaseReportRow, Hold, Snapshot
from warroom.evidence import custody_steps, repository, store
from warroom.evidence.schema import EvidenceItem
from warroom.home import Home
from warroom.ledger.canonical_json import plain
from warroom.ledger.schema import OfficerRow
from warroom.orders.queries import answer_view, order_view
from warroom.orders.schema import Answer, Order


@dataclass(slots=True)
class Gathered:
    """Documents by their path in the bundle as JSON values, texts as they were frozen, and files to copy.

    `protected` are the subjects under which the log knows what stays behind the wall.
    """

    case: str
    documents: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)


def gather(session: Session, home: Home, case: Case) -> Gathered:
    """The case as it stands in this session's moment."""
    found = Gathered(case.number)
    found.documents["case.json"] = _case(session, case)
    found.documents["orders.json"] = _orders(session, home, case, found)
    found.documents["evidence.json"] = _evidence(session, home, case, found)
    query = select(Snapshot).where(Snapshot.case_id == case.id).order_by(Snapshot.id)
    for frozen in session.scalars(query):
        found.texts[f"snapshots/{frozen.sha256}.json"] = frozen.trail
    return found


def _case(session: Session, case: Case) -> dict[str, Any]:
    reports = session.scalars(
        select(CaseReportRow)
        .where(CaseReportRow.case_id == case.id)
        .order_by(CaseReportRow.reported_at, CaseReportRow.source, CaseReportRow.record_id)
    )
    actions = list(session.scalars(select(Hold).where(Hold.case_id == case.id).order_by(Hold.id)))
    appeals = select(AppealRow).where(AppealRow.hold_id.in_([action.id for action in actions]))
    columns = ("source", "record_id", "reported_at", "loss", "channel", "transfer_ids", "first")
    return {
        "case": plain(board_row(case)),
        "reports": [{name: plain(getattr(row, name)) for name in columns} for row in reports],
        "holds": plain(hold_views(session, actions)),
        "appeals": plain(appeal_views(session, session.scalars(appeals.order_by(AppealRow.id)))),
    }


def _orders(session: Session, home: Home, case: Case, found: Gathered) -> list[dict[str, Any]]:
    """Orders in the order they were made, with their answers; the messages that left go along as files."""
    holds = select(Hold.id).where(Hold.case_id == case.id)
    mine = or_(Order.hold_id.in_(holds), Order.facts["case"].astext == case.number)
    shown = []
    for order in session.scalars(select(Order).where(mine).order_by(Order.made_at, Order.order_id)):
        answers = select(Answer).where(Answer.order_id == order.order_id).order_by(Answer.time, Answer.id)
        told = plain(order_view(order))
        told["answers"] = [plain(answer_view(answer)) for answer in session.scalars(answers)]
        shown.append(told)
        for kind in (".json", ".pdf", ".xml"):
            path = home.outbox / f"{order.order_id}{kind}"
            # An order that never left has no message, and not every message has a letter.
            if path.is_file():
                found.files[f"messages/{path.name}"] = path
    return shown


def _evidence(session: Session, home: Home, case: Case, found: Gathered) -> dict[str, Any]:
    query = select(EvidenceItem).where(EvidenceItem.case_id == case.id).order_by(EvidenceItem.id)
    items = list(session.scalars(query))
    # Kept apart first: nothing below has a protected item in hand.
    found.protected = {f"evidence:E-{item.id}" for item in items if item.protected}
    shown = [item for item in items if not item.protected]
    views = {view.id: view for view in repository.views(session, shown)}
    events = repository.events_of(session, [item.id for item in shown])
    people = repository.people_of(
        session, {number for row in events.values() for number in repository.in_steps(row)}
    )
    told = []
    for item in shown:
        view = plain(views[item.id])
        # Always false here: a field that is there to be false would only raise the question.
        del view["protected"]
        # Under our number: names that owners gave are data in the bundle and never paths.
        name = f"evidence/E-{item.id}.bin"
        lies = item.sha256 is not None and view["state"] != "destroyed"
        if lies:
            found.files[name] = store.path_of(home, item.sha256 or "")
            found.hashes[name] = item.sha256 or ""
        told.append(
            view | {"file": name if lies else None, "custody": _custody(item, events[item.id], people)}
        )
    named = session.scalars(select(OfficerRow).where(OfficerRow.id.in_(people)).order_by(OfficerRow.username))
    return {"items": told, "officers": {row.username: [row.name, row.agency] for row in named}}


def _custody(item: EvidenceItem, events: list[Any], people: custody_steps.People) -> list[dict[str, Any]]:
    told, before = [], custody_steps.START
    for event in events:
        told.append(plain(custody_steps.facts(item, event, before, people)) | {"sha256": event.sha256})
        before = event.sha256
    return told


def as_text(value: Any) -> str:
    """A document as it stands in the bundle: sorted, indented, for people too."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
