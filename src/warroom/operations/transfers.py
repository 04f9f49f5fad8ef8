"""The reported transfers as the lake knows them, and the names under which one of them may be met again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from warroom.operations.canon import plain
from warroom.operations.views import TransferRef

if TYPE_CHECKING:
    from warroom.lake import Lake

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
    """Transfers found in the lake, by record id: two sources may use one record number."""

    by_id: Mapping[str, tuple[TransferRef, ...]]

    def of(self, record_ids: Iterable[str]) -> tuple[TransferRef, ...]:
        """Every row that carries one of these ids."""
        return tuple(ref for record_id in record_ids for ref in self.by_id.get(record_id, ()))

    def one(self, record_id: str, source: str) -> TransferRef | None:
        """The row of this source with this id."""
        return next((ref for ref in self.by_id.get(record_id, ()) if ref.source == source), None)


def look_up(
    lake: "Lake",
    record_ids: Iterable[str],
    as_of: datetime | None = None,
    days: tuple[date, date] | None = None,
) -> Sightings:
    """Read transfers by their ids, all in one query; `days`, where known, spare it the others."""
    wanted = sorted(set(record_ids))
    if not wanted:
        return Sightings({})
    table = lake.rows("transfers", as_of=as_of, days=days)
    rows = table.filter(table.record_id.isin(wanted)).select(*COLUMNS).to_pyarrow().to_pylist()
    found: dict[str, tuple[TransferRef, ...]] = {}
    for row in rows:
        found[row["record_id"]] = (*found.get(row["record_id"], ()), _ref(row))
    return Sightings(found)


def keys_of(ref: TransferRef) -> tuple[str, ...]:
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


def ref_json(ref: TransferRef | None) -> dict[str, Any]:
    """A reference as JSON values; empty for none."""
    found: dict[str, Any] = plain(ref) if ref is not None else {}
    return found


def ref_of(values: Mapping[str, Any]) -> TransferRef | None:
    """The inverse of `ref_json`."""
    if not values:
        return None
    time = values.get("time")
    return TransferRef(**{**values, "time": datetime.fromisoformat(time) if time else None})


def satang(amount: Decimal | float | int | None) -> int:
    """Baht of the lake (decimal) as satang."""
    return int((Decimal(str(amount or 0)) * 100).to_integral_value())


def utc(moment: datetime) -> datetime:
    """A time of the lake, with its zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _ref(row: Mapping[str, Any]) -> TransferRef:
    return TransferRef(
        record_id=row["record_id"],
        source=row["source"],
        uetr=row["uetr"] or "",
        end_to_end_id=row["end_to_end_id"] or "",
        amount=satang(row["amount"]),
        time=utc(row["time"]) if row["time"] else None,
        payer_bank=row["payer_bank"] or "",
        payer=row["payer"] or "",
        payee_bank=row["payee_bank"] or "",
        payee=row["payee"] or "",
    )
