"""Pay-outs: a plan pro rata to the accepted losses, drafted by one officer, approved by others, paid line by line.

What was seen when the plan was drafted is hashed; approving refuses where money, losses or law have changed since. An
approved plan takes its money out of the assets' custody into a pot of its own, sends what no loss is left for to the
named fund, and pays each line once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, insert, select
from sqlalchemy.orm import Session

from warroom.assets import rows
from warroom.assets.classes import class_of
from warroom.assets.decisions import owners
from warroom.assets.double_entry import PostingSide, asset_books, book_entry, book_many
from warroom.assets.owed import sum_owed
from warroom.assets.queries import plan_view
from warroom.assets.schema import (
    Asset,
    LossRegistration,
    PayoutApproval,
    PayoutLine,
    PayoutPayment,
    PayoutPlan,
    Proceeding,
)
from warroom.assets.shares import PayoutShares, share_pot
from warroom.assets.views import PlanView
from warroom.errors import NotFound, NotPossible
from warroom.law.kinds.declarations import ActionKind, load_kind
from warroom.law.rules.repository import Rule
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

KIND = "victim-payout"


@dataclass(frozen=True, slots=True)
class PayoutBasis:
    """What a plan rests on: satang in custody by asset, outstanding losses by registration, the fund and the rule."""

    money: Mapping[int, int]
    outstanding: Mapping[int, int]
    fund: str
    rule: Rule
    kind: ActionKind

    @property
    def shares(self) -> PayoutShares:
        """Who gets what, and what remains."""
        return share_pot(sum(self.money.values()), self.outstanding)

    @property
    def digest(self) -> str:
        """SHA-256 of all of it."""
        # The text of the rule belongs to it: what was right under the old one may not be under the new.
        facts = [sorted(self.money.items()), sorted(self.outstanding.items()), self.fund, self.rule.digest]
        return hash_text(to_canonical_json(facts))


def draft_payout(
    ledger: Ledger, officer: Officer, proceeding_id: int, key: str, *, now: datetime | None = None
) -> PlanView:
    """Draft the shares of all money of the proceeding that a court has forfeited.

    Raises NotAllowed; NotFound; NotPossible before the window to register has ended, while a loss is undecided, a
    plan waits already, an owner's claim is open, or where there is nothing to pay.
    """
    with open_decision(ledger, officer, *load_kind(KIND).proposes, now=now) as this:
        row = rows.locked_proceeding(this, proceeding_id)
        if (known := this.find_earlier_result(key, "payout.draft", proceeding_id)) is not None:
            return plan_view(this.session, known[0])
        _check_ready(this, row)
        plan = _write_plan(this, row, _load_basis(this, row))
        this.save_result(plan.id)
        detail = {"plan": plan.id, "pot": plan.pot, "remainder": plan.remainder, "digest": plan.digest}
        rows.log_proceeding(this, "payout.drafted", row.id, detail)
        return plan_view(this.session, plan.id)


def _check_ready(this: Decision, row: Proceeding) -> None:
    # Shares are pro rata: victims paid before the window ends would be paid from the shares of those who
    # come later.
    if row.register_until is None or this.now < row.register_until:
        raise NotPossible("assets.registration-open")
    this.require_trusted_clock()  # by a clock that is ahead the window to register would seem over
    undecided = exists().where(LossRegistration.proceeding_id == row.id, LossRegistration.state == "filed")
    if this.session.scalar(select(undecided)):
        raise NotPossible("assets.loss-undecided")
    # Two drafts at once would share out the same money, and both could look right to who approves them.
    waiting = exists().where(PayoutPlan.proceeding_id == row.id, PayoutPlan.state == "drafted")
    if this.session.scalar(select(waiting)):
        raise NotPossible("assets.payout-waiting")


def _load_basis(this: Decision, row: Proceeding) -> PayoutBasis:
    """What there is and who is owed, now; assets are locked. Raises NotPossible for nothing, or an open claim."""
    kind, rule = rows.rule_of(this.session, KIND, this.now)
    money = _sum_custody(this.session, row)
    if not sum(money.values()):
        raise NotPossible("assets.nothing-to-pay-out")
    return PayoutBasis(money, sum_owed(this.session, row), row.fund, rule, kind)


def _sum_custody(session: Session, row: Proceeding) -> dict[int, int]:
    """Custody of each asset that may be paid out: sold, or forfeited and money by itself."""
    query = select(Asset).where(Asset.proceeding_id == row.id, Asset.state.in_(("forfeited", "realised")))
    # Locked in the order of their numbers, as a new proceeding does; a cost or a sale waits until the plan is written.
    assets = [
        asset
        for asset in session.scalars(query.order_by(Asset.id).with_for_update())
        if asset.state == "realised" or class_of(asset.kind).money
    ]
    for asset in assets:
        owners.check_no_open_claim(session, asset)
    accounts = asset_books(session, [asset.id for asset in assets])
    return {number: account.custody for number, account in accounts.items()}


def _write_plan(this: Decision, row: Proceeding, seen: PayoutBasis) -> PayoutPlan:
    worked_out = seen.shares
    plan = PayoutPlan(
        proceeding_id=row.id,
        state="drafted",
        pot=sum(seen.money.values()),
        total=sum(worked_out.amounts.values()),
        remainder=worked_out.remainder,
        fund=row.fund,
        rule_id=seen.rule.id,
        rule_digest=seen.rule.digest,
        digest=seen.digest,
        drafted_by=this.person.id,
        drafted_at=this.now,
    )
    this.session.add(plan)
    this.session.flush()
    this.session.add_all(
        PayoutLine(
            plan_id=plan.id, registration_id=number, outstanding=seen.outstanding[number], amount=amount
        )
        for number, amount in worked_out.amounts.items()
    )
    this.session.flush()
    return plan


def approve_payout(
    ledger: Ledger, officer: Officer, plan_id: int, seen_digest: str, key: str, *, now: datetime | None = None
) -> PlanView:
    """Approve a plan as seen (`PlanView.digest`); the last approval needed moves its money into the pot.

    Raises NotAllowed; NotFound; NotPossible for its drafter, a second approval of one officer, or where
    anything the plan rests on has changed.
    """
    with open_decision(ledger, officer, *load_kind(KIND).approves, now=now) as this:
        plan, row = _lock_plan(this, plan_id)
        if this.find_earlier_result(key, "payout.approve", plan_id, seen_digest) is None:
            _may_approve(this, plan, seen_digest)
            # Computed again under the locks: nothing is approved on numbers that changed while somebody
            # read them.
            seen = _load_basis(this, row)
            if seen.digest != plan.digest:
                raise NotPossible("assets.payout-outdated")
            word = PayoutApproval(plan_id=plan.id, officer_id=this.person.id, digest=plan.digest, at=this.now)
            this.session.add(word)
            this.session.flush()
            if _count_approvals(this.session, plan) >= seen.kind.approvers:
                _fill_pot(this, plan, seen)
            detail = {"plan": plan.id, "digest": plan.digest, "state": plan.state, "pot": plan.pot}
            rows.log_proceeding(this, "payout.approved", row.id, detail)
        return plan_view(this.session, plan_id)


def _lock_plan(this: Decision, plan_id: int) -> tuple[PayoutPlan, Proceeding]:
    """The plan and its proceeding, both locked, where the law still carries a pay-out; raises NotFound, NotPossible."""
    number = this.session.scalar(select(PayoutPlan.proceeding_id).where(PayoutPlan.id == plan_id))
    if number is None:
        raise NotFound("assets.no-such-payout")
    # The proceeding first, as a draft locks it: of a draft and an approval at once one waits, and none for ever.
    row = rows.locked_proceeding(this, number)
    rows.rule_of(this.session, KIND, this.now)
    plan = this.session.get_one(PayoutPlan, plan_id, with_for_update=True, populate_existing=True)
    return plan, row


def _may_approve(this: Decision, plan: PayoutPlan, seen_digest: str) -> None:
    if plan.state != "drafted":
        raise NotPossible("assets.payout-decided")
    if this.person.id == plan.drafted_by:
        raise NotPossible("assets.payout-drafted-by-you")
    if this.session.get(PayoutApproval, (plan.id, this.person.id)) is not None:
        raise NotPossible("assets.payout-approved-by-you")
    # What the officer saw, not what the page was called: a stale page must not approve a plan nobody has read.
    if seen_digest != plan.digest:
        raise NotPossible("assets.payout-changed")


def _count_approvals(session: Session, plan: PayoutPlan) -> int:
    """Approvals of officers whose access has not ended since."""
    query = select(func.count()).select_from(PayoutApproval).join(OfficerRow)
    return session.scalar(query.where(PayoutApproval.plan_id == plan.id, OfficerRow.active)) or 0


def _fill_pot(this: Decision, plan: PayoutPlan, seen: PayoutBasis) -> None:
    """Move the money from the assets to the plan's own pot, out of reach of later costs and claims."""
    plan.state = "approved"
    this.session.flush()
    taken = [PostingSide("custody", -amount, asset=number) for number, amount in seen.money.items()]
    book_entry(this, "pooled", [PostingSide("pot", plan.pot, plan=plan.id), *taken], this.now)
    for number in seen.money:
        asset = this.session.get_one(Asset, number)
        asset.state = "pooled"
        rows.add_officer_event(this, asset, "pooled", this.now, f"{plan.id}")
    # What no loss is left for leaves the pot at once, so that the pot is what is promised and nothing else.
    rest = [
        PostingSide("pot", -plan.remainder, plan=plan.id),
        PostingSide("remainder", plan.remainder, plan=plan.id),
    ]
    book_entry(this, "remainder", rest, this.now, plan.fund)


def withdraw_payout(
    ledger: Ledger, officer: Officer, plan_id: int, reason: str, key: str, *, now: datetime | None = None
) -> PlanView:
    """Take a plan back before it is approved, with a reason. Raises NotAllowed, NotFound or NotPossible."""
    if not reason.strip():
        raise NotPossible("assets.payout-reason-missing")
    # Every role that may draft or approve may also withdraw: that pays nobody.
    kind = load_kind(KIND)
    with open_decision(ledger, officer, *kind.proposes, *kind.approves, now=now) as this:
        plan, row = _lock_plan(this, plan_id)
        if this.find_earlier_result(key, "payout.withdraw", plan_id, reason) is None:
            if plan.state != "drafted":
                raise NotPossible("assets.payout-decided")
            plan.state = "withdrawn"
            detail = {"plan": plan.id, "reason": reason.strip()}
            rows.log_proceeding(this, "payout.withdrawn", row.id, detail)
        return plan_view(this.session, plan_id)


def record_payments(
    ledger: Ledger,
    officer: Officer,
    plan_id: int,
    payments: Mapping[int, str],
    key: str,
    *,
    now: datetime | None = None,
) -> PlanView:
    """Note that these lines of an approved plan were paid: the bank's reference by registration.

    The same reference again changes nothing. Raises NotAllowed; NotFound for a line that is not of this plan, a victim
    of another case included; NotPossible before the plan is approved, for a line that gets nothing, or one that was
    paid under another reference.
    """
    if not payments or not all(reference.strip() for reference in payments.values()):
        raise NotPossible("assets.payment-reference-missing")
    with open_decision(ledger, officer, *load_kind(KIND).carries_out, now=now) as this:
        plan, row = _lock_plan(this, plan_id)
        if this.find_earlier_result(key, "payout.pay", plan_id, sorted(payments.items())) is None:
            if plan.state != "approved":
                raise NotPossible("assets.payout-not-approved")
            due = _list_due_lines(
                this.session, plan, {who: bank_reference.strip() for who, bank_reference in payments.items()}
            )
            if due:
                _book_payments(this, plan, due)
            paid = [[line.registration_id, reference] for line, reference in due]
            rows.log_proceeding(this, "payout.paid", row.id, {"plan": plan.id, "paid": paid})
        return plan_view(this.session, plan_id)


def _list_due_lines(
    session: Session, plan: PayoutPlan, payments: Mapping[int, str]
) -> list[tuple[PayoutLine, str]]:
    """The lines that these payments pay, with their references; not those paid under the same one before."""
    mine = (PayoutLine.plan_id == plan.id, PayoutLine.registration_id.in_(payments))
    # All lines and payments of the list in two statements: a pay-out may have thousands.
    lines = {line.registration_id: line for line in session.scalars(select(PayoutLine).where(*mine))}
    done = select(PayoutPayment.registration_id, PayoutPayment.reference).where(
        PayoutPayment.plan_id == plan.id, PayoutPayment.registration_id.in_(payments)
    )
    paid = {row.registration_id: row.reference for row in session.execute(done)}
    if set(payments) - set(lines):
        raise NotFound("assets.no-such-payout-line")
    if any(payments[who] != reference for who, reference in paid.items()):
        raise NotPossible("assets.payout-line-paid")
    if not all(line.amount for line in lines.values()):
        raise NotPossible("assets.payout-line-gets-nothing")
    # Paid under the same reference before: a list of payments that is sent twice pays nobody twice.
    return [(lines[who], payments[who]) for who in sorted(set(payments) - set(paid))]


def _book_payments(this: Decision, plan: PayoutPlan, due: list[tuple[PayoutLine, str]]) -> None:
    """Book each line as paid, with its payment; the pay-out's lock keeps two officers from the same line."""
    booked = book_many(
        this, "paid", [(reference, _build_sides(plan, line)) for line, reference in due], this.now
    )
    this.session.execute(
        insert(PayoutPayment),
        [
            {
                "plan_id": plan.id,
                "registration_id": line.registration_id,
                "entry_id": entry,
                "reference": reference,
                "at": this.now,
                "officer_id": this.person.id,
            }
            for entry, (line, reference) in zip(booked, due, strict=True)
        ],
    )


def _build_sides(plan: PayoutPlan, line: PayoutLine) -> tuple[PostingSide, PostingSide]:
    return (
        PostingSide("paid", line.amount, plan=plan.id, registration=line.registration_id),
        PostingSide("pot", -line.amount, plan=plan.id),
    )
