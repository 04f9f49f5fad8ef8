"""What the lake knows of payees beside the analysis: who is named in reports, and who is paid by many anyhow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from warroom.cases.transfers import look_up_named
from warroom.payee.digests import Digests

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

REPORTED = timedelta(days=90)
"""How long a report speaks against payments to the account it names."""
PAID = timedelta(days=7)
OFTEN = 10
"""Payments in that time from which on a payee is kept count of."""


@dataclass(frozen=True, slots=True)
class Known:
    """Digests of accounts. `reported`: paid by transfers that victims reported; `paid`: payments received lately."""

    reported: frozenset[int]
    paid: dict[int, int]


NOTHING = Known(frozenset(), {})


def known(lake: "Lake", digests: Digests, now: datetime) -> Known:
    """Read both from the lake as of now; takes as long as two queries over the days they need."""
    return Known(_reported(lake, digests, now), _paid(lake, digests, now))


def _reported(lake: "Lake", digests: Digests, now: datetime) -> frozenset[int]:
    rows = lake.rows("reports", as_of=now)
    lately = rows.filter(rows.received_at >= now - REPORTED).select("transfer_ids").to_pyarrow().to_pylist()
    names = {name for row in lately for name in row["transfer_ids"] or () if name}
    found = look_up_named(lake, names, now).of(names)
    return frozenset(digests.account(ref.payee_bank, ref.payee) for ref in found)


def _paid(lake: "Lake", digests: Digests, now: datetime) -> dict[int, int]:
    days = ((now - PAID).date(), now.date())
    rows = lake.rows("transfers", as_of=now, days=days)
    counted = rows.group_by("payee_bank", "payee").aggregate(payments=rows.count())
    often = counted.filter(counted.payments >= OFTEN).to_pyarrow().to_pylist()
    return {digests.account(row["payee_bank"], row["payee"]): row["payments"] for row in often}
