"""Approving and declining holds: one transaction, one named officer, an exact amount, for a limited time."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases import hold_orders, purposes, sealing
from warroom.cases.hold_views import hold_views
from warroom.cases.schema import Case, Claim, Hold, HoldApproval, Proposal, Snapshot
from warroom.cases.summary import recount
from warroom.cases.views import HoldView
from warroom.errors import NotFound, NotPossible
from warroom.law.rules import repository as law
from warroom.ledger import deadlines, idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

# Crockford's base 32 without letters that are misread: 12 signs are 60 bits, so a code cannot be guessed.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SIGNS = 12
REASON_SIGNS = 2000


def approve_holds(
    ledger: Ledger,
    officer: Officer,
    case: str,
    proposal_ids: Sequence[int],
    snapshot: str,
    key: str,
    *,
    now: datetime | None = None,
) -> list[HoldView]:
    """Approve proposed holds of a case; returns the holds in the order of `proposal_ids`.

    `snapshot` is `CasePage.snapshot` as the officer saw it, `key` any text made anew for each decision: the
    same key again (a double click) changes nothing and answers the same. Raises NotAllowed without the
    role, NotPossible where the trail has changed since, the rule is not confirmed, the loss or the balance
    would be exceeded, or somebody has decided already; NotFound for an unknown case or proposal. Either all
    of it happens or none.
    """
    now = now or clock.now()
    wanted = list(dict.fromkeys(int(number) for number in proposal_ids))
    if not wanted:
        raise NotPossible("cases.no-hold-chosen")
    try:
        with ledger.session() as session:
            return _approve(session, officer, case, wanted, snapshot, key, now)
    except IntegrityError as problem:
        raise NotPossible("cases.decided-meanwhile") from problem


def _approve(
    session: Session, officer: Officer, number: str, wanted: list[int], snapshot: str, key: str, now: datetime
) -> list[HoldView]:
    person = officers.require(session, officer, *role_groups.HOLD_DECIDERS)
    repeat = idempotency.first_time(session, person, key, ["approve", number, wanted, snapshot], now)
    if repeat is not None:
        return _actions(session, repeat)
    case = open_case(session, person, number, now)
    _unchanged(session, case, snapshot)
    rule = law.usable_rule(session, law.HOLD_ON_REPORT, now)
    _claimed(session, case)
    # The limits' trigger locks accounts: always in one order, so that two cases cannot wait for each other.
    proposals = sorted(_proposals(session, case, wanted), key=lambda item: (item.bank, item.account))
    made = {item.id: _decide(session, case, item, person, rule, snapshot, now) for item in proposals}
    ids = [made[number].id for number in wanted]
    idempotency.keep(session, person, key, ids)
    recount(session, case.id)
    for item in proposals:
        _note(session, officer, case, made[item.id], snapshot, now)
    return _actions(session, ids)


def open_case(session: Session, person: OfficerRow, number: str, now: datetime) -> Case:
    """The case, locked against other decisions; raises NotFound, or NotPossible where it is closed.

    Who decides in a case works on it: that is their purpose where they have stated none.
    """
    case = sealing.case_of(session, person, number, lock=True)
    if case.state != "open":
        raise NotPossible("cases.case-closed", number=number)
    purposes.note_work(session, person, case, now)
    return case


def _unchanged(session: Session, case: Case, snapshot: str) -> None:
    current = session.get(Snapshot, case.snapshot_id) if case.snapshot_id else None
    if current is None or current.sha256 != snapshot:
        raise NotPossible("cases.trail-changed")


def _claimed(session: Session, case: Case) -> None:
    if not session.scalar(select(func.count()).select_from(Claim).where(Claim.case_id == case.id)):
        raise NotPossible("cases.report-of-another-case")


def _proposals(session: Session, case: Case, wanted: list[int]) -> list[Proposal]:
    query = select(Proposal).where(Proposal.id.in_(wanted), Proposal.case_id == case.id)
    found = list(session.scalars(query.with_for_update()))
    if len(found) != len(wanted):
        raise NotFound("cases.hold-of-another-case", number=case.number)
    return found


def _decide(
    session: Session,
    case: Case,
    proposal: Proposal,
    person: OfficerRow,
    rule: law.Rule,
    snapshot: str,
    now: datetime,
) -> Hold:
    """One proposal: a new hold, or the second officer's word on one that waits for it."""
    waiting = session.get(Hold, proposal.hold_id, with_for_update=True) if proposal.hold_id else None
    if waiting is not None and waiting.state == "proposed":
        action = waiting
    elif proposal.state != "open" or proposal.snapshot_id != case.snapshot_id:
        raise NotPossible("cases.hold-decided", bank=proposal.bank, state=_word(proposal))
    else:
        action = _new_action(session, case, proposal, rule, snapshot, now)
        proposal.state, proposal.hold_id = "approved", action.id
        proposal.officer_id, proposal.decided_at = person.id, now
    if action.until <= now:
        raise NotPossible("cases.hold-run-out")
    _add_approval(session, action, person, snapshot, now)
    given = (
        session.scalar(
            select(func.count()).select_from(HoldApproval).where(HoldApproval.hold_id == action.id)
        )
        or 0
    )
    if given >= rule.approvers:
        _order(session, action, rule, now)
    return action


def _word(proposal: Proposal) -> str:
    return {"not_held": "not one to hold", "superseded": "replaced by a newer look"}.get(
        proposal.state, proposal.state
    )


def _new_action(
    session: Session, case: Case, proposal: Proposal, rule: law.Rule, snapshot: str, now: datetime
) -> Hold:
    action = Hold(
        case_id=case.id,
        proposal_id=proposal.id,
        reference=new_reference(),
        bank=proposal.bank,
        account=proposal.account,
        amount=proposal.amount,
        held=0,
        balance_limit=proposal.balance,
        state="proposed",
        rule_id=rule.id,
        rule_digest=rule.digest,
        legal_basis=rule.citation.en,
        snapshot=snapshot,
        approved_at=now,
        until=now + rule.period,
        report_until=now + rule.period,
        notice_th="",
        notice_en="",
    )
    session.add(action)
    session.flush()
    # A hold that waits for a second officer lapses too.
    deadlines.start(session, "hold", action.id, "lapse", action.until, action.case_id)
    return action


def _add_approval(session: Session, action: Hold, person: OfficerRow, snapshot: str, now: datetime) -> None:
    before = select(HoldApproval.id).where(
        HoldApproval.hold_id == action.id, HoldApproval.officer_id == person.id
    )
    if session.scalar(before):
        raise NotPossible("cases.approved-by-you")
    session.add(HoldApproval(hold_id=action.id, officer_id=person.id, step="hold", snapshot=snapshot, at=now))
    session.flush()


def _order(session: Session, action: Hold, rule: law.Rule, now: datetime) -> None:
    """Enough officers agree: clocks run, the order waits for its bank, the holder's notice is written."""
    action.state = "approved"
    deadlines.start(
        session,
        "hold",
        action.id,
        "lapse_warning",
        action.until - law.service_level("lapse_warning"),
        action.case_id,
    )
    order = hold_orders.emit(session, action, "hold", rule, "", now, action.amount)
    action.notice_th, action.notice_en = order.notice_th, order.notice_en


def _note(session: Session, officer: Officer, case: Case, action: Hold, snapshot: str, now: datetime) -> None:
    detail = {
        "bank": action.bank,
        "account": action.account,
        "amount": action.amount,
        "until": action.until,
        "rule": action.rule_id,
        "snapshot": snapshot,
        "state": action.state,
    }
    writing.append(session, officer, "hold.approved", f"hold:{action.id}", detail, case=case.number, at=now)


def _actions(session: Session, ids: list[int]) -> list[HoldView]:
    session.flush()
    found = {row.id: row for row in session.scalars(select(Hold).where(Hold.id.in_(ids)))}
    return hold_views(session, [found[number] for number in ids])


def new_reference() -> str:
    """A public code such as 7Q2M-X0RT-9KDE, printed on the notice."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
    return "-".join(signs[start : start + 4] for start in range(0, CODE_SIGNS, 4))


def decline(
    ledger: Ledger,
    officer: Officer,
    case: str,
    proposal_ids: Sequence[int],
    reason: str,
    *,
    now: datetime | None = None,
) -> None:
    """Decide against proposed holds, with a reason; they are not proposed again unless the amount grows.

    Raises NotAllowed, NotFound, or NotPossible without a reason, without a hold or where somebody has decided already.
    """
    now = now or clock.now()
    reason = reason.strip()[:REASON_SIGNS]
    if not reason:
        raise NotPossible("cases.decline-reason-missing")
    if not proposal_ids:
        raise NotPossible("cases.no-hold-chosen")
    with ledger.session() as session:
        person = officers.require(session, officer, *role_groups.HOLD_DECIDERS)
        found = open_case(session, person, case, now)
        proposals = _proposals(session, found, list(dict.fromkeys(proposal_ids)))
        for proposal in proposals:
            if proposal.state == "declined" and proposal.decline_reason == reason:
                continue
            if proposal.state != "open":
                raise NotPossible("cases.hold-decided-look-again", bank=proposal.bank, state=_word(proposal))
            proposal.state, proposal.decline_reason = "declined", reason
            proposal.officer_id, proposal.decided_at = person.id, now
        recount(session, found.id)
        for proposal in proposals:
            detail = {
                "bank": proposal.bank,
                "account": proposal.account,
                "amount": proposal.amount,
                "reason": reason,
            }
            writing.append(
                session, officer, "hold.declined", f"proposal:{proposal.id}", detail, case=case, at=now
            )
