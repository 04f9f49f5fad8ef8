"""Freezing a trail: what an officer sees is kept exactly, and proposals carry the balance known at
that time.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from warroom.cases.resting import TrailDeliveries, has_same_bringers
from warroom.cases.schema import Case, Hold, Proposal, Snapshot
from warroom.cases.transfers import look_up
from warroom.cases.views import ACTIVE, ASKED, LESS
from warroom.ledger.canonical_json import hash_text, to_canonical_json, to_json_value
from warroom.money.index.rows import HOME_CURRENCY
from warroom.money.trail import HoldProposal, TracedAccount, TracedTransfer, Trail
from warroom.orders.transfer_refs import to_ref_json
from warroom.orders.views import TransferRef
from warroom.reasons.preselection import find_doubt, list_doubts
from warroom.subjects import spelling

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# After these a hold on the same account in the same case is not proposed again: someone has decided.
DECIDED = ("released", "expired")


def to_trail_json(trail: Trail) -> dict[str, Any]:
    """The trail as JSON values, field by field; money in satang, an endless time to exit as null."""
    frozen: dict[str, Any] = _drop_nonfinite(to_json_value(trail))
    return frozen


def hash_trail_content(frozen: dict[str, Any]) -> str:
    """The hash of what matters: without the moments and ages that every new look changes."""
    accounts = [
        [item["account"], item["tainted_in"], item["passed_on"], item["still_there"], item["balance"]]
        for item in frozen["accounts"]
    ]
    # A hold that is newly in doubt, or no longer, makes another trail for an officer; a hold without
    # doubt adds nothing.
    holds = [
        [item["account"], item["amount"], *list_doubts(item["reasons"], item["innocent_evidence"])]
        for item in frozen["holds"]
    ]
    rest = [[item["account"], _list_reason_codes(item)] for item in frozen["not_held"]]
    ends = [[item["account"], item["kind"], item["amount"]] for item in frozen["ends"]]
    sums = [frozen[name] for name in ("loss", "still_there", "exited", "spent", "beyond_horizon", "method")]
    return hash_text(to_canonical_json([accounts, holds, rest, ends, sums]))


def find_inflows(
    lake: "Lake", trail: Trail, as_of: datetime | None, meant: Mapping[str, TransferRef] | None = None
) -> dict[tuple[str, str], TransferRef]:
    """For each account proposed: the transfer into it that carried most of the traced money, as the lake
    knows it; those `meant` by 'SOURCE:RECORD_ID' have numbers that other payments have since.
    """
    wanted = {(hold.account.bank, hold.account.number) for hold in trail.holds}
    best: dict[tuple[str, str], TracedTransfer] = {}
    for step in trail.steps:
        place = (step.payee.bank, step.payee.number)
        if place in wanted and (place not in best or step.traced > best[place].traced):
            best[place] = step
    days = sorted(step.time.astimezone(UTC).date() for step in best.values())
    span = (days[0], days[-1]) if days else None
    # Only the days that the steps name: looking a handful of rows up must not read the whole lake.
    seen = look_up(lake, [step.record_id for step in best.values()], as_of, span)
    refs = {
        place: (meant or {}).get(f"{step.source}:{step.record_id}")
        or seen.find_transfer(step.record_id, step.source)
        for place, step in best.items()
    }
    return {place: ref for place, ref in refs.items() if ref is not None}


def freeze_trail(
    session: Session,
    case: Case,
    trail: Trail,
    into: dict[tuple[str, str], TransferRef],
    behind: TrailDeliveries,
    ends: Mapping[str, datetime],
    now: datetime,
) -> bool:
    """Save a new snapshot of the trail with its proposals and what is `behind` it; False where nothing but
    time has changed. `ends`: until when the records of each bank reach, by its name (`record_ends`).

    The estimate of when the money leaves is brought up to date in both cases.
    """
    frozen = to_trail_json(trail)
    content = hash_trail_content(frozen)
    before = session.get(Snapshot, case.snapshot_id) if case.snapshot_id else None
    case.traced_at = now
    case.records_end = trail.records_end
    # A new snapshot makes every officer look again, so none is made where only time has passed. A snapshot
    # from before trails stated currency and deliveries is replaced all the same: nobody can hold by it.
    if before is not None and before.content == content and _is_as_told(before, behind):
        _update_exit_times(session, case, trail, before.as_of)
        _update_forecast_facts(session, case, trail, ends)
        case.exit_at = _exit_at(trail, _open_accounts(session, case))
        return False
    text = to_canonical_json(frozen | behind.as_json())
    snapshot = Snapshot(
        case_id=case.id, sha256=hash_text(text), content=content, trail=text, as_of=trail.as_of, taken_at=now
    )
    session.add(snapshot)
    session.flush()
    case.snapshot_id = snapshot.id
    _update_case_sums(case, trail)
    _apply_bank_statements(session, case, trail)
    _replace_proposals(session, case, snapshot.id, trail, into)
    _update_forecast_facts(session, case, trail, ends)
    case.exit_at = _exit_at(trail, _open_accounts(session, case))
    return True


def get_trail_currency(snapshot: Snapshot | None) -> str:
    """The currency (ISO 4217) of every amount of a frozen trail; empty where it was frozen before trails said it."""
    return json.loads(snapshot.trail).get("currency", "") if snapshot is not None else ""


def _is_as_told(snapshot: Snapshot, behind: TrailDeliveries) -> bool:
    trail = json.loads(snapshot.trail)
    return "currency" in trail and has_same_bringers(trail, behind)


def _update_exit_times(session: Session, case: Case, trail: Trail, frozen_at: datetime) -> None:
    """Bring the times to exit of open proposals up to date, counted from the frozen trail's moment as their page counts
    them: else the page would say another time than the board.
    """
    since = (trail.as_of - frozen_at) / timedelta(minutes=1)
    minutes = {(hold.account.bank, hold.account.number): hold.minutes_to_exit for hold in trail.holds}
    for proposal in session.scalars(
        select(Proposal).where(Proposal.case_id == case.id, Proposal.state == "open")
    ):
        if (proposal.bank, proposal.account) in minutes:
            proposal.minutes_to_exit = since + minutes[proposal.bank, proposal.account]


def _update_forecast_facts(session: Session, case: Case, trail: Trail, ends: Mapping[str, datetime]) -> None:
    """Bring what the forecasts of undecided and asked amounts are made of up to date, and settle what a bank said had
    left where the trail shows by now that it did. Of money that is not baht nothing is forecast.
    """
    seen = {(account.account.bank, account.account.number): account for account in trail.accounts}
    if trail.currency != HOME_CURRENCY:
        return
    asked = select(Hold.proposal_id).where(Hold.case_id == case.id, Hold.state.in_(ASKED))
    wanted = or_(Proposal.state == "open", Proposal.id.in_(asked))
    # Of a bank that sends nothing itself others tell: the newest record of all.
    newest = max(ends.values(), default=trail.as_of)
    for proposal in session.scalars(select(Proposal).where(Proposal.case_id == case.id, wanted)):
        _update_proposal_facts(proposal, seen.get((proposal.bank, proposal.account)))
        proposal.seen_at = min(ends.get(spelling.spell_bank(proposal.bank), newest), trail.as_of)
    query = select(Hold).where(Hold.case_id == case.id, Hold.state.in_(LESS), Hold.left_settled_at.is_(None))
    for hold in session.scalars(query):
        on = seen.get((hold.bank, hold.account))
        if hold.approved_at < trail.as_of and (on is None or on.still_there <= hold.held):
            hold.left_settled_at = trail.as_of


def _update_proposal_facts(proposal: Proposal, on: TracedAccount | None) -> None:
    # No longer on the trail, or nothing left there: what was asked for is gone, and a forecast of it would be an echo.
    if on is None:
        proposal.there = 0
        return
    proposal.there = min(proposal.amount, on.still_there)
    proposal.hop, proposal.channel = on.hops, on.channel
    proposal.arrived_at, proposal.opened_at = on.latest_arrival or on.first_arrival, on.opened_at
    proposal.passed = on.passed_on / max(on.tainted_in, 1)


def _update_case_sums(case: Case, trail: Trail) -> None:
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


def _apply_bank_statements(session: Session, case: Case, trail: Trail) -> None:
    """Keep counting what banks said had left as gone, less what this trail shows to have left since they were
    asked.
    """
    passed = {
        _normalize_account(account.account.bank, account.account.number): account.passed_on
        for account in trail.accounts
    }
    query = select(Hold, Proposal.passed_on).join(Proposal, Proposal.id == Hold.proposal_id)
    for hold, before in session.execute(query.where(Hold.case_id == case.id, Hold.left_by_word > 0)):
        place = _normalize_account(hold.bank, hold.account)
        since = passed.get(place, 0) - (before or 0)
        # Gone from the trail altogether: what is known now says nothing of this account any more.
        left = hold.amount - hold.held - max(0, since) if place in passed else 0
        hold.left_by_word = max(0, min(hold.left_by_word, left))
        if not hold.left_by_word:
            hold.left_settled_at = hold.left_settled_at or trail.as_of
        moved = min(hold.left_by_word, case.still_there)
        case.still_there, case.exited = case.still_there - moved, case.exited + moved


def _replace_proposals(
    session: Session, case: Case, snapshot_id: int, trail: Trail, into: dict[tuple[str, str], TransferRef]
) -> None:
    """Replace undecided proposals. What is already held, declined or decided for an account is not proposed
    again. Deadlines stay with the account: another look at the same money gives no new one.
    """
    waiting = select(Proposal).where(Proposal.case_id == case.id, Proposal.state == "open")
    before = {(proposal.bank, proposal.account): proposal for proposal in session.scalars(waiting)}
    session.execute(
        update(Proposal)
        .where(Proposal.case_id == case.id, Proposal.state.in_(("open", "not_held")))
        .values(state="superseded")
    )
    taken = _sum_taken(session, case)
    seen = {
        (item.account.bank, item.account.number): (item.balance, item.passed_on) for item in trail.accounts
    }
    for hold in (*trail.holds, *trail.not_held):
        place = (hold.account.bank, hold.account.number)
        amount = hold.amount - taken.get(_normalize_account(*place), 0)
        # Decided already, to the last satang; what is not to be held stays on the page with its reasons.
        if hold.amount and amount <= 0:
            continue
        proposal = _build_proposal(
            case.id, snapshot_id, hold, max(amount, 0), *seen.get(place, (0, 0)), into.get(place)
        )
        session.add(proposal)
        if place in before:
            _keep_deadline(session, case, before[place], proposal)
    session.flush()


def _keep_deadline(session: Session, case: Case, before: Proposal, proposal: Proposal) -> None:
    proposal.decide_by = before.decide_by
    proposal.decide_by_was, proposal.decide_by_seen = before.decide_by_was, before.decide_by_seen
    if case.decide_by_of == before.id:
        session.flush()
        case.decide_by_of = proposal.id


def _sum_taken(session: Session, case: Case) -> dict[tuple[str, str], int]:
    """Satang by account that a new proposal must leave out: held, released, declined, or gone by the bank's
    word.
    """
    taken: dict[tuple[str, str], int] = {}
    for action in session.scalars(select(Hold).where(Hold.case_id == case.id)):
        amount = action.amount if action.state in DECIDED else 0
        if action.state in ACTIVE:
            # A hold the bank first confirmed and then refused (active 0) is in dispute: not proposed again.
            amount = action.active or action.amount
        # Proposed again it would be money that the bank has said is not there.
        amount += action.left_by_word if action.state in (*ACTIVE, "refused") else 0
        place = _normalize_account(action.bank, action.account)
        taken[place] = taken.get(place, 0) + amount
    # The largest amount that was declined: only what exceeds it is news that an officer has not judged.
    declined = select(Proposal).where(Proposal.case_id == case.id, Proposal.state == "declined")
    for proposal in session.scalars(declined):
        place = _normalize_account(proposal.bank, proposal.account)
        taken[place] = max(taken.get(place, 0), proposal.amount)
    return taken


def _normalize_account(bank: str, number: str) -> tuple[str, str]:
    """An account as it is compared: one held before records had one spelling must not be held a second time."""
    return spelling.spell_bank(bank), spelling.spell_account_number(number)


def _build_proposal(
    case_id: int,
    snapshot_id: int,
    hold: HoldProposal,
    amount: int,
    balance: int,
    passed_on: int,
    inflow: TransferRef | None,
) -> Proposal:
    reasons = [to_json_value(reason) for reason in hold.reasons]
    innocent_evidence = [to_json_value(reason) for reason in hold.innocent_evidence]
    return Proposal(
        case_id=case_id,
        snapshot_id=snapshot_id,
        bank=hold.account.bank,
        account=hold.account.number,
        amount=amount,
        balance=balance,
        rank=hold.rank,
        minutes_to_exit=hold.minutes_to_exit,
        inflow=to_ref_json(inflow),
        reasons=reasons,
        innocent_evidence=innocent_evidence,
        doubt=find_doubt(reasons, innocent_evidence),
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


def _list_reason_codes(item: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in item["reasons"]]


def _drop_nonfinite(value: Any) -> Any:
    # JSON has no infinity, and the text is hashed: every reader must write the same bytes.
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _drop_nonfinite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_drop_nonfinite(item) for item in value]
    return value
