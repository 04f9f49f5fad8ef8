"""Drafting and approving requests: one officer drafts, others approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from warroom.access import agencies
from warroom.cases import purposes, sealing
from warroom.cases.schema import Case
from warroom.errors import NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.requests import letters, rows, steps
from warroom.requests.kinds import RequestKindDeclaration, load_request_kind
from warroom.requests.queries import build_request_view
from warroom.requests.schema import Request, RequestApproval, RequestItem
from warroom.requests.views import RequestKind, RequestView

# Items: a letter that an officer still reads to the end before approving it.
MOST_ITEMS = 50


@dataclass(frozen=True, slots=True)
class RequestDraft:
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
    ledger: Ledger, officer: Officer, asking: RequestDraft, key: str, *, now: datetime | None = None
) -> RequestView:
    """Draft a request; it leaves only once others have approved it.

    Raises NotAllowed without the role of the kind, NotFound for an unknown case or agency, NotPossible where the
    agency has ended or is not of the kind's partners, where nothing is asked, or no rule in force carries it.
    """
    declared = load_request_kind(asking.kind)
    with open_decision(ledger, officer, *declared.action.proposes, now=now) as this:
        items = _check_items(asking, this.now)
        before = this.find_earlier_result(key, "request.draft", asking)
        if before is not None:
            return build_request_view(this.session, before[0])
        request = write_down(this, asking, items)
        this.save_result(request.id)
        return build_request_view(this.session, request.id)


def write_down(this: Decision, asking: RequestDraft, items: Sequence[str]) -> Request:
    """Add a draft within a decision of an officer who may propose its kind; raises what `draft_request`
    raises.
    """
    request = _make_request(this, load_request_kind(asking.kind), asking)
    for place, text in enumerate(items, 1):
        this.session.add(RequestItem(request_id=request.id, place=place, text=text))
    detail = {"partner": request.partner, "kind": request.kind, "items": len(items), "rule": request.rule_id}
    rows.record_request_step(this, request, "drafted", detail)
    return request


def _check_items(asking: RequestDraft, now: datetime) -> list[str]:
    items = [text.strip() for text in asking.items if text.strip()]
    if not items or len(items) > MOST_ITEMS:
        raise NotPossible("requests.items-count", most=MOST_ITEMS)
    if not (asking.purpose.strip() and asking.subject.strip()):
        raise NotPossible("requests.subject-missing")
    if asking.wanted_by is not None and asking.wanted_by <= now:
        raise NotPossible("requests.due-past")
    # What is erased before it can have come was asked for nothing.
    if asking.keep_until <= (asking.wanted_by or now):
        raise NotPossible("requests.kept-too-short")
    return items


def _check_amount(asking: RequestDraft, case: Case | None) -> int:
    """Satang to stop: none for any other kind; else an amount of a case, and never more than its loss."""
    if asking.kind != "stop-payment":
        if asking.amount:
            raise NotPossible("requests.amount-not-asked-for")
    elif case is None or not 0 < asking.amount <= case.loss:
        raise NotPossible("requests.payment-stop-unfit")
    return asking.amount


def _make_request(this: Decision, declared: RequestKindDeclaration, asking: RequestDraft) -> Request:
    session, now = this.session, this.now
    partner = agencies.agency_of(session, asking.partner, *declared.action.partners)
    rule = law.rule_for(session, declared.action.rules, now)
    case = sealing.case_of(session, this.person, asking.case) if asking.case else None
    if case is not None:
        purposes.note_work(session, this.person, case, now)
    # Taken before the row is there: its public number is made of it, and neither ever changes afterwards.
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
        drafted_by=this.person.id,
        drafted_at=now,
        amount=_check_amount(asking, case),
        keep_until=asking.keep_until,
        wanted_by=asking.wanted_by,
    )
    session.add(request)
    session.flush()
    return request


def approve_request(
    ledger: Ledger, officer: Officer, request_id: int, key: str, *, now: datetime | None = None
) -> RequestView:
    """Approve a request; with the last approval needed its order is put into the outbox.

    Raises NotAllowed without the kind's role or for who drafted it, NotFound, and NotPossible where it was decided
    already, the time wanted has passed, the partner has ended, or the rule it was drafted under is no longer the law.
    """
    with open_decision(ledger, officer, now=now) as this:
        request = rows.lock_request_for_step(this, request_id, steps.APPROVE)
        if this.find_earlier_result(key, "request.approve", request_id) is None:
            declared = load_request_kind(request.kind)
            _may_approve(this, request)
            _check_same_rule(this, request, declared)
            this.session.add(RequestApproval(request_id=request.id, officer_id=this.person.id, at=this.now))
            if _count_approvals(this, request) >= declared.action.approvers:
                _send_request(this, request, declared)
            rows.record_request_step(this, request, "approved", {"state": request.state})
        return build_request_view(this.session, request_id)


def _may_approve(this: Decision, request: Request) -> None:
    if request.state not in steps.APPROVE.states:
        raise NotPossible("requests.decided-already", number=request.number)
    # Four eyes: the drafter never approves, whatever other roles they have.
    if this.person.id == request.drafted_by:
        raise NotPossible("requests.drafted-by-you")
    if this.session.get(RequestApproval, (request.id, this.person.id)) is not None:
        raise NotPossible("requests.approved-by-you")
    if request.wanted_by is not None and request.wanted_by <= this.now:
        raise NotPossible("requests.due-over")


def _check_same_rule(this: Decision, request: Request, declared: RequestKindDeclaration) -> None:
    # An agency that has ended meanwhile gets no letter.
    agencies.agency_of(this.session, request.partner)
    rule = law.rule_for(this.session, declared.action.rules, this.now)
    # The letter cites the text that it was drafted under: another text needs another draft, not another
    # approval.
    if (rule.id, rule.digest) != (request.rule_id, request.rule_digest):
        raise NotPossible("requests.law-changed")


def _count_approvals(this: Decision, request: Request) -> int:
    this.session.flush()
    query = select(func.count()).select_from(RequestApproval)
    return this.session.scalar(query.where(RequestApproval.request_id == request.id)) or 0


def _send_request(this: Decision, request: Request, declared: RequestKindDeclaration) -> None:
    """Send an approved request: set its deadline and put the order into the outbox."""
    this.require_trusted_clock()
    request.state = "approved"
    # Set before the letter is made, since the letter says it. It runs from here even where the order cannot leave:
    # then an officer hears of it when it strikes.
    request.due_at = request.wanted_by or this.now + declared.action.answer_within
    letters.emit_request_order(this.session, request, "request", this.now)
    deadlines.start_deadline(this.session, rows.ABOUT, request.id, rows.DUE, request.due_at, request.case_id)
