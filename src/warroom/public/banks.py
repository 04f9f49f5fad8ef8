"""The list of banks for the public forms: banks entered by an administrator, and payers' banks in the records.

A fresh home has records before anybody has entered an agency, and a victim must be able to choose their bank then too.
"""

import time
from typing import TYPE_CHECKING, Any

from warroom.access.agencies import list_agencies
from warroom.ledger.ledger import Ledger

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

AGAIN_SECONDS = 3_600.0
"""Seconds between two searches: new banks are rare, and a scan of all payments takes a while. Chosen, not measured."""
MOST = 200
"""Banks from records, at most, by number of payments: a list that a person can scan. Chosen, not measured."""
LONGEST = 40  # signs of a code


class BanksOfRecords:
    """The codes of payers' banks in the lake, cached; read again once an hour if the lake has changed."""

    def __init__(self) -> None:
        self._head, self._looked = -1, 0.0
        self._codes: tuple[str, ...] = ()

    def list_codes(self, lake: "Lake") -> tuple[str, ...]:
        """The codes in alphabetical order."""
        late = time.monotonic() - self._looked >= AGAIN_SECONDS
        if lake.head != self._head and (late or not self._codes):
            self._head, self._looked = lake.head, time.monotonic()
            self._codes = _list_payer_bank_codes(lake) if lake.list_files("transfers") else ()
        return self._codes


def _list_payer_bank_codes(lake: "Lake") -> tuple[str, ...]:
    # Imported here: a process without a lake need not load the query engine.
    import ibis

    rows = lake.query_rows("transfers")
    counts = rows.group_by("payer_bank").agg(payments=rows.count())
    most = (
        counts.order_by(ibis.desc("payments"), "payer_bank")
        .limit(MOST)
        .to_pyarrow()["payer_bank"]
        .to_pylist()
    )
    return tuple(sorted(code for code in most if code and len(code) <= LONGEST))


def list_public_banks(ledger: Ledger, of_records: tuple[str, ...]) -> list[dict[str, Any]]:
    """Code and names of each bank, named ones first; a bank known only from records is shown by its code."""
    entered = list_agencies(ledger, kind="bank", active=True)
    known = {one.code for one in list_agencies(ledger)}
    return [
        *({"code": one.code, "th": one.name.th, "en": one.name.en} for one in entered),
        *({"code": code, "th": code, "en": code} for code in of_records if code not in known),
    ]
