"""From what a person types to the reported transfers: record numbers, references of a payment, or a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.errors import TraceError
from warroom.money.index.account_index import Index
from warroom.money.index.transfer_graph import (
    SELF,
    TransferGraph,
    amount_of,
    flags_of,
    get_arriving_amount,
    is_counted,
    is_current,
    pack_graph,
    time_of,
)
from warroom.money.trace.flow import ReportedPayments
from warroom.records.tables import TABLES

HINT = "give it as source:record_id"


class PaymentRejected(TraceError):
    """A payment that its bank rejected: it never happened."""


# Later than anything was received, by whatever clock.
EVER = datetime(9000, 1, 1, tzinfo=UTC)


class ReportSource(Protocol):
    """Where reports are looked up: the lake, or an index that grows."""

    def find_rows(self, table: str, values: dict[str, Any], as_of: datetime) -> pa.Table: ...

    def find_last_time(self, table: str, as_of: datetime) -> datetime | None: ...


class ReusedNumber(NamedTuple):
    """A number that stands for another payment since it was named: the payment that was meant, and the one that has it now."""

    name: str
    meant: int
    now: int


@dataclass(frozen=True)
class ReportedTransfers:
    """The reported transfers; `missing` are numbers a report names that the lake does not hold (yet), `rejected` those of
    payments that never happened.
    """

    seeds: ReportedPayments
    amounts: tuple[int, ...]
    record_ids: tuple[str, ...]
    missing: tuple[str, ...]
    reports: tuple[str, ...]
    rejected: tuple[str, ...] = ()
    world: TransferGraph | None = None
    restored: tuple[ReusedNumber, ...] = ()


def find_reported_transfers(
    index: Index,
    lake: ReportSource,
    world: TransferGraph,
    ids: Sequence[str],
    known_at: Mapping[str, datetime] | None = None,
) -> ReportedTransfers:
    """The transfers that ids name at world.as_of: record ids, source:record_id, uetr, end_to_end_id, a report's id.

    What a report names, or an id that was named at a moment (`known_at`), is the payment that it was then: where its number
    stands for another payment since, `ReportedTransfers.world` has both, and `restored` says so.

    Raises TraceError, in one sentence, where an id is unknown, ambiguous, not known yet, or nothing can be followed.
    """
    named_transfers: list[int] = []
    missing: list[str] = []
    reports: list[str] = []
    rejected: list[str] = []
    named_at = {name: clock.to_micros(moment) for name, moment in (known_at or {}).items()}
    names = _TransferNames(index, world)
    for text in ids:
        numbers = names.find_transfers(text, named_at.get(text))
        if numbers is None:
            report = _require_report(lake, world.as_of, text)
            reports.append(text)
            named = dict.fromkeys(report["transfer_ids"], world.as_of)
            # Nearly no number has two versions, and earlier versions of a report are a query each.
            if any(len(_find_record_versions(index, name)[0]) > 1 for name in named):
                named |= _named_since(lake, report)
            parts = {name: _unless_rejected(names, name, moment, rejected) for name, moment in named.items()}
            missing += [name for name, known in parts.items() if known is None]
            numbers = [number for known in parts.values() if known for number in known]
            if not numbers and rejected:
                raise PaymentRejected("trace.payment-rejected", name=", ".join(rejected))
            if not numbers:
                raise TraceError("trace.transfers-not-ingested", name=text)
        named_transfers += [number for number in numbers if number not in named_transfers]
    if not named_transfers:
        raise TraceError("trace.no-transfer-named")
    reported = _build_reported(index, names.world, named_transfers, tuple(missing), tuple(reports))
    return replace(
        reported, rejected=tuple(rejected), world=names.world, restored=tuple(names.restored.values())
    )


class _TransferNames:
    """What names stand for; where a number was given to another payment, the one that was meant is put back into `world`."""

    def __init__(self, index: Index, world: TransferGraph) -> None:
        self._index, self.world = index, world
        self.restored: dict[int, ReusedNumber] = {}

    def find_transfers(self, text: str, at: int | None) -> list[int] | None:
        """The transfers an id names, as it was meant at a moment (microseconds); None where it names none at all."""
        numbers, source = _find_record_versions(self._index, text)
        if numbers:
            left_out = self._restore_meant_versions(text, numbers, at) if at is not None else set()
            kept = [number for number in numbers if number not in left_out]
            return _one_source(self._index, self.world, text, kept, source)
        # References last: end-to-end ids are often '1' or a record's number of another bank.
        for kind in ("uetr", "end_to_end"):
            if numbers := self._index.find_transfers(kind, text):
                return _one_transfer(self._index, self.world, text, numbers)
        return None

    def _restore_meant_versions(self, text: str, numbers: list[int], at: int) -> set[int]:
        """Put what the name meant back where another payment has the number now; those other payments."""
        left_out: set[int] = set()
        versions: dict[str, list[int]] = {}
        for number, (source, _) in zip(numbers, self._index.list_record_ids(numbers), strict=True):
            versions.setdefault(source, []).append(number)
        for mine in versions.values():
            now = [number for number in mine if is_current(pack_graph(self.world), number)]
            then = self._find_meant_version(mine, at) if len(mine) > 1 else mine[0]
            if now and then not in now and _are_two(self._index, self.world, then, now[0]):
                kept = self.world.until_key != then
                self.world = self.world._replace(
                    until_key=self.world.until_key[kept], until_at=self.world.until_at[kept]
                )
                self.restored[then] = ReusedNumber(text, then, now[0])
                left_out.update(now)
        return left_out

    def _find_meant_version(self, versions: list[int], at: int) -> int:
        """Which version of a record was current at a moment, or the first one after it."""
        first = min(self._index.received_at(number) for number in versions)
        then = self.world._replace(as_of=max(at, first), all_received=False)
        return next(number for number in reversed(versions) if is_current(pack_graph(then), number))


def _are_two(index: Index, world: TransferGraph, number: int, other: int) -> bool:
    """Whether two versions of a record are two payments."""
    descriptions = []
    for version in (number, other):
        payer, payee, place = index.find_parties(version)
        amount, _ = amount_and_currency(index, world, version)
        known = {"payer": payer + 1, "payee": payee + 1, "amount": amount}
        descriptions.append(
            {**known, "time": _transfer_time(index, world, version) if place != 1 << 62 else None}
        )
    return TABLES["transfers"].are_different_things(*descriptions)


def _unless_rejected(names: _TransferNames, text: str, at: int, rejected: list[str]) -> list[int] | None:
    """The transfers that a report's name means; none of a payment that its bank rejected, which is noted."""
    try:
        return names.find_transfers(text, at)
    except PaymentRejected:
        # One rejected attempt beside the payment that went through must not stop that one from being followed.
        rejected.append(text)
        return []


def _find_record_versions(index: Index, text: str) -> tuple[list[int], str | None]:
    """All versions of the records that an id names, and the source where it says one."""
    # A record's own id before 'source:id', and every colon is tried: both sources
    # and ids may have colons in them.
    source, numbers = None, index.find_transfers("record", text)
    for at, letter in enumerate(text):
        if not numbers and letter == ":":
            known = index.find_transfers("record", text[at + 1 :])
            numbers = [n for n in known if index.list_record_ids([n])[0][0] == text[:at]]
            source = text[:at] if numbers else None
    return numbers, source


def _keep_counted(index: Index, world: TransferGraph, text: str, numbers: list[int]) -> list[int]:
    """Of some transfers those that count at as_of, a copy standing for the row that counts."""
    known = [number for number in numbers if is_current(pack_graph(world), number)]
    kept = list(dict.fromkeys(n for number in known for n in _find_counted_original(world, number)))
    kept = [number for number in kept if _transfer_time(index, world, number) <= world.as_of]
    rejected_numbers = index.rejected[index.rejected[:, 1] <= world.as_of, 0]
    if not kept and not set(numbers).isdisjoint(rejected_numbers.tolist()):
        raise PaymentRejected("trace.payment-rejected", name=text)
    if not kept:
        at = clock.from_micros(world.as_of).isoformat()
        raise TraceError("trace.transfer-not-yet-known", name=text, at=at)
    return kept


def _find_counted_original(world: TransferGraph, number: int) -> list[int]:
    """The row that counts for a current one: itself, or what it is a copy of, through copies of copies."""
    # An earlier row can be a copy itself, and several ways lead to one row: `seen`
    # keeps each from being asked twice.
    seen, waiting = {number}, [number]
    while waiting:
        candidate = waiting.pop(0)
        if is_counted(pack_graph(world), candidate):
            return [candidate]
        low, high = np.searchsorted(world.copy_key, [candidate, candidate + 1])
        known = [
            int(n)
            for n in world.copy_of[low:high]
            if is_current(pack_graph(world), int(n)) and int(n) not in seen
        ]
        seen.update(known)
        waiting += known
    return []


def _one_source(
    index: Index, world: TransferGraph, text: str, numbers: list[int], source: str | None
) -> list[int]:
    kept = _keep_counted(index, world, text, numbers)
    sources = sorted({name for name, _ in index.list_record_ids(kept)})
    if source is None and len(kept) > 1 and len(sources) > 1:
        raise TraceError(
            "trace.transfer-ambiguous", name=text, sources=" and ".join(sources), hint=HINT, source=sources[0]
        )
    return kept


def _one_transfer(index: Index, world: TransferGraph, text: str, numbers: list[int]) -> list[int]:
    kept = _keep_counted(index, world, text, numbers)
    if len(kept) > 1:
        names = [f"{source}:{record}" for source, record in index.list_record_ids(kept[:3])]
        raise TraceError("trace.reference-ambiguous", name=text, count=len(kept), names=", ".join(names))
    return kept


def _require_report(lake: ReportSource, as_of: int, text: str) -> dict[str, Any]:
    """A report that names transfers, by its record id or source:record_id."""
    then = clock.from_micros(as_of)
    reports = _find_reports(lake, then, text)
    if not reports and _find_reports(lake, EVER, text):
        raise TraceError("trace.report-not-yet-known", name=text, at=then.isoformat())
    if not reports:
        raise TraceError("trace.nothing-of-that-name", name=text)
    if len(reports) > 1:
        names = " and ".join(sorted(row["source"] for row in reports))
        raise TraceError("trace.report-ambiguous", name=text, sources=names, hint=HINT)
    if not reports[0]["transfer_ids"]:
        raise TraceError("trace.report-without-transfer", name=text)
    return reports[0]


def _named_since(lake: ReportSource, report: dict[str, Any]) -> dict[str, int]:
    """Since when a report names each of its transfers, in microseconds: a number meant what it stood for then."""
    names, since = set(report["transfer_ids"]), dict[str, int]()
    row: dict[str, Any] | None = report
    while row is not None:
        moment = row["received_at"]
        since |= dict.fromkeys(names & set(row["transfer_ids"] or ()), clock.to_micros(moment))
        values = {"source": row["source"], "record_id": row["record_id"]}
        earlier = lake.find_rows("reports", values, moment - timedelta(microseconds=1)).to_pylist()
        row = next(iter(earlier), None)
    return since


def _find_reports(lake: ReportSource, as_of: datetime, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lake.find_rows("reports", {"record_id": text}, as_of).to_pylist()
    for at, letter in enumerate(text):
        if not found and letter == ":":
            values = {"source": text[:at], "record_id": text[at + 1 :]}
            found = lake.find_rows("reports", values, as_of).to_pylist()
    return found


def _transfer_time(index: Index, world: TransferGraph, number: int) -> int:
    place = index.find_parties(number)[2]
    return int(time_of(pack_graph(world), place)) if place != 1 << 62 else 0


def amount_and_currency(index: Index, world: TransferGraph, number: int) -> tuple[int, str]:
    """A transfer's amount (satang) as it arrived, and its currency; 0 where neither side names an account."""
    payer, payee, place = index.find_parties(number)
    amount = 0 if place == 1 << 62 else int(get_arriving_amount(pack_graph(world), place))
    return amount, index.find_currency(max(payer, payee))


def _build_reported(
    index: Index,
    world: TransferGraph,
    transfer_numbers: list[int],
    missing: tuple[str, ...],
    reports: tuple[str, ...],
) -> ReportedTransfers:
    rows, packed = [], pack_graph(world)
    for number in transfer_numbers:
        payer, payee, place = index.find_parties(number)
        # Neither side names an account: no posting, so there is nobody to follow the money to.
        if place != 1 << 62 and not flags_of(packed, place) & SELF:
            rows.append((time_of(packed, place), number, payer, payee, place, amount_of(packed, place)))
    if not rows:
        raise TraceError("trace.transfer-to-itself")
    rows.sort()
    numbers = [number for _, number, *_ in rows]
    # Each currency is an account of its own in the index; one sum over two currencies
    # would be no amount of anything.
    currencies = {index.find_currency(max(payer, payee)) for _, _, payer, payee, _, _ in rows}
    if len(currencies) > 1:
        raise TraceError("trace.currencies-differ", currencies=" and ".join(sorted(currencies)))
    columns = np.array(rows, np.int64).T.copy()
    t, number, payer, payee, place, amount = columns
    ids = tuple(record for _, record in index.list_record_ids(numbers))
    return ReportedTransfers(
        ReportedPayments(number, t, payer, payee, place), tuple(amount.tolist()), ids, missing, reports
    )
