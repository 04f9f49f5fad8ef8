"""Decisions about refunds: from the account data that went to AMLO to the pay-out of each share.

What was seen when shares were proposed is hashed; approving computes it again and refuses where claims, sums or the law have changed.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from warroom.access import agencies
from warroom.assets.decisions.proceedings import compute_case_loss
from warroom.assets.refunds import rows, steps
from warroom.assets.refunds.queries import build_refund_view
from warroom.assets.refunds.schema import Refund, RefundApproval, RefundClaim, RefundEntry
from warroom.assets.refunds.views import METHODS, RefundView
from warroom.assets.rows import AHEAD, LONG_AGO
from warroom.assets.schema import LossRecovery
from warroom.assets.shares import PayoutShares, share_pot
from warroom.cases import sealing
from warroom.cases.belonging import case_number
from warroom.cases.references import new_reference
from warroom.cases.schema import Case, CaseReportRow
from warroom.errors import NotFound, NotPossible
from warroom.law.rules import repository as law
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

MOST = 10**15
"""Satang of a pot, ten trillion baht: more is a typing error."""


def open_refund(
    ledger: Ledger,
    officer: Officer,
    cases: Sequence[str],
    pot: int,
    holder: str,
    reference: str,
    reported_at: datetime,
    key: str,
    *,
    now: datetime | None = None,
) -> RefundView:
    """Open a refund of `pot` satang that `holder` (a bank's code) holds for the victims of these cases.

    `reference` is AMLO's own for the account data that it got at `reported_at`. Raises NotAllowed; NotFound for an unknown case or
    agency; NotPossible without a case or a reference, for a pot of zero or a time in the future.
    """
    with open_decision(ledger, officer, *steps.OPEN.roles, now=now) as this:
        asked = (cases, pot, holder, reference, reported_at)
        if (known := this.find_earlier_result(key, "refund.open", *asked)) is not None:
            return build_refund_view(this.session, known[0])
        if not (cases and reference.strip()):
            raise NotPossible("refunds.refund-unfit")
        if not 0 < pot <= MOST:
            raise NotPossible("refunds.pot-unfit")
        if not this.now - LONG_AGO <= reported_at <= this.now + AHEAD:
            raise NotPossible("refunds.time-unfit")
        agencies.agency_of(this.session, holder, "bank")
        case_ids = {sealing.case_of(this.session, this.person, number).id for number in cases}
        row = _create_refund(this, pot, holder, reference.strip(), reported_at)
        this.session.add_all(RefundEntry(refund_id=row.id, case_id=case) for case in sorted(case_ids))
        this.session.flush()
        this.save_result(row.id)
        rows.log_refund(this, "refund.opened", row.id, {"pot": pot, "reference": row.reference})
        return build_refund_view(this.session, row.id)


def _create_refund(this: Decision, pot: int, holder: str, reference: str, reported_at: datetime) -> Refund:
    number = this.session.scalar(select(func.nextval("refunds_id_seq")))
    row = Refund(
        id=number,
        number=f"RF-{number}",
        state="opened",
        pot=pot,
        holder=holder,
        reference=reference,
        reported_at=reported_at,
        opened_by=this.person.id,
        opened_at=this.now,
        notice="",
        rule_id="",
        rule_digest="",
        method="",
        digest="",
        reason="",
        kept_rule_id="",
        kept_rule_digest="",
    )
    this.session.add(row)
    this.session.flush()
    return row


def give_notice(
    ledger: Ledger,
    officer: Officer,
    refund_id: int,
    notice: str,
    at: datetime,
    key: str,
    *,
    now: datetime | None = None,
) -> RefundView:
    """The notice `notice` was published at `at`: victims may claim for as long as the rule then in force says.

    Every report of its cases gets a code for its victim's letter. Raises NotAllowed; NotFound; NotPossible where notice was given
    already, names no paper, lies in the future, or by a rule that is not in force then or that no lawyer has confirmed.
    """
    with open_decision(ledger, officer, *steps.NOTICE.roles, now=now) as this:
        row = rows.lock_refund(this, refund_id)
        if this.find_earlier_result(key, "refund.notice", refund_id, notice, at) is None:
            # A second notice would move the published window, and with it who is too late.
            if row.state != "opened":
                raise NotPossible("refunds.notice-given")
            if not notice.strip():
                raise NotPossible("refunds.notice-missing")
            if not this.now - LONG_AGO <= at <= this.now + AHEAD:
                raise NotPossible("refunds.time-unfit")
            rule = law.usable_rule(this.session, rows.CLAIM_RULE, at)
            row.state, row.notice, row.notice_at, row.claims_until = (
                "noticed",
                notice.strip(),
                at,
                at + rule.period,
            )
            row.rule_id, row.rule_digest = rule.id, rule.digest
            invited = _invite_victims(this.session, row)
            detail = {"at": at, "until": row.claims_until, "rule": rule.id, "text": rule.digest}
            rows.log_refund(this, "refund.noticed", row.id, {**detail, "invited": invited})
        return build_refund_view(this.session, refund_id)


def _invite_victims(session: Session, row: Refund) -> int:
    """A line with a code for every report of the refund's cases; returns their number."""
    session.flush()
    query = (
        select(CaseReportRow)
        .join(RefundEntry, RefundEntry.case_id == CaseReportRow.case_id)
        .where(RefundEntry.refund_id == row.id)
        .order_by(CaseReportRow.reported_at, CaseReportRow.source, CaseReportRow.record_id)
    )
    blank = {"state": "invited", "pay_bank": "", "pay_account": "", "text": "", "reason": "", "payment": ""}
    lines = [
        {
            "refund_id": row.id,
            "case_id": report.case_id,
            "source": report.source,
            "record_id": report.record_id,
            "code": new_reference(),
            **blank,
        }
        for report in session.scalars(query)
    ]
    if not lines:
        raise NotPossible("refunds.no-victim")
    session.execute(insert(RefundClaim), lines)
    return len(lines)


def decide_claim(
    ledger: Ledger,
    officer: Officer,
    claim_id: int,
    accepted: int,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> RefundView:
    """Accept `accepted` satang of a claim, or none of it, with a reason where it is not all.

    Raises NotAllowed; NotFound; NotPossible where it is decided, where shares were proposed, or where more would be accepted than was
    claimed or than the case lost.
    """
    with open_decision(ledger, officer, *steps.DECIDE.roles, now=now) as this:
        refund, claim = _lock_claim(this, claim_id)
        if this.find_earlier_result(key, "refund.decide", claim_id, accepted, reason) is None:
            # The case is locked too: two claims of it, accepted at once, would each still fit below its loss.
            case = this.session.get_one(Case, claim.case_id, with_for_update=True)
            _check_acceptance(this.session, refund, claim, case, accepted, reason)
            claim.state, claim.accepted = ("accepted", accepted) if accepted else ("refused", None)
            claim.decided_by, claim.decided_at, claim.reason = this.person.id, this.now, reason.strip()
            rows.log_refund(
                this, "refund.claim-decided", refund.id, {"claim": claim.id, "accepted": accepted}
            )
        return build_refund_view(this.session, refund.id)


def _lock_claim(this: Decision, claim_id: int) -> tuple[Refund, RefundClaim]:
    """The claim and its refund, both locked, the refund first; raises NotFound."""
    number = this.session.scalar(select(RefundClaim.refund_id).where(RefundClaim.id == claim_id))
    if number is None:
        raise NotFound("refunds.no-such-claim")
    refund = rows.lock_refund(this, number)
    return refund, this.session.get_one(RefundClaim, claim_id, with_for_update=True, populate_existing=True)


def _check_acceptance(
    session: Session, refund: Refund, claim: RefundClaim, case: Case, accepted: int, reason: str
) -> None:
    # Shares that two officers read rest on what was accepted.
    if refund.state != "noticed" or claim.state != "filed":
        raise NotPossible("refunds.claim-decided")
    if not 0 <= accepted <= (claim.claimed or 0):
        raise NotPossible("refunds.accepted-above-claimed")
    # A victim who gets less has a right to the reason.
    if accepted < (claim.claimed or 0) and not reason.strip():
        raise NotPossible("refunds.less-reason-missing")
    others = select(func.coalesce(func.sum(RefundClaim.accepted), 0)).where(
        RefundClaim.refund_id == refund.id, RefundClaim.case_id == case.id
    )
    if int(session.scalar(others) or 0) + accepted > compute_case_loss(session, case):
        raise NotPossible("refunds.accepted-above-loss")


def propose_shares(
    ledger: Ledger,
    officer: Officer,
    refund_id: int,
    method: str,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> RefundView:
    """Propose what each accepted claim gets: all that is owed (`exact`), or pro rata (`proportional`), to the satang.

    Raises NotAllowed; NotFound; NotPossible before the window is over, while a claim is undecided, without a reason, for another
    method, where nothing is owed, or where the pot does not hold exact amounts.
    """
    with open_decision(ledger, officer, *steps.PROPOSE.roles, now=now) as this:
        row = rows.lock_refund(this, refund_id)
        if this.find_earlier_result(key, "refund.propose", refund_id, method, reason) is None:
            _check_ready(this, row)
            if method not in METHODS:
                raise NotPossible("refunds.method-unfit")
            if not reason.strip():
                raise NotPossible("refunds.reason-missing")
            _write_shares(this, row, method, reason.strip())
            detail = {"method": method, "total": row.total, "remainder": row.remainder, "digest": row.digest}
            rows.log_refund(this, "refund.proposed", row.id, detail)
        return build_refund_view(this.session, refund_id)


def _check_ready(this: Decision, row: Refund) -> None:
    if row.state != "noticed" or row.claims_until is None:
        raise NotPossible("refunds.not-to-share")
    # Shares are of one pot: who is paid before the window is over is paid from the shares of those who come later.
    if this.now < row.claims_until:
        raise NotPossible("refunds.window-open", day=f"{row.claims_until:%Y-%m-%d}")
    this.require_trusted_clock()  # by a clock that is ahead the window would seem over
    law.usable_rule(this.session, rows.CLAIM_RULE, this.now)
    if rows.list_claims(this.session, row.id, "filed"):
        raise NotPossible("refunds.claim-undecided")


def _write_shares(this: Decision, row: Refund, method: str, reason: str) -> None:
    kept = law.usable_rule(this.session, rows.KEPT_RULE, this.now)
    owed = _sum_owed(this.session, row)
    worked_out = compute_shares(row.pot, owed, method)
    # All reads first: a half-written proposal must not reach the database with one of them.
    for claim in rows.list_claims(this.session, row.id, "accepted"):
        claim.owed, claim.share = owed[claim.id], worked_out.amounts[claim.id]
    row.state, row.method, row.reason = "proposed", method, reason
    row.kept_rule_id, row.kept_rule_digest = kept.id, kept.digest
    row.total, row.remainder = sum(worked_out.amounts.values()), worked_out.remainder
    row.proposed_by, row.proposed_at = this.person.id, this.now
    row.digest = _digest_basis(row, owed)
    this.session.flush()


def compute_shares(pot: int, owed: dict[int, int], method: str) -> PayoutShares:
    """What each claim gets of a pot, in satang; their sum and the remainder are the pot.

    Raises NotPossible where nothing is owed, or where the pot does not hold exact amounts.
    """
    whole = sum(owed.values())
    if not whole:
        raise NotPossible("refunds.nothing-owed")
    if method == "exact" and whole > pot:
        raise NotPossible("refunds.pot-too-small")
    return share_pot(pot, owed)


def _sum_owed(session: Session, row: Refund) -> dict[int, int]:
    """Satang that are owed, by accepted claim."""
    claims = rows.list_claims(session, row.id, "accepted")
    return {claim.id: rows.compute_owed(session, claim) for claim in claims}


def _digest_basis(row: Refund, owed: dict[int, int]) -> str:
    """SHA-256 of what the shares rest on."""
    # Who proposed them and when belongs to it: shares that were withdrawn and proposed once more need new approvals.
    assert row.proposed_at is not None
    facts = [row.pot, row.method, sorted(owed.items()), row.proposed_by, row.proposed_at.isoformat()]
    rules = [row.rule_digest, row.kept_rule_digest]
    return hash_text(to_canonical_json([*facts, *rules]))


def approve_shares(
    ledger: Ledger,
    officer: Officer,
    refund_id: int,
    seen_digest: str,
    key: str,
    *,
    now: datetime | None = None,
) -> RefundView:
    """Approve the shares as seen (`RefundView.digest`); with the second officer they stand and may be paid.

    Raises NotAllowed; NotFound; NotPossible for who proposed them, a second approval of one officer, or where anything that they
    rest on has changed.
    """
    with open_decision(ledger, officer, *steps.APPROVE.roles, now=now) as this:
        row = rows.lock_refund(this, refund_id)
        if this.find_earlier_result(key, "refund.approve", refund_id, seen_digest) is None:
            rule = law.usable_rule(this.session, rows.CLAIM_RULE, this.now)
            _check_approval(this, row, seen_digest)
            # Computed again under the locks: nothing is approved on sums that changed while somebody read them.
            if _digest_basis(row, _sum_owed(this.session, row)) != row.digest:
                raise NotPossible("refunds.shares-outdated")
            this.session.add(
                RefundApproval(refund_id=row.id, officer_id=this.person.id, digest=row.digest, at=this.now)
            )
            this.session.flush()
            if _count_approvals(this.session, row) >= max(2, rule.approvers):
                row.state = "approved"
                this.session.flush()
            rows.log_refund(this, "refund.approved", row.id, {"digest": row.digest, "state": row.state})
        return build_refund_view(this.session, refund_id)


def _check_approval(this: Decision, row: Refund, seen_digest: str) -> None:
    if row.state != "proposed":
        raise NotPossible("refunds.nothing-to-approve")
    if this.person.id == row.proposed_by:
        raise NotPossible("refunds.proposed-by-you")
    if this.session.get(RefundApproval, (row.id, this.person.id, row.digest)) is not None:
        raise NotPossible("refunds.approved-by-you")
    # What the officer saw, not what the page was called: a stale page must not approve shares that nobody has read.
    if seen_digest != row.digest:
        raise NotPossible("refunds.shares-changed")


def _count_approvals(session: Session, row: Refund) -> int:
    mine = select(func.count()).select_from(RefundApproval)
    return (
        session.scalar(mine.where(RefundApproval.refund_id == row.id, RefundApproval.digest == row.digest))
        or 0
    )


def withdraw_shares(
    ledger: Ledger, officer: Officer, refund_id: int, reason: str, key: str, *, now: datetime | None = None
) -> RefundView:
    """Withdraw proposed shares, so that others can be proposed. Raises NotAllowed; NotFound; NotPossible once they are approved, or
    without a reason.
    """
    with open_decision(ledger, officer, *steps.WITHDRAW.roles, now=now) as this:
        row = rows.lock_refund(this, refund_id)
        if this.find_earlier_result(key, "refund.withdraw", refund_id, reason) is None:
            if row.state != "proposed":
                raise NotPossible("refunds.nothing-to-approve")
            if not reason.strip():
                raise NotPossible("refunds.reason-missing")
            for claim in rows.list_claims(this.session, row.id, "accepted"):
                claim.owed = claim.share = None
            row.state, row.method, row.digest = "noticed", "", ""
            row.total = row.remainder = row.proposed_by = row.proposed_at = None
            row.kept_rule_id = row.kept_rule_digest = row.reason = ""
            rows.log_refund(this, "refund.withdrawn", row.id, {"why": reason.strip()})
        return build_refund_view(this.session, refund_id)


def note_payment(
    ledger: Ledger, officer: Officer, claim_id: int, payment: str, key: str, *, now: datetime | None = None
) -> RefundView:
    """Note that a share was paid, with the bank's reference; later pay-outs count it as money that came back.

    Raises NotAllowed; NotFound; NotPossible without a reference, where it is paid already, before two officers approved, or where the
    victim has got money back since.
    """
    with open_decision(ledger, officer, *steps.PAY.roles, now=now) as this:
        refund, claim = _lock_claim(this, claim_id)
        if this.find_earlier_result(key, "refund.pay", claim_id, payment) is None:
            _check_payment(this.session, refund, claim, payment)
            claim.paid_at, claim.paid_by, claim.payment = this.now, this.person.id, payment.strip()
            this.session.add(
                LossRecovery(
                    source=claim.source,
                    record_id=claim.record_id,
                    amount=claim.share,
                    payer=refund.holder,
                    reference=f"{refund.number} {claim.payment}",
                    at=this.now,
                    recorded_at=this.now,
                    officer_id=this.person.id,
                )
            )
            case = case_number(this.session, claim.case_id)
            # The account is left out: a log that many read must not say where a victim banks.
            detail = {"claim": claim.id, "amount": claim.share, "reference": claim.payment}
            this.log_entry("refund.paid", f"refund:{refund.id}", detail, case)
        return build_refund_view(this.session, refund.id)


def _check_payment(session: Session, refund: Refund, claim: RefundClaim, payment: str) -> None:
    if refund.state != "approved" or not claim.share:
        raise NotPossible("refunds.nothing-to-pay")
    if claim.paid_at is not None:
        raise NotPossible("refunds.paid-already")
    if not payment.strip():
        raise NotPossible("refunds.payment-missing")
    # Who notes a recovery locks the report first, so that neither passes the other.
    session.get_one(CaseReportRow, (claim.source, claim.record_id), with_for_update=True)
    if rows.compute_owed(session, claim) < claim.share:
        raise NotPossible("refunds.recovered-since")
