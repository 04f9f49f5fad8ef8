"""What a trace answers: where the victim's money went, how much is where, and what may be held.

Amounts are satang (1/100 of the trail's currency) as integers inside; `as_json` writes them as decimal strings.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.reasons.reason import Reason

Method = Literal["fifo", "lifo", "pro-rata"]
EndKind = Literal["exited", "spent", "beyond_horizon"]


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account is the pair of bank and account number, nothing more."""

    bank: str
    number: str


@dataclass(frozen=True, slots=True)
class TracedTransfer:
    """One transfer on the trail and the traced part of it.

    `record_id` and `source` point at the lake row; `amount` is the whole transfer, `traced` the victim's part, both
    in satang. `end` is None where the money is followed on, else why it is not.
    """

    record_id: str
    source: str
    time: datetime
    payer: BankAccount
    payee: BankAccount
    amount: int
    traced: int
    hops: int
    channel: str
    end: EndKind | None


@dataclass(frozen=True, slots=True)
class TracedAccount:
    """An account that traced money reached.

    tainted_in = passed_on + still_there, in satang: what came, also what came round again. `received` is what of the loss came
    here, each satang once, so never more than the loss; 0 where a trail was frozen before it was told. `balance` is the balance known or computed at `Trail.as_of`.
    `confidence` in [0, 1] is how undiluted the traced money was on its way here. `minutes_to_exit` is the estimate of
    how long what is still there will stay; infinite where the records ended long before (`Trail.records_end`). `victim` marks the account the money was taken from. `latest_arrival` is when the newest
    traced money came, `channel` the way of it; `opened_at` the account, None where no register says.
    """

    account: BankAccount
    tainted_in: int
    passed_on: int
    still_there: int
    balance: int
    first_arrival: datetime
    minutes_since: float
    hops: int
    confidence: float
    minutes_to_exit: float
    victim: bool
    reasons: tuple[Reason, ...]
    innocent_evidence: tuple[Reason, ...]
    latest_arrival: datetime | None = None
    channel: str = ""
    opened_at: datetime | None = None
    received: int = 0


@dataclass(frozen=True, slots=True)
class TracedEnd:
    """Where the trail stops: `amount` satang ended as `kind` at this account (a shop, an exchange, cash ...)."""

    account: BankAccount
    kind: EndKind
    channel: str
    amount: int
    first_arrival: datetime
    innocent_evidence: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class HoldProposal:
    """An amount in satang that may be held, with its reasons; `rank` 1 is the first to act on.

    `amount` 0 says: do not hold, and `reasons` say why (an honest shop, the victim's own account).
    """

    account: BankAccount
    amount: int
    rank: int
    minutes_to_exit: float
    reasons: tuple[Reason, ...]
    innocent_evidence: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """A report followed forward. loss = still_there + exited + spent + beyond_horizon, in satang.

    `steps` and `ends` list at most the 200 largest transfers that went beyond the horizon; the sums are of
    all. `missing` are transfers that the report names and the lake does not hold (yet): they are not in the
    loss. `currency` (ISO 4217) is that of every amount: currencies are traced apart. `notes` are those on the
    whole trail. `records_end`: time of the newest record if it is days before `as_of`; then no forecast of
    when money leaves is given.
    """

    transfer_ids: tuple[str, ...]
    method: Method
    as_of: datetime
    started_at: datetime
    loss: int
    still_there: int
    exited: int
    spent: int
    beyond_horizon: int
    victims: tuple[BankAccount, ...]
    accounts: tuple[TracedAccount, ...]
    ends: tuple[TracedEnd, ...]
    steps: tuple[TracedTransfer, ...]
    holds: tuple[HoldProposal, ...]
    not_held: tuple[HoldProposal, ...]
    missing: tuple[str, ...] = ()
    currency: str = "THB"
    notes: tuple[Reason, ...] = ()
    records_end: datetime | None = None
