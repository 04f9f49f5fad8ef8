"""Lines of a time line from the ledger: what was reported, decided, sent, answered and ended, each with its
source.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, ActionSubject, ActionTransition, Operation, OperationTimeline
from warroom.assets.schema import Asset, AssetEvent
from warroom.cases.schema import (
    AppealRow,
    Case,
    CaseReportRow,
    Claim,
    Hold,
    HoldExtension,
    HoldRelease,
    Proposal,
    Snapshot,
)
from warroom.evidence.schema import EvidenceItem
from warroom.orders.schema import Order, OrderAnswer
from warroom.reasons.reason import HOME
from warroom.requests.schema import Request, RequestEvent
from warroom.room.lookup.views import TimelineLine

ROOM = ""
"""The source of what the room itself did."""

Cases = Mapping[int, str]
"""Numbers of cases by their ids."""
About = Callable[[str, str], bool]
"""Whether an account, by its bank and number, is the one asked for."""


def list_case_lines(session: Session, case: Case) -> list[TimelineLine]:
    """Everything that happened in a case."""
    cases = {case.id: case.number}
    opened = TimelineLine(
        case.opened_at, "case", "opened", ROOM, case=case.number, address=f"/cases/{case.number}"
    )
    parts = (
        _iter_reports(session, cases),
        _iter_claims(session, cases, _is_any_account),
        _iter_trail_steps(_trail_of(session, case.id), case),
        _iter_holds(session, cases, _is_any_account),
        _iter_actions(session, cases, ()),
        _iter_requests(session, cases, ""),
        _iter_operations(session, cases),
        _iter_assets(session, cases),
        _iter_evidence(session, cases),
    )
    return [opened, *(line for part in parts for line in part)]


def list_subject_lines(
    session: Session, cases: Cases, names: tuple[str, ...], about: About | None
) -> list[TimelineLine]:
    """What the ledger's cases say of a subject: by its names in actions, and as an account in transfers and holds."""
    lines = [*_iter_actions(session, cases, names)]
    for name in names:
        # One query for each spelling: the subject of a request is free text.
        lines += _iter_requests(session, cases, name)
    if about is not None:
        lines += [*_iter_claims(session, cases, about), *_iter_holds(session, cases, about)]
    # A request that says two spellings of the subject was found under each of them.
    return list(dict.fromkeys(lines))


def _is_any_account(bank: str, number: str) -> bool:
    return True


def _iter_reports(session: Session, cases: Cases) -> Iterator[TimelineLine]:
    for row in session.scalars(select(CaseReportRow).where(CaseReportRow.case_id.in_(cases))):
        yield TimelineLine(
            row.reported_at, "reports", "reported", row.source, row.record_id,
            text=row.channel, amount=row.loss, case=cases[row.case_id],
        )  # fmt: skip


def _iter_claims(session: Session, cases: Cases, about: About) -> Iterator[TimelineLine]:
    # A transfer that was reported and never found has no time, and no place on a line of time.
    claims = session.scalars(select(Claim).where(Claim.case_id.in_(cases), Claim.time.is_not(None)))
    rows = [row for row in claims if about(row.payer_bank, row.payer) or about(row.payee_bank, row.payee)]
    # The reported transfers of a case are followed together, so they are of one currency: its trail's.
    trails = {case_id: _trail_of(session, case_id) for case_id in {row.case_id for row in rows}}
    for row in rows:
        if row.time is not None:
            yield TimelineLine(
                row.time, "transfers", "reported", row.source, row.record_id,
                accounts=((row.payer_bank, row.payer), (row.payee_bank, row.payee)),
                amount=row.amount, case=cases[row.case_id], currency=trails[row.case_id].get("currency", HOME),
            )  # fmt: skip


def _trail_of(session: Session, case_id: int) -> Mapping[str, Any]:
    """The frozen trail of a case; one without steps where there is none."""
    found = select(Snapshot.trail).join(Case, Case.snapshot_id == Snapshot.id).where(Case.id == case_id)
    text = session.scalar(found)
    trail: Mapping[str, Any] = json.loads(text) if text else {"steps": [], "transfer_ids": []}
    return trail


def _iter_trail_steps(trail: Mapping[str, Any], case: Case) -> Iterator[TimelineLine]:
    """The steps of the frozen trail without the reported transfers, which have lines of their own."""
    reported = {name.rpartition(":")[2] for name in trail["transfer_ids"]}
    for step in trail["steps"]:
        if step["record_id"] in reported:
            continue
        accounts = tuple((step[side]["bank"], step[side]["number"]) for side in ("payer", "payee"))
        yield TimelineLine(
            datetime.fromisoformat(step["time"]), "transfers", "traced", step["source"], step["record_id"],
            accounts=accounts, amount=step["traced"], case=case.number, currency=trail.get("currency", HOME),
        )  # fmt: skip


def _iter_holds(session: Session, cases: Cases, about: About) -> Iterator[TimelineLine]:
    actions = {
        row.id: row
        for row in session.scalars(select(Hold).where(Hold.case_id.in_(cases)))
        if about(row.bank, row.account)
    }
    for row in actions.values():
        yield _of_hold(cases, row, row.approved_at, "approved", amount=row.amount)
    for hold_id, at, cause, reason in _iter_rows_of_holds(
        session, select(HoldRelease.hold_id, HoldRelease.at, HoldRelease.cause, HoldRelease.reason), actions
    ):
        yield _of_hold(cases, actions[hold_id], at, f"released-{cause}", text=reason)
    extended = select(HoldExtension.hold_id, HoldExtension.approved_at, HoldExtension.complaint_no)
    for hold_id, at, complaint in _iter_rows_of_holds(
        session, extended.where(HoldExtension.approved_at.is_not(None)), actions
    ):
        yield _of_hold(cases, actions[hold_id], at, "extended", text=complaint)
    yield from _iter_appeals(session, cases, actions)
    yield from _iter_orders(session, cases, actions)
    yield from _iter_declined(session, cases, about)


def _iter_appeals(session: Session, cases: Cases, actions: Mapping[int, Hold]) -> Iterator[TimelineLine]:
    for row in session.scalars(select(AppealRow).where(AppealRow.hold_id.in_(actions))):
        yield _of_hold(cases, actions[row.hold_id], row.filed_at, "appealed", kind="appeal", text=row.text)
        if row.answered_at is not None:
            yield _of_hold(
                cases, actions[row.hold_id], row.answered_at, row.state, kind="appeal", text=row.reason
            )


def _iter_orders(session: Session, cases: Cases, actions: Mapping[int, Hold]) -> Iterator[TimelineLine]:
    orders = {row.order_id: row for row in session.scalars(select(Order).where(Order.hold_id.in_(actions)))}
    for row in orders.values():
        if row.sent_at is not None and row.hold_id is not None:
            yield _of_hold(
                cases,
                actions[row.hold_id],
                row.sent_at,
                f"sent-{row.kind}",
                kind="order",
                record=row.order_id,
            )
    for answer in session.scalars(select(OrderAnswer).where(OrderAnswer.order_id.in_(orders))):
        hold = actions[orders[answer.order_id].hold_id or 0]
        yield _of_hold(
            cases, hold, answer.time, answer.status, kind="answer", text=answer.text,
            source=answer.partner, record=answer.order_id, amount=answer.amount,
        )  # fmt: skip


def _iter_declined(session: Session, cases: Cases, about: About) -> Iterator[TimelineLine]:
    query = select(Proposal).where(Proposal.case_id.in_(cases), Proposal.state == "declined")
    for row in session.scalars(query):
        if row.decided_at is not None and about(row.bank, row.account):
            yield TimelineLine(
                row.decided_at, "hold", "declined", ROOM, accounts=((row.bank, row.account),), text=row.decline_reason,
                amount=row.amount, case=cases[row.case_id], address=f"/cases/{cases[row.case_id]}#holds",
            )  # fmt: skip


def _iter_rows_of_holds(
    session: Session, query: Select[*tuple[Any, ...]], actions: Mapping[int, Hold]
) -> Iterator[Any]:
    yield from session.execute(query.where(query.selected_columns[0].in_(actions)))


def _of_hold(
    cases: Cases,
    hold: Hold,
    at: datetime,
    code: str,
    *,
    kind: str = "hold",
    source: str = ROOM,
    **more: Any,
) -> TimelineLine:
    case = cases[hold.case_id]
    record = more.pop("record", hold.reference)
    return TimelineLine(
        at,
        kind,
        code,
        source,
        record,
        accounts=((hold.bank, hold.account),),
        case=case,
        address=f"/cases/{case}#hold-{hold.id}",
        **more,
    )


def _iter_actions(session: Session, cases: Cases, names: tuple[str, ...]) -> Iterator[TimelineLine]:
    query = (
        select(ActionTransition, Action)
        .join(Action, Action.id == ActionTransition.action_id)
        .where(Action.case_id.in_(cases))
    )
    if names:
        named = select(ActionSubject.action_id).where(ActionSubject.subject.in_(names))
        query = query.where(Action.id.in_(named))
    for step, row in session.execute(query):
        yield TimelineLine(
            step.at, "action", step.after, ROOM, row.reference, about=row.kind, text=step.reason or row.reason,
            case=cases[row.case_id or 0], address=f"/actions/{row.id}",
        )  # fmt: skip


def _iter_requests(session: Session, cases: Cases, name: str) -> Iterator[TimelineLine]:
    query = (
        select(RequestEvent, Request)
        .join(Request, Request.id == RequestEvent.request_id)
        .where(Request.case_id.in_(cases))
    )
    if name:
        # The subject of a request is an officer's free text, which contains the name somewhere.
        query = query.where(Request.subject.contains(name, autoescape=True))
    for event, row in session.execute(query):
        yield TimelineLine(
            event.at, "request", event.kind, row.partner, row.number, about=row.subject, text=event.text,
            case=cases[row.case_id or 0], address=f"/requests/{row.id}",
        )  # fmt: skip


def _iter_operations(session: Session, cases: Cases) -> Iterator[TimelineLine]:
    query = select(OperationTimeline, Operation).join(
        Operation, Operation.id == OperationTimeline.operation_id
    )
    for line, row in session.execute(query.where(Operation.case_id.in_(cases))):
        yield TimelineLine(
            line.at, "operation", "said", line.agency, about=row.title, text=line.text,
            case=cases[row.case_id or 0], address=f"/operations/{row.id}",
        )  # fmt: skip


def _iter_assets(session: Session, cases: Cases) -> Iterator[TimelineLine]:
    query = select(AssetEvent, Asset).join(Asset, Asset.id == AssetEvent.asset_id)
    for event, row in session.execute(query.where(Asset.case_id.in_(cases))):
        yield TimelineLine(
            event.at, "asset", event.kind, event.authority or ROOM, row.number, about=row.title, text=event.text,
            case=cases[row.case_id], address=f"/assets/{row.id}",
        )  # fmt: skip


def _iter_evidence(session: Session, cases: Cases) -> Iterator[TimelineLine]:
    """Items of evidence as they came in; protected items are named in the evidence feature only."""
    query = select(EvidenceItem).where(EvidenceItem.case_id.in_(cases), EvidenceItem.protected.is_(False))
    for row in session.scalars(query):
        yield TimelineLine(
            row.received_at, "evidence", "received", row.source, about=row.name,
            case=cases[row.case_id], address=f"/evidence/{row.id}",
        )  # fmt: skip
