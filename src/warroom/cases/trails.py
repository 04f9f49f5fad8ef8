"""Freezes a trail: what an officer sees is kept word for word, and proposals carry the balance known at
that time.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from warroom.cases.resting import Behind, same_bringers
from warroom.cases.schema import Case, Hold, Proposal, Snapshot
from warroom.cases.transfers import look_up
from warroom.cases.views import ACTIVE, ASKED, LESS
from warroom.ledger.canonical_json import canonical, digest, plain
from warroom.money.index.rows import HOME_CURRENCY
from warroom.money.trail import HoldProposal, OnTrail, Step, Trail
from warroom.orders.transfer_refs import ref_json
from warroom.orders.views import TransferRef
from warroom.reasons.preselection import BLOCKING
from warroom.subjects import spelling

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# After these a hold on the same account in the same case is not proposed again: someone has decided.
DECIDED = ("released", "expired")


def trail_json(trail: Trail) -> dict[str, Any]:
    """The trail as JSON values, field by field; money in satang, an endless time to exit as null."""
    frozen: dict[str, Any] = _finite(plain(trail))
    return frozen


def content_of(frozen: dict[str, Any]) -> str:
    """The hash of what matters: without the moments and ages that every new look changes."""
    accounts = [
        [item["account"], item["tainted_in"], item["passed_on"], item["still_there"], item["balance"]]
        for item in frozen["accounts"]
    ]
    # What comes unticked, or does so no longer, is another trail to an officer; of a hold without a doubt nothing is added.
    holds = [[item["account"], item["amount"], *_doubts(item)] for item in frozen["holds"]]
    rest = [[item["account"], _codes(item)] for item in frozen["not_held"]]
    ends = [[item["account"], item["kind"], item["amount"]] for item in frozen["ends"]]
    sums = [frozen[name] for name in ("loss", "still_there", "exited", "spent", "beyond_horizon", "method")]
    return digest(canonical([accounts, holds, rest, ends, sums]))


def inflows(
    lake: "Lake", trail: Trail, as_of: datetime | None, meant: Mapping[str, TransferRef] | None = None
) -> dict[tuple[str, str], TransferRef]:
    """For each account proposed: the transfer into it that carried most of the traced money, as the lake
    knows it; those `meant` by 'SOURCE:RECORD_ID' have numbers that other payments have since.
    """
    wanted = {(hold.account.bank, hold.account.number) for hold in trail.holds}
    best: dict[tuple[str, str], Step] = {}
    for step in trail.steps:
        place = (step.payee.bank, step.payee.number)
        if place in wanted and (place not in best or step.traced > best[place].traced):
            best[place] = step
    days = sorted(step.time.astimezone(UTC).date() for step in best.values())
    span = (days[0], days[-1]) if days else None
    # Only the days that the steps name: looking a handful of rows up must not read the whole lake.
    seen = look_up(lake, [step.record_id for step in best.values()], as_of, span)
    refs = {
        place: (meant or {}).get(f"{step.source}:{step.record_id}") or seen.one(step.record_id, step.source)
        for place, step in best.items()
    }
    return {place: ref for place, ref in refs.items() if ref is not None}


def freeze(
    session: Session,
    case: Case,
    trail: Trail,
    into: dict[tuple[str, str], TransferRef],
    behind: Behind,
    now: datetime,
) -> bool:
    """Keep a new look at the trail with its proposals and what is `behind` it; False where nothing but time has
    changed.

    The estimate of when the money leaves is brought up to date in both cases.
    """
    frozen = trail_json(trail)
    content = content_of(frozen)
    before = session.get(Snapshot, case.snapshot_id) if case.snapshot_id else None
    case.traced_at = now
    case.records_end = trail.records_end
    # A new snapshot makes every officer look again: so none for a trail on which only the clock has moved. One that was
    # frozen before trails said their currency and their deliveries is replaced all the same: nobody can hold by it.
    if before is not None and before.content == content and _as_told(before, behind):
        _estimate_anew(session, case, trail, before.as_of)
        _look_anew(session, case, trail)
        case.exit_at = _exit_at(trail, _open_accounts(session, case))
        return False
    text = canonical(frozen | behind.as_json())
    snapshot = Snapshot(
        case_id=case.id, sha256=digest(text), content=content, trail=text, as_of=trail.as_of, taken_at=now
    )
    session.add(snapshot)
    session.flush()
    case.snapshot_id = snapshot.id
    _sum_up(case, trail)
    _believe(session, case, trail)
    _propose(session, case, snapshot.id, trail, into)
    _look_anew(session, case, trail)
    case.exit_at = _exit_at(trail, _open_accounts(session, case))
    return True


def currency_of(snapshot: Snapshot | None) -> str:
    """The currency (ISO 4217) of every amount of a frozen trail; empty where it was frozen before trails said it."""
    return json.loads(snapshot.trail).get("currency", "") if snapshot is not None else ""


def _as_told(snapshot: Snapshot, behind: Behind) -> bool:
    trail = json.loads(snapshot.trail)
    return "currency" in trail and same_bringers(trail, behind)


def _estimate_anew(session: Session, case: Case, trail: Trail, frozen_at: datetime) -> None:
    """Bring the times to exit of open proposals up to date, counted from the frozen trail's moment as their page counts
    them: else the page would say another time than the board.
    """
    since = (trail.as_of - frozen_at) / timedelta(minutes=1)
    minutes = {(hold.account.bank, hold.account.number): hold.minutes_to_exit for hold in trail.holds}
    for one in session.scalars(select(Proposal).where(Proposal.case_id == case.id, Proposal.state == "open")):
        if (one.bank, one.account) in minutes:
            one.minutes_to_exit = since + minutes[one.bank, one.account]


def _look_anew(session: Session, case: Case, trail: Trail) -> None:
    """Bring what the forecasts of undecided and asked amounts are made of up to date, and settle what a bank said had
    left where the trail shows by now that it did. Of money that is not baht nothing is forecast.
    """
    seen = {(one.account.bank, one.account.number): one for one in trail.accounts}
    if trail.currency != HOME_CURRENCY:
        return
    asked = select(Hold.proposal_id).where(Hold.case_id == case.id, Hold.state.in_(ASKED))
    wanted = or_(Proposal.state == "open", Proposal.id.in_(asked))
    for one in session.scalars(select(Proposal).where(Proposal.case_id == case.id, wanted)):
        _face(one, seen.get((one.bank, one.account)))
    told = select(Hold).where(Hold.case_id == case.id, Hold.state.in_(LESS), Hold.left_settled_at.is_(None))
    for hold in session.scalars(told):
        on = seen.get((hold.bank, hold.account))
        if hold.approved_at < trail.as_of and (on is None or on.still_there <= hold.held):
            hold.left_settled_at = trail.as_of


def _face(proposal: Proposal, on: OnTrail | None) -> None:
    # No longer on the trail, or nothing left there: what was asked for is gone, and a forecast of it would be an echo.
    if on is None:
        proposal.there = 0
        return
    proposal.there = min(proposal.amount, on.still_there)
    proposal.hop, proposal.channel = on.hops, on.channel
    proposal.arrived_at, proposal.opened_at = on.latest_arrival or on.first_arrival, on.opened_at
    proposal.passed = on.passed_on / max(on.tainted_in, 1)


def _sum_up(case: Case, trail: Trail) -> None:
    # The sums of cases are baht, and are added up on the board: an amount of another currency has no place in them.
    # The loss stays what the report says in baht; the trail says its own currency on every page.
    if trail.currency == HOME_CURRENCY:
        case.loss, case.still_there = trail.loss, trail.still_there
        case.exited, case.spent, case.beyond_horizon = trail.exited, trail.spent, trail.beyond_horizon
    else:
        case.still_there = case.exited = case.spent = case.beyond_horizon = 0
    reached = [item for item in trail.accounts if not item.victim]
    case.accounts = len(reached)
    case.banks = len({item.account.bank for item in reached})


def _believe(session: Session, case: Case, trail: Trail) -> None:
    """What banks said had left is still not there, but for what this look shows to have left since they were asked."""
    passed = {_spelled(one.account.bank, one.account.number): one.passed_on for one in trail.accounts}
    told = select(Hold, Proposal.passed_on).join(Proposal, Proposal.id == Hold.proposal_id)
    for hold, before in session.execute(told.where(Hold.case_id == case.id, Hold.left_by_word > 0)):
        place = _spelled(hold.bank, hold.account)
        since = passed.get(place, 0) - (before or 0)
        # Gone from the trail altogether: what is known now says nothing of this account any more.
        left = hold.amount - hold.held - max(0, since) if place in passed else 0
        hold.left_by_word = max(0, min(hold.left_by_word, left))
        if not hold.left_by_word:
            hold.left_settled_at = hold.left_settled_at or trail.as_of
        moved = min(hold.left_by_word, case.still_there)
        case.still_there, case.exited = case.still_there - moved, case.exited + moved


def _propose(
    session: Session, case: Case, snapshot_id: int, trail: Trail, into: dict[tuple[str, str], TransferRef]
) -> None:
    """Replace undecided proposals. What is already held, declined or decided for an account is not proposed
    again.
    """
    session.execute(
        update(Proposal)
        .where(Proposal.case_id == case.id, Proposal.state.in_(("open", "not_held")))
        .values(state="superseded")
    )
    taken = _taken(session, case)
    seen = {
        (item.account.bank, item.account.number): (item.balance, item.passed_on) for item in trail.accounts
    }
    for hold in (*trail.holds, *trail.not_held):
        place = (hold.account.bank, hold.account.number)
        amount = hold.amount - taken.get(_spelled(*place), 0)
        # Decided already, to the last satang; what is not to be held stays on the page with its reasons.
        if hold.amount and amount <= 0:
            continue
        session.add(
            _proposal(case.id, snapshot_id, hold, max(amount, 0), *seen.get(place, (0, 0)), into.get(place))
        )
    session.flush()


def _taken(session: Session, case: Case) -> dict[tuple[str, str], int]:
    """Satang by account that a new proposal must leave out."""
    taken: dict[tuple[str, str], int] = {}
    for action in session.scalars(select(Hold).where(Hold.case_id == case.id)):
        amount = action.amount if action.state in DECIDED else 0
        if action.state in ACTIVE:
            # A hold the bank first confirmed and then refused (active 0) is in dispute: not proposed again.
            amount = action.active or action.amount
        # Proposed again it would be money that the bank has said is not there.
        amount += action.left_by_word if action.state in (*ACTIVE, "refused") else 0
        place = _spelled(action.bank, action.account)
        taken[place] = taken.get(place, 0) + amount
    # The largest amount that was declined: only what exceeds it is news that an officer has not judged.
    declined = select(Proposal).where(Proposal.case_id == case.id, Proposal.state == "declined")
    for proposal in session.scalars(declined):
        place = _spelled(proposal.bank, proposal.account)
        taken[place] = max(taken.get(place, 0), proposal.amount)
    return taken


def _spelled(bank: str, number: str) -> tuple[str, str]:
    """An account as it is compared: one held before records had one spelling must not be held a second time."""
    return spelling.bank(bank), spelling.number(number)


def _proposal(
    case_id: int,
    snapshot_id: int,
    hold: HoldProposal,
    amount: int,
    balance: int,
    passed_on: int,
    inflow: TransferRef | None,
) -> Proposal:
    return Proposal(
        case_id=case_id,
        snapshot_id=snapshot_id,
        bank=hold.account.bank,
        account=hold.account.number,
        amount=amount,
        balance=balance,
        rank=hold.rank,
        minutes_to_exit=hold.minutes_to_exit,
        inflow=ref_json(inflow),
        reasons=[plain(reason) for reason in hold.reasons],
        innocent_evidence=[plain(reason) for reason in hold.innocent_evidence],
        state="open" if amount else "not_held",
        decline_reason="",
        passed_on=passed_on,
    )


def _open_accounts(session: Session, case: Case) -> set[tuple[str, str]]:
    query = select(Proposal.bank, Proposal.account).where(
        Proposal.case_id == case.id, Proposal.state == "open"
    )
    return {(bank, account) for bank, account in session.execute(query)}


def _exit_at(trail: Trail, accounts: set[tuple[str, str]]) -> datetime | None:
    """When the first undecided amount is expected to leave."""
    minutes = [
        hold.minutes_to_exit
        for hold in trail.holds
        if (hold.account.bank, hold.account.number) in accounts and math.isfinite(hold.minutes_to_exit)
    ]
    return trail.as_of + timedelta(minutes=min(minutes)) if minutes else None


def _codes(item: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in item["reasons"]]


def _doubts(item: dict[str, Any]) -> list[str]:
    said = (*item["reasons"], *item["innocent_evidence"])
    return sorted({reason["code"] for reason in said} & BLOCKING)


def _finite(value: Any) -> Any:
    # JSON has no infinity, and the text is hashed: every reader must write the same bytes.
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value
