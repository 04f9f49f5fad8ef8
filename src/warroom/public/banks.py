"""From which banks money may have left: those that an administrator entered, and those that the records name as payers' banks.

A fresh home has records before anybody has entered an agency, and whoever has just lost money can name their bank there too.
"""

import time
from typing import TYPE_CHECKING, Any

from warroom.access.agencies import list_agencies
from warroom.ledger.ledger import Ledger

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

AGAIN_SECONDS = 3_600.0
"""New banks come seldom, and to look through all payments takes a while."""
MOST = 200
"""Banks of records, those that most payments left: a list that somebody can read."""
LONGEST = 40  # signs of a code


class BanksOfRecords:
    """The codes of payers' banks in the lake, as trails show them; looked for again once an hour where more has come."""

    def __init__(self) -> None:
        self._head, self._looked = -1, 0.0
        self._codes: tuple[str, ...] = ()

    def list_codes(self, lake: "Lake") -> tuple[str, ...]:
        """In the order of the alphabet."""
        late = time.monotonic() - self._looked >= AGAIN_SECONDS
        if lake.head != self._head and (late or not self._codes):
            self._head, self._looked = lake.head, time.monotonic()
            self._codes = _list_payer_bank_codes(lake) if lake.list_files("transfers") else ()
        return self._codes


def _list_payer_bank_codes(lake: "Lake") -> tuple[str, ...]:
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
    """Code and names of each, those with a name first; a bank of the records alone is known by its code."""
    entered = list_agencies(ledger, kind="bank", active=True)
    known = {one.code for one in list_agencies(ledger)}
    return [
        *({"code": one.code, "th": one.name.th, "en": one.name.en} for one in entered),
        *({"code": code, "th": code, "en": code} for code in of_records if code not in known),
    ]
