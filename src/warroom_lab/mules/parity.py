"""Whether honest accounts of some groups are flagged more often than those of others.

Groups are looked at here and nowhere else: region, age band, account type and small shops are no features. A share is
given with its counts, and left out where a group is too small to say anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake.lake import Lake
from warroom.money.index.account_index import Index
from warroom.money.index.transfer_graph import Array, Ints

BY = ("region", "age_band", "account_type", "small_shop")
SMALLEST = 11
"""Groups with fewer accounts are not shown, as with every table of people (k = 11)."""
SMALL_SHOP_TYPES = ("savings", "wallet")
"""A shop that sells from a person's kind of account is a small one."""


@dataclass(frozen=True, slots=True)
class Parity:
    """Of a group: its honest account-days looked at, how many were flagged, and that share (false positives)."""

    by: str
    group: str
    honest: int
    flagged: int

    @property
    def rate(self) -> float:
        return self.flagged / self.honest


def measure_parity(groups: pa.Table, place: Ints, flagged: Array, mule: Array) -> list[Parity]:
    """By each attribute of `groups` (a row an account, columns BY): honest rows and those of them that were flagged."""
    honest = ~mule
    return [
        parity
        for by in BY
        for parity in _iter_parity(
            by, groups[by].combine_chunks().take(pa.array(place[honest])), flagged[honest]
        )
    ]


def _iter_parity(by: str, names: pa.Array, flagged: Array) -> Iterator[Parity]:
    # Those of whom nothing is known are a group too: leaving them out would hide whom the registers miss.
    filled = pc.fill_null(names, "unknown").dictionary_encode()
    codes = filled.indices.to_numpy()
    counts, hits = np.bincount(codes), np.bincount(codes, weights=flagged)
    for group, code in sorted((str(name), code) for code, name in enumerate(filled.dictionary.to_pylist())):
        if counts[code] >= SMALLEST:
            yield Parity(by, group, int(counts[code]), int(hits[code]))


def build_account_groups(lake: Lake, index: Index, accounts: int) -> pa.Table:
    """The groups of a lake's accounts, a row for each number of the index; null where no register says."""
    held = lake.query_rows("accounts").select("bank", "account", "holder_id", "type").to_pyarrow()
    people = lake.query_rows("holders").select("record_id", "kind", "age_band", "province").to_pyarrow()
    joined = held.join(people, "holder_id", "record_id")
    # Two registers may tell of one account, and a join keeps no order: sorted, the same one counts each time.
    joined = joined.sort_by([(name, "ascending") for name in joined.column_names])
    number = index.account_ids(joined["bank"].combine_chunks(), joined["account"].combine_chunks())
    row = np.full(accounts, -1)
    # Registers may know accounts that no payment names; those have no number here.
    row[number[number >= 0]] = np.flatnonzero(number >= 0)
    return build_group_columns(joined.take(pa.array(row, mask=row < 0)))


def build_group_columns(accounts: pa.Table) -> pa.Table:
    """The columns BY from province, age_band, type and kind."""
    shop = pc.equal(accounts["kind"], "shop")
    small = pc.is_in(accounts["type"], pa.array(SMALL_SHOP_TYPES))
    name = pc.if_else(pc.and_kleene(shop, small), "small shop", pc.if_else(shop, "other shop", "no shop"))
    return pa.table(
        {
            "region": accounts["province"],
            "age_band": accounts["age_band"],
            "account_type": accounts["type"],
            "small_shop": name,
        }
    )
