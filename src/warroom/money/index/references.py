"""Which records are one transfer by their reference, where one of the accounts may be written differently.

Banks write an account as they please, so not both parties need be equal; but payers also use an id again ("1", "RENT"), so
an id and an amount alone join nothing: money of strangers would be followed, and held. See docs/reference/money-exactly.md.
"""

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.transfer_graph import Array, Ints

# Microseconds.
DAY = 24 * 3600 * 1_000_000
LATEST = 5 * DAY
"""Microseconds between two legs of one payment at most: a week-end, a holiday and a bank that asks back;
chosen.
"""
MANY = 64
"""Rows with the same id and amount; an id on more of them proves nothing by itself, so both parties must
agree.
"""


@compile_cached_kernel
def rate_party_match(i: int, j: int, payer: Array, payee: Array) -> int:
    """How surely two rows of one id and amount are one transfer: both parties 2, one party 1, else 0."""
    # -1 is an account that the record does not name: two of them are not the same account.
    same_payer = payer[i] == payer[j] and payer[i] >= 0
    same_payee = payee[i] == payee[j] and payee[i] >= 0
    # Here -1 equals -1: a row that leaves a side out and agrees in all else is the other bank's copy of it.
    if payer[i] == payer[j] and payee[i] == payee[j]:
        return 2
    return 1 if same_payer or same_payee else 0


@compile_cached_kernel
def cluster_by_uetr(group: Ints, t: Ints, payer: Array, payee: Array, source: Array, record: Array) -> Ints:
    """For each row the first row of its payment. Rows are sorted by group, then receipt; `group` numbers the
    uetr.

    A uetr names one payment. Where neither party is the same, or more than LATEST is between, it was reused
    by mistake.
    """
    first = np.arange(len(group))
    start = 0
    for i in range(len(group)):
        if group[i] != group[start]:
            start = i
        # No more than the first MANY: a uetr on thousands of rows is a program's mistake, not a payment's legs.
        for j in range(start, min(i, start + MANY)):
            version = source[i] == source[j] and record[i] == record[j]
            same = payer[i] == payer[j] or payee[i] == payee[j]
            # A side that the record does not name contradicts nothing.
            same = same or min(payer[i], payer[j]) < 0 or min(payee[i], payee[j]) < 0
            if version or (same and abs(t[i] - t[j]) <= LATEST):
                first[i] = first[j]
                break
    return first


@compile_cached_kernel
def cluster_transfers(group: Ints, t: Ints, payer: Array, payee: Array, source: Array, record: Array) -> Ints:
    """For each row the first row of its transfer. Rows are sorted by group, then receipt; `group` numbers id and amount.

    Each record is decided when it is first received: it joins the transfer it is most surely alike, the nearest in
    time of equals, among those its own source has not delivered. So what comes later changes nothing.
    """
    # Each row with all before it of its group; MANY keeps groups so small that the square does not matter.
    first = np.arange(len(group))
    start = 0
    for i in range(len(group)):
        if group[i] != group[start]:
            start = i
        best, nearest, chosen = 0, 0, i
        for j in range(start, i):
            # A later version of a record stays where its first one was put, whatever the correction says: an
            # answer once given must not change with what is received later.
            if source[j] == source[i] and record[j] == record[i]:
                chosen = first[j]
                break
            sure, apart = rate_party_match(i, j, payer, payee), abs(t[i] - t[j])
            # Not alike at all (0) never joins, however near in time.
            if sure < max(best, 1) or (sure == best and apart >= nearest):
                continue
            # One bank does not deliver its own booking twice under two ids: a second record
            # of a source is a second payment.
            if not _has_source(first, source, start, i, first[j], source[i]):
                best, nearest, chosen = sure, apart, first[j]
        first[i] = chosen
    return first


@compile_cached_kernel
def _has_source(first: Ints, source: Array, start: int, end: int, cluster: int, wanted: int) -> bool:
    """Whether a source already delivered a row of this transfer."""
    for k in range(start, end):  # noqa: SIM110 - numba compiles no generators here
        if first[k] == cluster and source[k] == wanted:
            return True
    return False
