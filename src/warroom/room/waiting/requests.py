"""Requests to partners."""

from datetime import timedelta

from sqlalchemy import and_, case, exists, select

from warroom.ledger.schema import OfficerRow
from warroom.requests.kinds import load_request_kinds
from warroom.requests.schema import Request, RequestApproval
from warroom.requests.views import OPEN
from warroom.room.waiting.source import NOW, TaskSource, has_role, is_due_within

# An answer that is due within a day is urgent. Chosen, not measured.
BEFORE_DUE = timedelta(hours=24)
KEPT_GOING = ("preservation", "stop-payment")
"""Kinds of request whose answer starts something that stays in effect: kept records, a stopped payment."""


def build_request_source(person: OfficerRow) -> TaskSource:
    """Requests: a draft waits for officers who may approve it, a late answer for the drafter, who reminds the
    partner.
    """
    kinds = load_request_kinds()
    # Worked out here and not in the query: which roles approve a kind is declared in the law's files, not in
    # the ledger.
    approvable = [kind.id for kind in kinds.values() if has_role(person, *kind.action.approves)]
    approved = exists(select(RequestApproval.officer_id)).where(
        RequestApproval.request_id == Request.id, RequestApproval.officer_id == person.id
    )
    draft = and_(
        Request.state == "drafted",
        Request.kind.in_(approvable),
        Request.drafted_by != person.id,
        ~approved,
    )
    owed = Request.state.in_(OPEN)
    late = and_(owed, Request.due_at <= NOW)
    return TaskSource(
        what="request",
        tables=Request.__table__,
        id=Request.id,
        number=Request.number,
        kind=Request.kind,
        pillar=case({kind.id: kind.action.pillar for kind in kinds.values()}, value=Request.kind),
        sorts={
            "urgent": (and_(owed, is_due_within(Request.due_at, BEFORE_DUE)),),
            "mine": (draft, and_(late, Request.drafted_by == person.id)),
            "late": (late,),
            "in_effect": (and_(Request.state.in_(("answered", "partly")), Request.kind.in_(KEPT_GOING)),),
        },
        since=Request.drafted_at,
        due=case((Request.state == "drafted", Request.wanted_by), else_=Request.due_at),
        due_kind=case((Request.state == "drafted", "decide"), else_="answer"),
        case_id=Request.case_id,
        amount=Request.amount,
    )
