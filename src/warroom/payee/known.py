"""Payees with many payments, from the lake: the limits do not apply to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from warroom.payee.digests import Digests

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# One week covers every weekday once. Chosen, not measured.
PAID = timedelta(days=7)
OFTEN = 10
"""Payments in that time from which on a payee is counted; fewer would fill memory with rare payees. Chosen, not
measured."""


@dataclass(frozen=True, slots=True)
class BusyPayees:
    """Payments received in the last days, by digest of the account."""

    paid: dict[int, int]


NOTHING = BusyPayees({})


def load_busy_payees(lake: "Lake", digests: Digests, now: datetime, often: int = OFTEN) -> BusyPayees:
    """Count them in the lake as of `now`, for payees with at least `often` payments: one query over the last days."""
    days = ((now - PAID).date(), now.date())
    rows = lake.query_rows("transfers", as_of=now, days=days)
    counted = rows.group_by("payee_bank", "payee").aggregate(payments=rows.count())
    busy = counted.filter(counted.payments >= often).to_pyarrow().to_pylist()
    return BusyPayees(
        {digests.digest_account(row["payee_bank"], row["payee"]): row["payments"] for row in busy}
    )
