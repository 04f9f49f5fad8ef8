"""A payment that waits for its payer's word, and what is said of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.marking import AccountNumber
from warroom.reasons.reason import Reason
from warroom.units import Satang

CheckOutcome = Literal["no_concern", "warn", "ask_human"]
CHECK_OUTCOMES: tuple[CheckOutcome, ...] = get_args(CheckOutcome)


@dataclass(frozen=True, slots=True)
class PendingPayment:
    """What a bank tells of a payment of its own customer. `payment_id`: the bank's own, one a payment."""

    payment_id: str
    payer_bank: str
    payer: AccountNumber
    payee_bank: str
    payee: AccountNumber
    amount: Satang
    currency: str
    time: datetime
    channel: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """What is said of a payment, with at least one reason that speaks of the payment and never of its payee.

    `check_id` names the check in the journal; it follows from bank and payment, so that asking again tells nothing new.
    """

    check_id: str
    payment_id: str
    outcome: CheckOutcome
    reasons: tuple[Reason, ...]
