"""From what a person types to the reported transfers: record numbers, references of a payment, or a report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.errors import TraceError
from warroom.money.index.account_index import Index
from warroom.money.index.transfer_graph import (
    SELF,
    TransferGraph,
    amount_of,
    arriving,
    counts,
    current,
    flags_of,
    pack,
    time_of,
)
from warroom.money.trace.flow import Seeds

HINT = "give it as source:record_id"


class Rejected(TraceError):
    """A payment that its bank rejected: it never happened."""


# Later than anything was received, by whatever clock.
EVER = datetime(9000, 1, 1, tzinfo=UTC)


class Reports(Protocol):
    """Where reports are looked up: the lake, or an index that grows."""

    def find(self, table: str, values: dict[str, Any], as_of: datetime) -> pa.Table: ...

    def last_time(self, table: str, as_of: datetime) -> datetime | None: ...


@dataclass(frozen=True)
class Reported:
    """The reported transfers; `missing` are numbers a report names that the lake does not hold (yet), `rejected` those of
    payments that never happened.
    """

    seeds: Seeds
    amounts: tuple[int, ...]
    record_ids: tuple[str, ...]
    missing: tuple[str, ...]
    reports: tuple[str, ...]
    rejected: tuple[str, ...] = ()


def look_up(index: Index, lake: Reports, world: TransferGraph, ids: Sequence[str]) -> Reported:
    """The transfers that ids name at world.as_of: record ids, source:record_id, uetr, end_to_end_id, a report's id.

    Raises TraceError, in one sentence, where an id is unknown, ambiguous, not known yet, or nothing can be followed.
    """
    found: list[int] = []
    missing: list[str] = []
    reports: list[str] = []
    rejected: list[str] = []
    for text in ids:
        numbers = _transfers(index, world, text)
        if numbers is None:
            named = _report(lake, world.as_of, text)
            reports.append(text)
            parts = {name: _unless_rejected(index, world, name, rejected) for name in named}
            missing += [name for name, known in parts.items() if known is None]
            numbers = [number for known in parts.values() if known for number in known]
            if not numbers and rejected:
                raise Rejected("trace.payment-rejected", name=", ".join(rejected))
            if not numbers:
                raise TraceError("trace.transfers-not-ingested", name=text)
        found += [number for number in numbers if number not in found]
    if not found:
        raise TraceError("trace.no-transfer-named")
    return replace(_reported(index, world, found, tuple(missing), tuple(reports)), rejected=tuple(rejected))


def _unless_rejected(index: Index, world: TransferGraph, text: str, rejected: list[str]) -> list[int] | None:
    """The transfers that a report's name means; none of a payment that its bank rejected, which is noted."""
    try:
        return _transfers(index, world, text)
    except Rejected:
        # One rejected attempt beside the payment that went through must not stop that one from being followed.
        rejected.append(text)
        return []


def _transfers(index: Index, world: TransferGraph, text: str) -> list[int] | None:
    """The transfers an id names; None where it names none at all."""
    # A record's own id before 'source:id', and every colon is tried: both sources
    # and ids may have colons in them.
    source, numbers = None, index.find("record", text)
    for at, letter in enumerate(text):
        if not numbers and letter == ":":
            known = index.find("record", text[at + 1 :])
            numbers = [n for n in known if index.records([n])[0][0] == text[:at]]
            source = text[:at] if numbers else None
    if numbers:
        return _one_source(index, world, text, numbers, source)
    # References last: end-to-end ids are often '1' or a record's number of another bank.
    for kind in ("uetr", "end_to_end"):
        numbers = index.find(kind, text)
        if numbers:
            return _one_transfer(index, world, text, numbers)
    return None


def _counting(index: Index, world: TransferGraph, text: str, numbers: list[int]) -> list[int]:
    """Of some transfers those that count at as_of, a copy standing for the row that counts."""
    known = [number for number in numbers if current(pack(world), number)]
    kept = list(dict.fromkeys(n for number in known for n in _original(world, number)))
    kept = [number for number in kept if _time(index, world, number) <= world.as_of]
    told = index.rejected[index.rejected[:, 1] <= world.as_of, 0]
    if not kept and not set(numbers).isdisjoint(told.tolist()):
        raise Rejected("trace.payment-rejected", name=text)
    if not kept:
        at = clock.from_micros(world.as_of).isoformat()
        raise TraceError("trace.transfer-not-yet-known", name=text, at=at)
    return kept


def _original(world: TransferGraph, number: int) -> list[int]:
    """The row that counts for a current one: itself, or what it is a copy of, through copies of copies."""
    # An earlier row can be a copy itself, and several ways lead to one row: `seen`
    # keeps each from being asked twice.
    seen, waiting = {number}, [number]
    while waiting:
        one = waiting.pop(0)
        if counts(pack(world), one):
            return [one]
        low, high = np.searchsorted(world.copy_key, [one, one + 1])
        known = [
            int(n) for n in world.copy_of[low:high] if current(pack(world), int(n)) and int(n) not in seen
        ]
        seen.update(known)
        waiting += known
    return []


def _one_source(
    index: Index, world: TransferGraph, text: str, numbers: list[int], source: str | None
) -> list[int]:
    kept = _counting(index, world, text, numbers)
    sources = sorted({name for name, _ in index.records(kept)})
    if source is None and len(kept) > 1 and len(sources) > 1:
        raise TraceError(
            "trace.transfer-ambiguous", name=text, sources=" and ".join(sources), hint=HINT, source=sources[0]
        )
    return kept


def _one_transfer(index: Index, world: TransferGraph, text: str, numbers: list[int]) -> list[int]:
    kept = _counting(index, world, text, numbers)
    if len(kept) > 1:
        names = [f"{source}:{record}" for source, record in index.records(kept[:3])]
        raise TraceError("trace.reference-ambiguous", name=text, count=len(kept), names=", ".join(names))
    return kept


def _report(lake: Reports, as_of: int, text: str) -> list[str]:
    """The transfers a report names, by its record id or source:record_id."""
    then = clock.from_micros(as_of)
    found = _reports(lake, then, text)
    if not found and _reports(lake, EVER, text):
        raise TraceError("trace.report-not-yet-known", name=text, at=then.isoformat())
    if not found:
        raise TraceError("trace.nothing-of-that-name", name=text)
    if len(found) > 1:
        names = " and ".join(sorted(row["source"] for row in found))
        raise TraceError("trace.report-ambiguous", name=text, sources=names, hint=HINT)
    named: list[str] = found[0]["transfer_ids"] or []
    if not named:
        raise TraceError("trace.report-without-transfer", name=text)
    return named


def _reports(lake: Reports, as_of: datetime, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lake.find("reports", {"record_id": text}, as_of).to_pylist()
    for at, letter in enumerate(text):
        if not found and letter == ":":
            values = {"source": text[:at], "record_id": text[at + 1 :]}
            found = lake.find("reports", values, as_of).to_pylist()
    return found


def _time(index: Index, world: TransferGraph, number: int) -> int:
    place = index.sides(number)[2]
    return int(time_of(pack(world), place)) if place != 1 << 62 else 0


def amount_and_currency(index: Index, world: TransferGraph, number: int) -> tuple[int, str]:
    """A transfer's amount (satang) as it arrived, and its currency; 0 where neither side names an account."""
    payer, payee, place = index.sides(number)
    amount = 0 if place == 1 << 62 else int(arriving(pack(world), place))
    return amount, index.currency(max(payer, payee))


def _reported(
    index: Index, world: TransferGraph, found: list[int], missing: tuple[str, ...], reports: tuple[str, ...]
) -> Reported:
    rows = []
    for number in found:
        payer, payee, place = index.sides(number)
        # Neither side names an account: no posting, so there is nobody to follow the money to.
        if place != 1 << 62 and not flags_of(pack(world), place) & SELF:
            rows.append(
                (time_of(pack(world), place), number, payer, payee, place, amount_of(pack(world), place))
            )
    if not rows:
        raise TraceError("trace.transfer-to-itself")
    rows.sort()
    numbers = [number for _, number, *_ in rows]
    # Each currency is an account of its own in the index; one sum over two currencies
    # would be no amount of anything.
    currencies = {index.currency(max(payer, payee)) for _, _, payer, payee, _, _ in rows}
    if len(currencies) > 1:
        raise TraceError("trace.currencies-differ", currencies=" and ".join(sorted(currencies)))
    columns = np.array(rows, np.int64).T.copy()
    t, number, payer, payee, place, amount = columns
    ids = tuple(record for _, record in index.records(numbers))
    return Reported(Seeds(number, t, payer, payee, place), tuple(amount.tolist()), ids, missing, reports)
