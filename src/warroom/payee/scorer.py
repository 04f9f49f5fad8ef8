"""The interface of scorers, and the plain rule that is used until the analysis of `signals` has scores.

The plain rule uses the payment alone: it warns from 50,000 baht on, where banks require a face scan, and within 1,000
baht below, where scammers keep a victim's payment to avoid the scan; everything else is no concern.
"""

from typing import Protocol

from warroom.reasons.reason import Reason
from warroom.signals.payee import LARGE, CheckedPayment, Outcome, Pending, choose_outcome

UNDER = 100_000
"""Satang (1,000 baht) below the limit that count as just under it. Chosen, not measured."""
RULE = "payment-rule-1"


class Scorer(Protocol):
    """Judges one payment in well under a millisecond; may be called during a refresh."""

    def check_payment(self, pending: Pending, flagged: float = 0.0) -> CheckedPayment:
        """The judgement of a payment; `flagged` is the strength of the flag on its payee, 0 without one."""
        ...


class PaymentRule:
    """The plain rule."""

    def check_payment(self, pending: Pending, flagged: float = 0.0) -> CheckedPayment:
        """Judge by the payment's amount and the flag alone."""
        reasons = list_amount_reasons(pending.amount)
        said = choose_outcome(flagged, pending.amount)
        outcome: Outcome = "warn" if reasons and said == "no-concern" else said
        return CheckedPayment(outcome, reasons, 0.0, RULE)


def list_amount_reasons(amount: int) -> tuple[Reason, ...]:
    """Reasons from the amount (satang); empty for most payments."""
    if amount >= LARGE:
        return (Reason("payment_large", {"limit": LARGE / 100}),)
    if amount >= LARGE - UNDER:
        return (Reason("payment_under", {"limit": LARGE / 100}),)
    return ()
