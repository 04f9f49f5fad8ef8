"""Claims of victims: the holder of the code of a notice's letter files one claim with it, within the window."""

from datetime import datetime

from sqlalchemy import select

from warroom.assets.refunds.schema import Refund, RefundClaim
from warroom.cases.belonging import case_number
from warroom.cases.references import read_reference
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger

MOST = 10**14
"""Satang of a claim, a trillion baht: more is a typing error."""


def file_claim(
    ledger: Ledger,
    code: str,
    claimed: int,
    pay_bank: str,
    pay_account: str,
    text: str,
    sent_at: datetime,
    *,
    now: datetime | None = None,
) -> None:
    """File the claim of the victim with this code, as sent at `sent_at`; no sign-in is needed. `claimed` is satang.

    Raises NotFound for an unknown code; NotPossible for a second claim, outside the window, without a sum or where to pay.
    """
    with open_decision(ledger, "public", now=now) as this:
        own = select(RefundClaim.id, RefundClaim.refund_id).where(RefundClaim.code == read_reference(code))
        known = this.session.execute(own).first()
        if known is None:
            raise NotFound("refunds.no-such-code")
        # The refund first, as an officer's decision locks it.
        refund = this.session.get_one(Refund, known.refund_id, with_for_update=True)
        claim = this.session.get_one(RefundClaim, known.id, with_for_update=True, populate_existing=True)
        if claim.state != "invited":
            raise NotPossible("refunds.claimed-already")
        _check_window(refund, sent_at)
        if not 0 < claimed <= MOST:
            raise NotPossible("refunds.claim-sum-unfit")
        if not (pay_bank.strip() and pay_account.strip()):
            raise NotPossible("refunds.account-missing")
        claim.state, claim.claimed, claim.filed_at = "filed", claimed, sent_at
        claim.pay_bank, claim.pay_account, claim.text = (
            pay_bank.strip()[:200],
            pay_account.strip()[:60],
            text.strip()[:4_000],
        )
        case = case_number(this.session, claim.case_id)
        this.log_entry("refund.claimed", f"refund:{refund.id}", {"claim": claim.id, "claimed": claimed}, case)


def _check_window(refund: Refund, sent_at: datetime) -> None:
    if refund.notice_at is None or refund.claims_until is None or refund.state != "noticed":
        raise NotPossible("refunds.claims-closed")
    if not refund.notice_at <= sent_at < refund.claims_until:
        raise NotPossible("refunds.window-over", day=f"{refund.claims_until:%Y-%m-%d}")
