"""Drafting, approving, reminding and withdrawing: what officers do with a request, each once by its key."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import agencies
from warroom.cases import belonging, purposes, sealing
from warroom.cases.schema import Case
from warroom.errors import NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines, idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.requests import letters, rows
from warroom.requests.kinds import Declared, declared_kind
from warroom.requests.queries import request_view
from warroom.requests.schema import Request, RequestApproval, RequestItem
from warroom.requests.views import RequestKind, RequestView

MOST_ITEMS = 50


@dataclass(frozen=True, slots=True)
class Asking:
    """What is to be asked. `case` is a case's number, "" for none; `keep_until` is when the answer will be erased;
    `wanted_by` None leaves it to the kind's clock; `amount` in satang is what to stop, 0 for all but stop-payments.
    """

    partner: str
    kind: RequestKind
    purpose: str
    subject: str
    items: tuple[str, ...]
    keep_until: datetime
    case: str = ""
    amount: int = 0
    wanted_by: datetime | None = None


def draft_request(
    ledger: Ledger, officer: Officer, asking: Asking, key: str, *, now: datetime | None = None
) -> RequestView:
    """Write a request down; it leaves only once others have approved it.

    Raises NotAllowed without the role of the kind, NotFound for an unknown case or agency, NotPossible where the
    agency has ended or is not of the kind's partners, where nothing is asked, or no rule in force carries it.
    """
    now = now or clock.now()
    declared = declared_kind(asking.kind)
    items = _items(asking, now)
    with ledger.session() as session:
        person = officers.require(session, officer, *declared.action.proposes)
        before = idempotency.first_time(session, person, key, ["request.draft", plain(asking)], now)
        if before is not None:
            return request_view(session, before[0])
        request = _new(session, person, declared, asking, now)
        for place, text in enumerate(items, 1):
            session.add(RequestItem(request_id=request.id, place=place, text=text))
        rows.note(session, request, "drafted", now, now, person.id)
        idempotency.keep(session, person, key, [request.id])
        detail = {
            "partner": request.partner,
            "kind": request.kind,
            "items": len(items),
            "rule": request.rule_id,
        }
        _log(session, officer, "request.drafted", request, now, detail)
        return request_view(session, request.id)


def _items(asking: Asking, now: datetime) -> list[str]:
    items = [text.strip() for text in asking.items if text.strip()]
    if not items or len(items) > MOST_ITEMS:
        raise NotPossible("requests.items-count", most=MOST_ITEMS)
    if not (asking.purpose.strip() and asking.subject.strip()):
        raise NotPossible("requests.subject-missing")
    if asking.wanted_by is not None and asking.wanted_by <= now:
        raise NotPossible("requests.due-past")
    if asking.keep_until <= (asking.wanted_by or now):
        raise NotPossible("requests.kept-too-short")
    return items


def _amount(asking: Asking, case: Case | None) -> int:
    """Least stop: an amount, of a case, and never more than its loss."""
    if asking.kind != "stop-payment":
        if asking.amount:
            raise NotPossible("requests.amount-not-asked-for")
    elif case is None or not 0 < asking.amount <= case.loss:
        raise NotPossible("requests.payment-stop-unfit")
    return asking.amount


def _new(session: Session, person: OfficerRow, declared: Declared, asking: Asking, now: datetime) -> Request:
    partner = agencies.agency_of(session, asking.partner, *declared.action.partners)
    rule = law.rule_for(session, declared.action.rules, now)
    case = sealing.case_of(session, person, asking.case) if asking.case else None
    if case is not None:
        purposes.note_work(session, person, case, now)
    number = session.scalar(select(func.nextval("requests_id_seq")))
    request = Request(
        id=number,
        number=f"Q-{number}",
        case_id=case.id if case else None,
        partner=partner.code,
        kind=declared.id,
        purpose=asking.purpose.strip(),
        subject=asking.subject.strip(),
        rule_id=rule.id,
        rule_digest=rule.digest,
        state="drafted",
        drafted_by=person.id,
        drafted_at=now,
        amount=_amount(asking, case),
        keep_until=asking.keep_until,
        wanted_by=asking.wanted_by,
    )
    session.add(request)
    session.flush()
    return request


def approve_request(
    ledger: Ledger, officer: Officer, request_id: int, key: str, *, now: datetime | None = None
) -> RequestView:
    """Give one's word for a request; with the last word needed its order waits for the partner.

    Raises NotAllowed without the kind's role or for who drafted it, NotFound, and NotPossible where it was decided
    already, the time wanted has passed, the partner has ended, or the rule it was drafted under is no longer the law.
    """
    now = now or clock.now()
    with ledger.session() as session:
        request = rows.locked(session, request_id)
        declared = declared_kind(request.kind)
        person = officers.require(session, officer, *declared.action.approves)
        belonging.open_to(session, person, request.case_id, now, "requests.no-such-request")
        if idempotency.first_time(session, person, key, ["request.approve", request_id], now) is not None:
            return request_view(session, request_id)
        _may_approve(session, request, person, now)
        _same_rule(session, request, declared, now)
        session.add(RequestApproval(request_id=request.id, officer_id=person.id, at=now))
        rows.note(session, request, "approved", now, now, person.id)
        if _given(session, request) >= declared.action.approvers:
            _send(session, request, declared, now)
        _log(session, officer, "request.approved", request, now, {"state": request.state})
        return request_view(session, request_id)


def _may_approve(session: Session, request: Request, person: OfficerRow, now: datetime) -> None:
    if request.state != "drafted":
        raise NotPossible("requests.decided-already", number=request.number)
    if person.id == request.drafted_by:
        raise NotPossible("requests.drafted-by-you")
    if session.get(RequestApproval, (request.id, person.id)) is not None:
        raise NotPossible("requests.approved-by-you")
    if request.wanted_by is not None and request.wanted_by <= now:
        raise NotPossible("requests.due-over")


def _same_rule(session: Session, request: Request, declared: Declared, now: datetime) -> None:
    agencies.agency_of(session, request.partner)
    rule = law.rule_for(session, declared.action.rules, now)
    if (rule.id, rule.digest) != (request.rule_id, request.rule_digest):
        raise NotPossible("requests.law-changed")


def _given(session: Session, request: Request) -> int:
    session.flush()
    query = select(func.count()).select_from(RequestApproval)
    return session.scalar(query.where(RequestApproval.request_id == request.id)) or 0


def _send(session: Session, request: Request, declared: Declared, now: datetime) -> None:
    """Enough officers agree: the deadline is set and the order waits for its partner."""
    request.state = "approved"
    request.due_at = request.wanted_by or now + declared.action.answer_within
    letters.emit(session, request, "request", now)
    deadlines.start(session, rows.ABOUT, request.id, rows.DUE, request.due_at, request.case_id)


def _log(
    session: Session, officer: Officer, verb: str, request: Request, now: datetime, detail: dict[str, object]
) -> None:
    case = belonging.case_number(session, request.case_id)
    writing.append(session, officer, verb, f"request:{request.id}", detail, case=case, at=now)
