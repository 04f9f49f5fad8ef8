"""Where holders of accounts live, as a register of holders says it; nothing is guessed from a branch or a telephone number."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

Account = tuple[str, str]
"""A bank and a number there."""
AT_ONCE = 20_000
"""Accounts that one question to the lake names."""


def find_holder_provinces(
    lake: "Lake", accounts: Iterable[Account], as_of: datetime | None = None
) -> Mapping[Account, str]:
    """The province of each account's holder, spelled as a register has it (empty where it says none); none for accounts of no known
    holder. Of several registers the last word in the alphabet counts, whatever the order in which their rows come.
    """
    wanted = sorted(set(accounts))
    provinces: dict[Account, str] = {}
    for first in range(0, len(wanted), AT_ONCE):
        provinces.update(_load_provinces(lake, wanted[first : first + AT_ONCE], as_of))
    return provinces


def _load_provinces(lake: "Lake", wanted: list[Account], as_of: datetime | None) -> dict[Account, str]:
    accounts, holders = lake.query_rows("accounts", as_of=as_of), lake.query_rows("holders", as_of=as_of)
    # By number alone, since engines filter one column fast; accounts of other banks are dropped at the end.
    named = accounts.filter(accounts.account.isin(sorted({number for _, number in wanted})))
    people = holders.select(holder="record_id", province="province")
    rows = named.select("bank", "account", "holder_id").join(people, named.holder_id == people.holder)
    mine = set(wanted)
    province_rows = sorted(
        (row["bank"] or "", row["account"], row["province"] or "") for row in rows.to_pyarrow().to_pylist()
    )
    # Later entries win in a dict, and the rows are sorted: so the last word of the alphabet counts.
    return {(bank, account): province for bank, account, province in province_rows if (bank, account) in mine}
