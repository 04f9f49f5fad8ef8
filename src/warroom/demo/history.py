"""What happened before the visitor came: one hold on an honest seller, in effect, and the seller's appeal.

It is the story of September 2025: 860 baht of stolen money paid for a pair of shoes, and the seller's
account stopped working. Here only the 860 baht waits, and an officer owes an answer within hours.
"""

from decimal import Decimal

from warroom import clock
from warroom.demo.money import Account
from warroom.errors import HomeError
from warroom.exchange import deliver, outbox, read_answers, resolution, supplement
from warroom.exchange.text import short_id
from warroom.home import Home
from warroom.lake import Lake
from warroom.operations import appeal, approve_holds, board, case_page, list_officers
from warroom.operations.ledger import Ledger
from warroom.operations.views import CasePage, Officer, OrderView, ProposalView

OFFICER = "officer2"
WORDS = "ดิฉันขายรองเท้ามือสองทางออนไลน์มาสี่ปี ลูกค้าโอนค่ารองเท้า 860 บาท ส่งของแล้ว มีเลขพัสดุค่ะ"


def appealed_hold(ledger: Ledger, lake: Lake, home: Home, seller: Account) -> None:
    """Approve the hold on the seller's 860 baht, let the bank do it, and let the seller object."""
    officer = next(person for person in list_officers(ledger) if person.username == OFFICER)
    page, proposal = _find(ledger, officer, seller)
    (hold,) = approve_holds(ledger, officer, page.row.number, [proposal.id], page.snapshot, "demo-history")
    deliver(ledger, home, clock.now())
    outbox.write(home.inbox, f"{hold.orders[0].order_id}.xml", _done(hold.orders[0]))
    read_answers(ledger, lake, home)
    appeal(ledger, hold.reference, "ผู้ขายรองเท้า โทร 000-000-0860", WORDS)


def _find(ledger: Ledger, officer: Officer, seller: Account) -> tuple[CasePage, ProposalView]:
    for row in board(ledger, officer, limit=100).rows:
        page = case_page(ledger, officer, row.number)
        for proposal in page.proposals:
            if (proposal.bank, proposal.account) == seller and proposal.state == "open":
                return page, proposal
    raise HomeError("The demo's honest seller is on no trail; run 'warroom demo --fresh'.")


def _done(order: OrderView) -> bytes:
    """The seller's bank did it."""
    held = Decimal(order.amount) / 100
    said = supplement.answer_supplement(order.order_id, "done", held, clock.now(), "On hold.")
    return resolution.render(short_id(f"ANS-{order.order_id}"), order.bank, said)
