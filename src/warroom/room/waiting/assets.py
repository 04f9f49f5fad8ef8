"""Assets and what victims are paid of them: clocks of freezes, owners' claims, registered losses, pay-outs, refunds."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select

from warroom.access import role_groups
from warroom.assets.decisions.payouts import KIND as PAYOUT
from warroom.assets.events import HELD
from warroom.assets.refunds import steps as refund_steps
from warroom.assets.refunds.schema import Refund, RefundApproval, RefundClaim, RefundEntry
from warroom.assets.rows import ABOUT, FREEZE
from warroom.assets.schema import (
    Asset,
    AssetEvent,
    LossRegistration,
    OwnerClaim,
    PayoutApproval,
    PayoutPlan,
    Proceeding,
    ProceedingCase,
)
from warroom.cases.sealing import is_visible_to
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.schema import Deadline, OfficerRow
from warroom.room.waiting.source import LAPSED_FOR, NOW, TaskSource, has_role, is_due_within

# To renew a freeze takes an authority's order, so that it is urgent a week before it ends.
BEFORE_THE_END = timedelta(days=7)
PILLAR = load_kind("asset-freeze").pillar
# Steps by which an officer took an asset from its owner, and may not judge the owner's claim.
TOOK = ("frozen", "seized", "forfeited")


def build_asset_source(person: OfficerRow) -> TaskSource:
    """Freezes that end soon and assets that must be returned; they wait for who traced the asset, or for any
    custodian.
    """
    ends = (
        # A freeze that was renewed has several clocks; it ends with the last of them.
        select(func.max(Deadline.due_at))
        .where(Deadline.about == ABOUT, Deadline.about_id == Asset.id, Deadline.kind == FREEZE)
        .where(Deadline.state.in_(("running", "struck")))
        .scalar_subquery()
    )
    held = Asset.state.in_(HELD)
    ending = and_(held, is_due_within(ends, BEFORE_THE_END))
    must_go_back = Asset.state == "lapsed"
    return TaskSource(
        what="asset",
        tables=Asset.__table__,
        id=Asset.id,
        number=Asset.number,
        kind=Asset.kind,
        pillar=PILLAR,
        sorts={
            "urgent": (ending,),
            "mine": (and_(or_(ending, must_go_back), _may_keep(person)),),
            "late": (must_go_back,),
            "in_effect": (held,),
            "lapsed": (and_(must_go_back, ends > NOW - LAPSED_FOR),),
        },
        since=Asset.traced_at,
        due=ends,
        due_kind="lapse",
        case_id=Asset.case_id,
    )


def _may_keep(person: OfficerRow) -> ColumnElement[bool]:
    if has_role(person, "custodian"):
        return Asset.id.is_not(None)
    # A custodian keeps every asset; other keepers only what they traced.
    return Asset.traced_by == person.id if has_role(person, *role_groups.ASSET_KEEPERS) else false()


def build_claim_source(person: OfficerRow) -> TaskSource:
    """Owners' claims; not shown as theirs to the officer who took the asset or filed the claim."""
    # Who took a thing away is no judge of whose it is.
    took = exists().where(
        AssetEvent.asset_id == Asset.id, AssetEvent.officer_id == person.id, AssetEvent.kind.in_(TOOK)
    )
    waits = and_(OwnerClaim.state == "open", OwnerClaim.filed_by != person.id, ~took)
    return TaskSource(
        what="claim",
        tables=OwnerClaim.__table__.join(Asset.__table__, Asset.id == OwnerClaim.asset_id),
        id=OwnerClaim.id,
        number=Asset.number,
        kind=Asset.kind,
        pillar=PILLAR,
        sorts={"mine": (waits if has_role(person, *role_groups.CLAIM_DECIDERS) else false(),)},
        since=OwnerClaim.filed_at,
        case_id=Asset.case_id,
        parent=Asset.id,
    )


def build_loss_source(person: OfficerRow) -> TaskSource:
    """Registered losses; they do not wait for the officer who registered them."""
    # Two people for every loss: who registered it does not judge it.
    waits = and_(LossRegistration.state == "filed", LossRegistration.filed_by != person.id)
    # By its proceeding: a loss has no page of its own, and opens where its proceeding does.
    joined = LossRegistration.__table__.join(
        Proceeding.__table__, Proceeding.id == LossRegistration.proceeding_id
    )
    return TaskSource(
        what="loss",
        tables=joined,
        id=LossRegistration.id,
        number=LossRegistration.receipt,
        kind="loss",
        pillar=load_kind(PAYOUT).pillar,
        seen=_open_proceeding(person),
        sorts={"mine": (waits if has_role(person, *role_groups.LOSS_JUDGES) else false(),)},
        since=LossRegistration.filed_at,
        case_id=LossRegistration.case_id,
        parent=Proceeding.id,
        amount=LossRegistration.claimed,
    )


def build_payout_source(person: OfficerRow) -> TaskSource:
    """Drafted pay-outs; they do not wait for an officer who drafted or already approved one."""
    approved = exists().where(PayoutApproval.plan_id == PayoutPlan.id, PayoutApproval.officer_id == person.id)
    waits = and_(PayoutPlan.state == "drafted", PayoutPlan.drafted_by != person.id, ~approved)
    return TaskSource(
        what="payout",
        tables=PayoutPlan.__table__.join(Proceeding.__table__, Proceeding.id == PayoutPlan.proceeding_id),
        id=PayoutPlan.id,
        number=Proceeding.number,
        kind=PAYOUT,
        pillar=load_kind(PAYOUT).pillar,
        seen=_open_proceeding(person),
        sorts={"mine": (waits if has_role(person, *load_kind(PAYOUT).approves) else false(),)},
        since=PayoutPlan.drafted_at,
        parent=Proceeding.id,
        amount=PayoutPlan.total,
    )


def build_refund_source(person: OfficerRow) -> TaskSource:
    """Refunds, each for who takes its next step: notice, shares once the window is over, approval by another officer, pay-out."""
    of_this = RefundClaim.refund_id == Refund.id
    undecided = exists().where(of_this, RefundClaim.state == "filed")
    unpaid = exists().where(of_this, RefundClaim.share > 0, RefundClaim.paid_at.is_(None))
    approved = exists().where(
        RefundApproval.refund_id == Refund.id,
        RefundApproval.officer_id == person.id,
        RefundApproval.digest == Refund.digest,
    )
    next_steps = (
        (refund_steps.NOTICE, Refund.state == "opened"),
        (refund_steps.PROPOSE, and_(Refund.state == "noticed", Refund.claims_until <= NOW, ~undecided)),
        (refund_steps.APPROVE, and_(Refund.state == "proposed", Refund.proposed_by != person.id, ~approved)),
        (refund_steps.PAY, and_(Refund.state == "approved", unpaid)),
    )
    mine = [waits for step, waits in next_steps if has_role(person, *step.roles)]
    noticed = Refund.state == "noticed"
    return TaskSource(
        what="refund",
        tables=Refund.__table__,
        id=Refund.id,
        number=Refund.number,
        kind="refund",
        pillar=load_kind(PAYOUT).pillar,
        seen=_open_refund(person),
        sorts={
            "urgent": (and_(noticed, is_due_within(Refund.claims_until, BEFORE_THE_END)),),
            "mine": (or_(false(), *mine),),
        },
        since=Refund.opened_at,
        due=case((noticed, Refund.claims_until)),
        due_kind=case((noticed, "claims"), else_=""),
        amount=Refund.pot,
    )


def build_refund_claim_source(person: OfficerRow) -> TaskSource:
    """Victims' claims on refunds, until somebody decides them."""
    waits = and_(RefundClaim.state == "filed", Refund.state == "noticed")
    return TaskSource(
        what="refund-claim",
        tables=RefundClaim.__table__.join(Refund.__table__, Refund.id == RefundClaim.refund_id),
        id=RefundClaim.id,
        number=Refund.number,
        kind="refund-claim",
        pillar=load_kind(PAYOUT).pillar,
        seen=_open_refund(person),
        sorts={"mine": (waits if has_role(person, *refund_steps.DECIDE.roles) else false(),)},
        since=RefundClaim.filed_at,
        case_id=RefundClaim.case_id,
        parent=Refund.id,
        amount=RefundClaim.claimed,
    )


def _open_refund(person: OfficerRow) -> ColumnElement[bool]:
    """None of its cases is sealed to the officer."""
    sealed = exists().where(RefundEntry.refund_id == Refund.id, ~is_visible_to(person, RefundEntry.case_id))
    return ~sealed.correlate(Refund)


def _open_proceeding(person: OfficerRow) -> ColumnElement[bool]:
    """None of its cases is sealed to the officer."""
    sealed = exists().where(
        ProceedingCase.proceeding_id == Proceeding.id, ~is_visible_to(person, ProceedingCase.case_id)
    )
    return ~sealed.correlate(Proceeding)
