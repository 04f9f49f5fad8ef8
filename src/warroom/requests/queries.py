"""Queries of requests, single and in lists; reads are logged."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.access.agencies import agency_view
from warroom.access.schema import Agency
from warroom.cases import belonging, sealing
from warroom.cases.schema import Case
from warroom.errors import NotFound
from warroom.evidence.queries import find_known_hashes
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.ledger.views import DeadlineView
from warroom.requests import rows
from warroom.requests.kinds import load_request_kind
from warroom.requests.schema import Request, RequestApproval, RequestDocument, RequestEvent, RequestItem
from warroom.requests.views import OPEN, RequestDocumentView, RequestEventView, RequestState, RequestView


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests to list; "" and None mean any. `late` are open ones past their deadline, `open` those that wait
    for an officer or the partner, `mine` those that the officer drafted.
    """

    case: str = ""
    partner: str = ""
    state: RequestState | None = None
    late: bool = False
    open: bool = False
    mine: bool = False


def load_request(
    ledger: Ledger, officer: Officer, request_id: int, *, now: datetime | None = None
) -> RequestView:
    """One request with everything that became of it; the read is logged. Raises NotAllowed or NotFound."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        row = this.session.get(Request, request_id)
        case, not_found = row.case_id if row else None, "requests.no-such-request"
        belonging.require_case_access(this.session, this.person, case, this.now, not_found, read=True)
        request = build_request_view(this.session, request_id)
        this.log_entry("request.read", f"request:{request_id}", case=request.case or None)
        return request


def list_requests(
    ledger: Ledger,
    officer: Officer,
    wanted: RequestFilter | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> tuple[list[RequestView], int]:
    """Requests without their events, the newest first, and how many there are. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        this.log_list_read("requests")
        session = this.session
        query = _build_query(wanted or RequestFilter(), this.now).where(
            sealing.is_visible_to(this.person, Request.case_id)
        )
        if wanted is not None and wanted.mine:
            query = query.where(Request.drafted_by == this.person.id)
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        page = query.order_by(Request.id.desc()).limit(limit).offset(offset)
        # Without events: a list shows the state only, and a page of fifty requests would read a thousand
        # events.
        return [_build_view(session, row, ()) for row in session.scalars(page)], total


def _build_query(wanted: RequestFilter, now: datetime) -> Select[Request]:
    query = select(Request)
    if wanted.case:
        query = query.join(Case, Case.id == Request.case_id).where(Case.number == wanted.case)
    if wanted.partner:
        query = query.where(Request.partner == wanted.partner)
    if wanted.state:
        query = query.where(Request.state == wanted.state)
    if wanted.open:
        query = query.where(Request.state.in_(("drafted", "approved", *OPEN)))
    return query.where(Request.state.in_(OPEN), Request.due_at < now) if wanted.late else query


def build_request_view(session: Session, request_id: int) -> RequestView:
    """A request with its events, documents and deadlines; raises NotFound."""
    session.flush()
    row = session.get(Request, request_id)
    if row is None:
        raise NotFound("requests.no-such-request")
    return _build_view(
        session,
        row,
        _list_events(session, row),
        _list_documents(session, row),
        deadlines.list_deadlines_by_thing(session, rows.ABOUT, [row.id])[row.id],
    )


def _build_view(
    session: Session,
    row: Request,
    events: tuple[RequestEventView, ...],
    documents: tuple[RequestDocumentView, ...] = (),
    due: tuple[DeadlineView, ...] = (),
) -> RequestView:
    declared = load_request_kind(row.kind)
    items = select(RequestItem.text).where(RequestItem.request_id == row.id).order_by(RequestItem.place)
    return make_view(
        RequestView,
        row,
        case=belonging.case_number(session, row.case_id) or "",
        partner=agency_view(session.get_one(Agency, row.partner)),
        kind=declared.id,
        title=declared.title,
        items=tuple(session.scalars(items)),
        rule=row.rule_id,
        citation=law.rule_under(row.rule_id, row.rule_digest).citation,
        drafted_by=session.get_one(OfficerRow, row.drafted_by).username,
        approved_by=_list_approvers(session, row),
        approvals_needed=declared.action.approvers,
        late=_is_late(session, row),
        events=events,
        documents=documents,
        deadlines=due,
    )


def _is_late(session: Session, row: Request) -> bool:
    """An answer dated back to before the deadline is late all the same: it was not here when the time ran out."""
    if row.due_at is not None and row.answered_at is not None and row.answered_at > row.due_at:
        return True
    # A deadline that struck stays late.
    struck = select(RequestEvent.id).where(RequestEvent.request_id == row.id, RequestEvent.kind == "late")
    return session.scalar(struck.limit(1)) is not None


def _list_approvers(session: Session, row: Request) -> tuple[str, ...]:
    query = (
        select(OfficerRow.username)
        .join(RequestApproval, RequestApproval.officer_id == OfficerRow.id)
        .where(RequestApproval.request_id == row.id)
        .order_by(RequestApproval.at, OfficerRow.id)
    )
    return tuple(session.scalars(query))


def _list_events(session: Session, row: Request) -> tuple[RequestEventView, ...]:
    query = (
        select(RequestEvent, OfficerRow.username)
        .outerjoin(OfficerRow, OfficerRow.id == RequestEvent.officer_id)
        .where(RequestEvent.request_id == row.id)
        .order_by(RequestEvent.id)
    )
    return tuple(
        make_view(RequestEventView, event, officer=name or "", order_id=event.order_id or "")
        for event, name in session.execute(query)
    )


def _list_documents(session: Session, row: Request) -> tuple[RequestDocumentView, ...]:
    query = select(RequestDocument).where(RequestDocument.request_id == row.id)
    found = list(session.scalars(query.order_by(RequestDocument.at, RequestDocument.sha256)))
    kept = find_known_hashes(session, [one.sha256 for one in found])
    return tuple(RequestDocumentView(one.sha256, one.name, one.at, one.sha256 in kept) for one in found)
