"""The content of a message to a bank; nothing in it depends on the time of rendering."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

HoldOrderKind = Literal["hold", "extend", "release", "expiry"]
KINDS: tuple[HoldOrderKind, ...] = get_args(HoldOrderKind)

# Kinds by which a bank releases money; by the other two it holds money.
LETS_GO: frozenset[str] = frozenset({"release", "expiry"})


@dataclass(frozen=True, slots=True)
class Original:
    """The transfer the order refers to: the one into the ordered account that carried most of the money.

    A bank can only find what is in its own books, so the transfer into *its* account is named, which may
    be hops behind the reported one; the reported one stands in where none into the account is known.
    `amount` is in baht.
    """

    time: datetime
    amount: Decimal
    payer_bank: str
    payer: str
    payee_bank: str
    payee: str
    currency: str = "THB"
    end_to_end_id: str | None = None
    uetr: str | None = None
    message_id: str | None = None
    instruction_id: str | None = None
    transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class OrderMessage:
    """One order to one bank about one account. `amount` is in baht; at `expires_at` the hold ends by itself.

    `hold_id` is the same for the hold, its extension and its end, so that the bank can tie them
    together; it is also the code with which the holder appeals. The two hours are the clock of such an
    appeal.
    """

    order_id: str
    hold_id: str
    case_id: str
    kind: HoldOrderKind
    bank: str
    account: str
    amount: Decimal
    currency: str
    issued_at: datetime
    expires_at: datetime
    rule: str
    citation_thai: str
    citation_english: str
    notice_thai: str
    notice_english: str
    appeal_aim_hours: int
    appeal_limit_hours: int
    exercise: bool
    original: Original
