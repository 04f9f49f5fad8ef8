"""Reported transfers as the lake knows them, and all names under which one of them may occur."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from warroom import clock
from warroom.orders.views import TransferRef
from warroom.records.tables import TABLES

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# What banks write where a payer gave no reference (ISO 20022 usage rules): it names nothing.
NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONE", "N/A"})
COLUMNS = (
    "record_id",
    "source",
    "uetr",
    "end_to_end_id",
    "amount",
    "time",
    "payer_bank",
    "payer",
    "payee_bank",
    "payee",
)


@dataclass(frozen=True, slots=True)
class Sightings:
    """Transfers found in the lake, by record id: two sources may use one record number. `by_reference` are
    those found by a payment reference (uetr, end_to_end_id) instead. `known_at`: of numbers ('SOURCE:RECORD_ID') that stand
    for another payment since they were named, when they were.
    """

    by_id: Mapping[str, tuple[TransferRef, ...]]
    by_reference: Mapping[str, tuple[TransferRef, ...]] = field(default_factory=dict)
    known_at: Mapping[str, datetime] = field(default_factory=dict)

    def list_transfers(self, names: Iterable[str]) -> tuple[TransferRef, ...]:
        """Every row that carries one of these names: a record id, 'SOURCE:RECORD_ID' or a reference."""
        return tuple(dict.fromkeys(ref for name in names for ref in self._list_named(name)))

    def is_ambiguous(self, name: str) -> bool:
        """Whether a name matches transfers that are not copies of one another."""
        refs = self._list_named(name)
        return len(refs) > 1 and not set.intersection(*(set(list_transfer_keys(ref)[1:]) for ref in refs))

    def _list_named(self, name: str) -> tuple[TransferRef, ...]:
        if name in self.by_id:
            return self.by_id[name]
        split = [(name[:at], name[at + 1 :]) for at, letter in enumerate(name) if letter == ":"]
        sure = (self.find_transfer(record_id, source) for source, record_id in split)
        return tuple(ref for ref in sure if ref is not None) or self.by_reference.get(name, ())

    def find_transfer(self, record_id: str, source: str) -> TransferRef | None:
        """The row of this source with this id."""
        return next((ref for ref in self.by_id.get(record_id, ()) if ref.source == source), None)


def look_up(
    lake: "Lake",
    record_ids: Iterable[str],
    as_of: datetime | None = None,
    days: tuple[date, date] | None = None,
) -> Sightings:
    """Read transfers by their ids in one query; `days`, where known, limits the files that are read."""
    wanted = sorted(set(record_ids))
    if not wanted:
        return Sightings({})
    return Sightings(_load_by_column(lake, "record_id", wanted, as_of, days))


def look_up_lately(lake: "Lake", record_ids: Iterable[str], as_of: datetime, lately: timedelta) -> Sightings:
    """Read transfers by their ids, most of which happened `lately` before the newest one known at `as_of`: the other days are
    read only where some are not found there.
    """
    wanted = set(record_ids)
    known = [file for file in lake.list_files("transfers") if file.first_received <= clock.to_micros(as_of)]
    newest = min(max((file.last_time for file in known), default=0), clock.to_micros(as_of))
    until = clock.from_micros(newest)
    seen = look_up(lake, wanted, as_of, ((until - lately).date(), until.date()))
    lost = wanted - set(seen.by_id)
    return Sightings({**seen.by_id, **look_up(lake, lost, as_of).by_id}) if lost else seen


def look_up_named(
    lake: "Lake",
    names: Iterable[str],
    as_of: datetime | None = None,
    named_since: Callable[[], Mapping[str, datetime]] = dict,
) -> Sightings:
    """Read transfers by what a report calls them: record ids, 'SOURCE:RECORD_ID', or else a reference of the
    payment.

    `named_since` says when each was named: where its number was given to another payment later, the one that was meant is
    read. It is asked only where numbers have several versions.
    """
    wanted = set(names)
    # A source's name may contain colons too: every split is tried.
    tails = {name[at + 1 :] for name in wanted for at, letter in enumerate(name) if letter == ":"}
    seen = _replace_reused_numbers(lake, look_up(lake, wanted | tails - {""}, as_of), as_of, named_since)
    lost = sorted(name for name in wanted if not seen.list_transfers((name,)))
    if not lost:
        return seen
    references = {
        **_load_by_column(lake, "end_to_end_id", lost, as_of),
        **_load_by_column(lake, "uetr", lost, as_of),
    }
    return replace(seen, by_reference=references)


def _replace_reused_numbers(
    lake: "Lake",
    seen: Sightings,
    as_of: datetime | None,
    named_since: Callable[[], Mapping[str, datetime]],
) -> Sightings:
    """The sightings, with the payments that were meant in place of those that took their numbers later."""
    versions = _load_versions(lake, list(seen.by_id), as_of)
    if not versions:
        return seen
    since, known_at, by_id = named_since(), dict[str, datetime](), dict(seen.by_id)
    for (source, record_id), rows in versions.items():
        named = [since[name] for name in (record_id, f"{source}:{record_id}") if name in since]
        meant = next(
            (row for row in reversed(rows) if named and to_utc(row["received_at"]) <= min(named)), rows[0]
        )
        if named and TABLES["transfers"].are_different_things(meant, rows[-1]):
            known_at[f"{source}:{record_id}"] = min(named)
            others = (ref for ref in by_id[record_id] if ref.source != source)
            by_id[record_id] = tuple(sorted((*others, _to_transfer_ref(meant)), key=lambda ref: ref.source))
    return replace(seen, by_id=by_id, known_at=known_at)


def _load_versions(
    lake: "Lake", record_ids: list[str], as_of: datetime | None
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """All versions of those records that were ever corrected, by source and record id, the oldest first."""
    if not record_ids or not any(file.corrections for file in lake.list_files("transfers")):
        return {}
    stored = lake.query_stored_rows("transfers")
    corrected = stored.filter(stored.correction, stored.record_id.isin(record_ids)).record_id
    ids = corrected.to_pyarrow().unique().to_pylist()
    versions: dict[tuple[str, str], list[dict[str, Any]]] = {}
    if ids:
        rows = stored.filter(stored.record_id.isin(ids)).to_pyarrow().to_pylist()
        rows.sort(key=lambda row: (row["received_at"], row["delivery_id"], row["line"]))
        for row in rows:
            if as_of is None or to_utc(row["received_at"]) <= as_of:
                versions.setdefault((row["source"], row["record_id"]), []).append(row)
    return versions


def _load_by_column(
    lake: "Lake",
    column: str,
    wanted: list[str],
    as_of: datetime | None,
    days: tuple[date, date] | None = None,
) -> dict[str, tuple[TransferRef, ...]]:
    table = lake.query_rows("transfers", as_of=as_of, days=days)
    rows = table.filter(table[column].isin(wanted)).select(*COLUMNS).to_pyarrow().to_pylist()
    rows.sort(key=lambda row: (row["source"], row["record_id"]))
    refs_by_value: dict[str, tuple[TransferRef, ...]] = {}
    for row in rows:
        refs_by_value[row[column]] = (*refs_by_value.get(row[column], ()), _to_transfer_ref(row))
    return refs_by_value


def list_transfer_keys(ref: TransferRef) -> tuple[str, ...]:
    """Every name of a transfer: its record, and what both banks' copies of it share.

    Two copies are one transfer where uetr, or end_to_end_id, and the amount agree; an end-to-end id is only
    unique between two accounts, so they belong to the name.
    """
    keys = [f"record:{ref.source}:{ref.record_id}"]
    if ref.uetr:
        keys.append(f"uetr:{ref.uetr.lower()}:{ref.amount}")
    if ref.end_to_end_id.upper() not in NO_REFERENCE:
        ends = f"{ref.payer_bank}/{ref.payer}>{ref.payee_bank}/{ref.payee}"
        keys.append(f"end-to-end:{ref.end_to_end_id}:{ref.amount}:{ends}")
    return tuple(keys)


def to_satang(amount: Decimal | float | int | None) -> int:
    """Baht of the lake (decimal) as satang."""
    return int((Decimal(str(amount or 0)) * 100).to_integral_value())


def to_utc(moment: datetime) -> datetime:
    """A time of the lake, with its zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _to_transfer_ref(row: Mapping[str, Any]) -> TransferRef:
    return TransferRef(
        record_id=row["record_id"],
        source=row["source"],
        uetr=row["uetr"] or "",
        end_to_end_id=row["end_to_end_id"] or "",
        amount=to_satang(row["amount"]),
        time=to_utc(row["time"]) if row["time"] else None,
        payer_bank=row["payer_bank"] or "",
        payer=row["payer"] or "",
        payee_bank=row["payee_bank"] or "",
        payee=row["payee"] or "",
    )
