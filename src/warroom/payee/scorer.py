"""Who judges a payment: the analysis of `signals`, or the plain rule where nothing is known yet.

The plain rule sees the payment alone: from 50,000 baht on, where banks scan the payer's face, and within 1,000 baht
below, where whoever guides a victim stays to avoid that, the payer is warned; everything else is no concern.
"""

from typing import Protocol

from warroom.reasons.reason import Reason
from warroom.signals.payee import LARGE, CheckedPayment, Outcome, Pending, choose_outcome

UNDER = 100_000
"""Satang (1,000 baht) below the limit that count as just under it."""
RULE = "payment-rule-1"


class Scorer(Protocol):
    """Judges one payment in well under a millisecond; may be called while it is renewed."""

    def check_payment(self, pending: Pending, flagged: float = 0.0) -> CheckedPayment:
        """What to say of a payment; `flagged` says how much stands behind a flag on its payee, 0 without one."""
        ...


class PaymentRule:
    """The plain rule."""

    def check_payment(self, pending: Pending, flagged: float = 0.0) -> CheckedPayment:
        """What the payment alone says, and a flag."""
        reasons = list_amount_reasons(pending.amount)
        said = choose_outcome(flagged, pending.amount)
        outcome: Outcome = "warn" if reasons and said == "no-concern" else said
        return CheckedPayment(outcome, reasons, 0.0, RULE)


def list_amount_reasons(amount: int) -> tuple[Reason, ...]:
    """Reasons that lie in the amount (satang), none for most."""
    if amount >= LARGE:
        return (Reason("payment_large", {"limit": LARGE / 100}),)
    if amount >= LARGE - UNDER:
        return (Reason("payment_under", {"limit": LARGE / 100}),)
    return ()
