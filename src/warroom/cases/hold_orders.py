"""Orders about holds: the order to the bank, with the notice to the holder and the deadline for silence."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.bilingual import texts
from warroom.bilingual.texts import Texts
from warroom.cases.answer_times import get_answer_times
from warroom.cases.schema import Case, Claim, Hold, Proposal, Snapshot
from warroom.cases.trails import get_trail_currency
from warroom.law.rules import repository as law
from warroom.ledger import deadlines
from warroom.ledger.canonical_json import to_json_value
from warroom.orders.outbox import emit_about
from warroom.orders.schema import Order
from warroom.orders.transfer_refs import to_ref_json
from warroom.orders.views import OrderKind, TransferRef


def emit_hold_order(
    session: Session,
    action: Hold,
    kind: OrderKind,
    rule: law.Rule,
    reason: str,
    now: datetime,
    amount: int,
    wait: timedelta = timedelta(0),
) -> Order:
    """Put an order for a hold into the outbox, with everything its message must say as of now; it leaves after `wait`."""
    # The newest text, confirmed or not: a holder's right to appeal does not wait for our lawyer.
    appeal = law.rule_under(law.APPEAL)
    hours, limit = _to_hours(appeal.period), _to_hours(appeal.limit or appeal.period)
    order = emit_about(
        session,
        about="hold",
        about_id=action.id,
        partner=action.bank,
        kind=kind,
        subject=action.account,
        facts=_build_facts(session, action, rule, hours, limit),
        texts=write_holder_notice(kind, action, rule, hours, limit, amount),
        now=now,
        amount=amount,
        until=action.until,
        reason=reason,
        wait=wait,
    )
    start_silence(session, action, order.leaves_at)
    return order


def start_silence(session: Session, hold: Hold, sent_at: datetime) -> None:
    """Start the deadline from which on the hold's bank is silent about what it is sent at `sent_at`."""
    due = get_answer_times(session, sent_at).silent_from(hold.bank, sent_at)
    deadlines.start_deadline(session, "hold", hold.id, "silence", due, hold.case_id)


def start_warning(session: Session, hold: Hold) -> None:
    """Start the deadline that warns an officer of a hold's end while there is time left to extend it."""
    due = hold.until - law.service_level("lapse_warning")
    deadlines.start_deadline(session, "hold", hold.id, "lapse_warning", due, hold.case_id)


def write_holder_notice(
    kind: OrderKind, action: Hold, rule: law.Rule, hours: float, limit: float, amount: int
) -> Texts:
    """The notice to the holder: how much, until when, on which law, and how to appeal."""
    params = {
        "amount": texts.format_baht(amount),
        "until": action.until,
        "citation": rule.citation,
        "reference": action.reference,
        "hours": f"{hours:g}",
        "limit": f"{limit:g}",
    }
    return texts.render_notice("warroom.cases", "notices.toml", kind, params)


def _build_facts(
    session: Session, action: Hold, rule: law.Rule, hours: float, limit: float
) -> dict[str, object]:
    # Frozen with the order: a message that is sent again must say what it said the first time.
    claims = session.scalars(select(Claim).where(Claim.case_id == action.case_id).order_by(Claim.time))
    inflow = session.scalar(select(Proposal.inflow).where(Proposal.id == action.proposal_id))
    fields = TransferRef.__dataclass_fields__
    case = session.get_one(Case, action.case_id)
    refs = [TransferRef(**{name: getattr(claim, name) for name in fields}) for claim in claims]
    return {
        "reference": action.reference,
        "case": case.number,
        "currency": get_trail_currency(session.get(Snapshot, case.snapshot_id) if case.snapshot_id else None),
        "rule": rule.id,
        "citation": to_json_value(rule.citation),
        "hours": hours,
        "limit_hours": limit,
        "original": inflow or {},
        "reported": [to_ref_json(ref) for ref in refs],
    }


def _to_hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
