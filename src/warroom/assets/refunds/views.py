"""Refunds as others see them. Money is satang."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from warroom.marking import Open, Personal
from warroom.units import Satang

RefundState = Literal["opened", "noticed", "proposed", "approved"]
REFUND_STATES: tuple[RefundState, ...] = get_args(RefundState)
"""`opened`: its account data went to AMLO; `noticed`: victims may claim; `proposed`: shares wait for two officers."""
RefundMethod = Literal["exact", "proportional"]
METHODS: tuple[RefundMethod, ...] = get_args(RefundMethod)
"""`exact`: each gets all that is owed, which the pot must hold; `proportional`: pro rata to what is owed."""
RefundClaimState = Literal["invited", "filed", "accepted", "refused"]
CLAIM_STATES: tuple[RefundClaimState, ...] = get_args(RefundClaimState)


@dataclass(frozen=True, slots=True)
class RefundClaimView:
    """One victim's line: what they claim, what is accepted and owed, and their share.

    `code` is empty for officers who send no notices; sums and times are None until there are any.
    """

    id: int
    code: str
    case: str
    source: str
    report: str
    reported: Satang
    state: RefundClaimState
    claimed: Satang | None
    pay_bank: str
    pay_account: Personal
    text: Personal
    filed_at: datetime | None
    accepted: Satang | None
    reason: str
    owed: Satang | None
    share: Satang | None
    paid_at: datetime | None
    payment: str


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund: pot = total + remainder once shares are proposed, and the remainder stays where it is held.

    `digest` is the SHA-256 of what the shares rest on: approving refuses where that has changed. `claims` counts those that were filed.
    """

    id: int
    number: str
    state: RefundState
    cases: tuple[str, ...]
    pot: Satang
    holder: Annotated[str, Open("a bank, by its code")]
    reference: str
    reported_at: datetime
    notice: str
    notice_at: datetime | None
    claims_until: datetime | None
    method: RefundMethod | Literal[""]
    total: Satang | None
    remainder: Satang | None
    digest: str
    reason: str
    rule: str
    kept_rule: str
    proposed_by: str
    proposed_at: datetime | None
    approved_by: tuple[str, ...]
    invited: int
    filed: int
    undecided: int
    paid: Satang
