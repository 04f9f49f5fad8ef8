"""Collects everything a bundle shows of a case, from one database snapshot."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from warroom.cases.hold_views import load_appeal_views, load_hold_views
from warroom.cases.queries.case_list import to_board_row
from warroom.cases.schema import AppealRow, Case, CaseReportRow, Hold, Snapshot
from warroom.evidence import custody_steps, repository, store
from warroom.evidence.schema import EvidenceItem
from warroom.home import Home
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.schema import OfficerRow
from warroom.orders.queries import answer_view, order_view
from warroom.orders.schema import Order, OrderAnswer


@dataclass(slots=True)
class BundleContents:
    """Documents by their path in the bundle as JSON values, texts as they were frozen, and files to copy.

    `protected` are the log subjects of items given by survivors, which never leave with a bundle.
    """

    case: str
    documents: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)


def gather_case(session: Session, home: Home, case: Case) -> BundleContents:
    """The case as this session's snapshot shows it."""
    gathered = BundleContents(case.number)
    gathered.documents["case.json"] = _build_case(session, case)
    gathered.documents["orders.json"] = _build_orders(session, home, case, gathered)
    gathered.documents["evidence.json"] = _build_evidence(session, home, case, gathered)
    query = select(Snapshot).where(Snapshot.case_id == case.id).order_by(Snapshot.id)
    for frozen in session.scalars(query):
        gathered.texts[f"snapshots/{frozen.sha256}.json"] = frozen.trail
    return gathered


def _build_case(session: Session, case: Case) -> dict[str, Any]:
    reports = session.scalars(
        select(CaseReportRow)
        .where(CaseReportRow.case_id == case.id)
        .order_by(CaseReportRow.reported_at, CaseReportRow.source, CaseReportRow.record_id)
    )
    # Both lists are ordered by id: the same state must give the same bytes.
    actions = list(session.scalars(select(Hold).where(Hold.case_id == case.id).order_by(Hold.id)))
    appeals = select(AppealRow).where(AppealRow.hold_id.in_([action.id for action in actions]))
    columns = ("source", "record_id", "reported_at", "loss", "channel", "transfer_ids", "first")
    return {
        "case": to_json_value(to_board_row(case)),
        "reports": [{name: to_json_value(getattr(row, name)) for name in columns} for row in reports],
        "holds": to_json_value(load_hold_views(session, actions)),
        "appeals": to_json_value(load_appeal_views(session, session.scalars(appeals.order_by(AppealRow.id)))),
    }


def _build_orders(session: Session, home: Home, case: Case, gathered: BundleContents) -> list[dict[str, Any]]:
    """Orders in the order they were made, with their answers; sent messages are added to the bundle as files."""
    holds = select(Hold.id).where(Hold.case_id == case.id)
    mine = or_(Order.hold_id.in_(holds), Order.facts["case"].astext == case.number)
    shown = []
    for order in session.scalars(select(Order).where(mine).order_by(Order.made_at, Order.order_id)):
        answers = (
            select(OrderAnswer)
            .where(OrderAnswer.order_id == order.order_id)
            .order_by(OrderAnswer.time, OrderAnswer.id)
        )
        shown_order = to_json_value(order_view(order))
        shown_order["answers"] = [to_json_value(answer_view(answer)) for answer in session.scalars(answers)]
        shown.append(shown_order)
        for kind in (".json", ".pdf", ".xml"):
            path = home.outbox / f"{order.order_id}{kind}"
            # An order that never left has no message, and not every message has a letter.
            if path.is_file():
                gathered.files[f"messages/{path.name}"] = path
    return shown


def _build_evidence(session: Session, home: Home, case: Case, gathered: BundleContents) -> dict[str, Any]:
    query = select(EvidenceItem).where(EvidenceItem.case_id == case.id).order_by(EvidenceItem.id)
    items = list(session.scalars(query))
    # Separated first: no code below handles a protected item.
    gathered.protected = {f"evidence:E-{item.id}" for item in items if item.protected}
    shown = [item for item in items if not item.protected]
    views = {view.id: view for view in repository.load_views(session, shown)}
    events = repository.load_events(session, [item.id for item in shown])
    people = repository.load_custody_officers(
        session, {number for row in events.values() for number in repository.list_named_officers(row)}
    )
    item_documents = []
    for item in shown:
        view = to_json_value(views[item.id])
        # Always false here: a field that is always false would only raise questions.
        del view["protected"]
        # Named by our number: an owner's file name is untrusted data in the bundle and never a path.
        name = f"evidence/E-{item.id}.bin"
        lies = item.sha256 is not None and view["state"] != "destroyed"
        if lies:
            gathered.files[name] = store.get_file_path(home, item.sha256 or "")
            gathered.hashes[name] = item.sha256 or ""
        item_documents.append(
            view | {"file": name if lies else None, "custody": _build_custody(item, events[item.id], people)}
        )
    named = session.scalars(select(OfficerRow).where(OfficerRow.id.in_(people)).order_by(OfficerRow.username))
    return {"items": item_documents, "officers": {row.username: [row.name, row.agency] for row in named}}


def _build_custody(
    item: EvidenceItem, events: list[Any], people: custody_steps.OfficersById
) -> list[dict[str, Any]]:
    custody_rows, before = [], custody_steps.START
    for event in events:
        custody_rows.append(
            to_json_value(custody_steps.build_step_facts(item, event, before, people))
            | {"sha256": event.sha256}
        )
        before = event.sha256
    return custody_rows


def format_document(value: Any) -> str:
    """A document as text: sorted keys, indented, one line feed at the end; readable for people too."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
