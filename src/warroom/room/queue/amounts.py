"""For the cases of a page: where their money is, in which accounts, and which banks owe an answer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.schema import Hold, Proposal
from warroom.cases.views import ASKED
from warroom.orders.schema import Order

# States in which a bank holds money, and states of holds that have ended.
AT_A_BANK = ("in_effect", "partly")
OVER = ("released", "expired")


@dataclass(frozen=True, slots=True)
class AskedHold:
    """A hold that its bank has not answered."""

    id: int
    bank: str
    account: str
    amount: int
    sent_at: datetime | None


@dataclass(slots=True)
class Amounts:
    """Amounts of one case, in satang. `undecided`: (bank, account) of open proposals; `ticked`: how many of them nothing
    doubts; `worth`: those for whose holder not more speaks than against; `half_approved`: holds that
    wait for a second officer; `short`: (hold id, missing, bank) of the hold from which most had left.
    """

    undecided: list[tuple[str, str]] = field(default_factory=list)
    open: int = 0
    ticked: int = 0
    ticked_amount: int = 0
    worth: list[tuple[str, str]] = field(default_factory=list)
    declined: int = 0
    held: int = 0
    released: int = 0
    asked: list[AskedHold] = field(default_factory=list)
    half_approved: int = 0
    short: tuple[int, int, str] | None = None

    @property
    def there(self) -> int:
        return self.open + sum(one.amount for one in self.asked)

    def list_accounts(self) -> set[tuple[str, str]]:
        """Every account where money is undecided or asked."""
        return {*self.undecided, *((one.bank, one.account) for one in self.asked)}


def amounts_of(session: Session, case_ids: Collection[int]) -> dict[int, Amounts]:
    """The amounts of these cases."""
    found: dict[int, Amounts] = defaultdict(Amounts)
    if case_ids:
        _add_proposals(session, case_ids, found)
        _add_holds(session, case_ids, found)
    return found


def _add_proposals(session: Session, case_ids: Collection[int], amounts_by_case: dict[int, Amounts]) -> None:
    query = select(
        Proposal.case_id,
        Proposal.bank,
        Proposal.account,
        Proposal.amount,
        Proposal.state,
        Proposal.doubt,
    ).where(Proposal.case_id.in_(case_ids), Proposal.state.in_(("open", "declined")))
    for case_id, bank, account, amount, state, doubt in session.execute(query):
        amounts = amounts_by_case[case_id]
        if state == "declined":
            amounts.declined += amount
            continue
        amounts.undecided.append((bank, account))
        amounts.open += amount
        if doubt != "holder":
            amounts.worth.append((bank, account))
        if not doubt:
            amounts.ticked += 1
            amounts.ticked_amount += amount


def _add_holds(session: Session, case_ids: Collection[int], amounts_by_case: dict[int, Amounts]) -> None:
    order = (Order.hold_id == Hold.id) & (Order.kind == "hold")
    query = select(Hold, Order.sent_at).outerjoin(Order, order).where(Hold.case_id.in_(case_ids))
    for hold, sent_at in session.execute(query.order_by(Hold.id)):
        amounts = amounts_by_case[hold.case_id]
        if hold.state in ASKED:
            amounts.asked.append(AskedHold(hold.id, hold.bank, hold.account, hold.amount, sent_at))
            amounts.half_approved += hold.state == "proposed"
        elif hold.state in AT_A_BANK:
            amounts.held += hold.held
        elif hold.state in OVER:
            amounts.released += hold.held
        # After the sums: a refused hold adds to none of them and still has a shortfall.
        _note_shortfall(amounts, hold)


def _note_shortfall(one: Amounts, hold: Hold) -> None:
    if hold.state not in ("partly", "refused") or hold.left_settled_at is not None:
        return
    missing = hold.amount - hold.held
    if missing > 0 and (one.short is None or missing > one.short[1]):
        one.short = (hold.id, missing, hold.bank)
