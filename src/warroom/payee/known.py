"""What the lake knows of payees beside the analysis: who is paid by many anyhow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from warroom.payee.digests import Digests

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

PAID = timedelta(days=7)
OFTEN = 10
"""Payments in that time from which on a payee is kept count of."""


@dataclass(frozen=True, slots=True)
class BusyPayees:
    """By digests of accounts, payments received lately."""

    paid: dict[int, int]


NOTHING = BusyPayees({})


def load_busy_payees(lake: "Lake", digests: Digests, now: datetime, often: int = OFTEN) -> BusyPayees:
    """Read it from the lake as of now, of payees with so many payments; takes as long as a query over the days it needs."""
    days = ((now - PAID).date(), now.date())
    rows = lake.query_rows("transfers", as_of=now, days=days)
    counted = rows.group_by("payee_bank", "payee").aggregate(payments=rows.count())
    busy = counted.filter(counted.payments >= often).to_pyarrow().to_pylist()
    return BusyPayees(
        {digests.digest_account(row["payee_bank"], row["payee"]): row["payments"] for row in busy}
    )
