"""How a partner's file is to be read: which of its columns is which of ours, and what it leaves unsaid.

Written as `--map ours=theirs` pairs, as a TOML file (docs/how-to/mapping.md names every key), or both.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from warroom.errors import RecordsError

DIRECTION_NAMES = ("bank", "account", "account_column", "column", "sign", "counterparty", "counterparty_bank")

UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}
"""Microseconds in each unit of a numeric time."""
SCALES = {
    "satang": -2,
    "cent": -2,
    "one": 0,
    "hundred": 2,
    "thousand": 3,
    "ten-thousand": 4,
    "hundred-thousand": 5,
    "million": 6,
}
"""By the units that amounts may be written in, the power of ten that makes whole money of them."""  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeRule:
    """How times are written. `zone` stands for times that name none; None: such rows are quarantined.

    A number is microseconds, milliseconds or seconds since 1970 by `unit`, or `step`s counted from `epoch`: by the clocks of
    `zone` where the epoch itself names no zone, as spreadsheets count days.
    Years of two digits are of `century` (None: this one). `day_only`: they name days, and midnight is no mistake.
    `cells_swapped`: of dates in ISO 8601 among times of another format, day and month changed places.
    """

    zone: str | None = None
    calendar: str = "gregorian"
    format: str | None = None
    epoch: datetime | None = None
    step: timedelta | None = None
    unit: str | None = None
    century: int | None = None
    day_only: bool = False
    cells_swapped: bool = False


@dataclass(frozen=True, slots=True)
class StatusRule:
    """Which words of a column say that a payment went through, and which that it was taken back."""

    paid: tuple[str, ...]
    back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """On what terms a delivery is held: who gave it, under which law, for what, how long."""

    partner: str | None = None
    legal_basis: str | None = None
    purpose: str | None = None
    retention_until: datetime | None = None
    retention_days: int | None = None
    backfill: bool = False

    def compute_erasure_time(self, received_at: datetime, default_days: float) -> datetime:
        """When the delivery is to be erased; `default_days` after its arrival where the terms name no end."""
        if self.retention_until:
            return self.retention_until
        return received_at + timedelta(
            days=default_days if self.retention_days is None else self.retention_days
        )


@dataclass(frozen=True, slots=True)
class DirectionRule:
    """A statement's own account, and how its rows say which way money went.

    Either `out` and `into` are one column of amounts each, or `column` holds one of the words in `out` or in `into`, or the
    `sign` of the amount says it. `counterparty` and `counterparty_bank` are the columns that name the other side.
    """

    bank: str
    account: str | None = None
    account_column: str | None = None
    column: str | None = None
    out: tuple[str, ...] = ()
    into: tuple[str, ...] = ()
    sign: str | None = None
    counterparty: str | None = None
    counterparty_bank: str | None = None

    @property
    def has_two_amount_columns(self) -> bool:
        """Whether withdrawals and deposits have columns of their own."""
        return self.column is None and self.sign is None

    @property
    def columns_read(self) -> list[str]:
        """The file's columns that it names."""
        names = (self.account_column, self.column, self.counterparty, self.counterparty_bank)
        amounts = (*self.out, *self.into) if self.has_two_amount_columns else ()
        return [name for name in (*names, *amounts) if name is not None]


@dataclass(frozen=True)
class FileMapping:
    """`columns` ours to theirs, `joined` ours to several of theirs; `constants` ours to a value; `values` ours to {theirs: ours}.

    `strip` are the signs that account numbers lose; None: the usual ones, spaces, hyphens and what has no width.
    `unit` is what amounts are counted in, a key of SCALES; `status` says by columns which rows are payments that went through,
    `turned` in which rows, by the words of a column, the payee stands where others have the payer.
    """

    columns: dict[str, str] = field(default_factory=dict)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    time: TimeRule = field(default_factory=TimeRule)
    times: dict[str, TimeRule] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    strip: str | None = None
    direction: DirectionRule | None = None
    unit: str = "one"
    status: dict[str, StatusRule] = field(default_factory=dict)
    turned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    header: tuple[int, ...] = ()
    """The line that names the columns, or the two that do; none: it is looked for."""
    sheet: str | int | None = None
    """The sheet of a workbook, by its name or its number from 1; none: the first that is not empty."""
    executed: bool = False
    """Whether a bank says that it has paid all that customers asked for in the file (pain.001)."""
    source: str | None = None
    terms: DeliveryTerms = field(default_factory=DeliveryTerms)

    @classmethod
    def from_pairs(cls, pairs: Iterable[str]) -> "FileMapping":
        """A mapping from `ours=theirs` pairs; raises RecordsError where one is no pair."""
        columns: dict[str, str] = {}
        for pair in pairs:
            ours, sign, theirs = pair.partition("=")
            if not (sign and ours.strip() and theirs.strip()):
                raise RecordsError("mapping.no-pair", pair=pair)
            columns[ours.strip()] = theirs.strip()
        return cls(columns=columns)

    def with_pairs(self, pairs: Iterable[str]) -> "FileMapping":
        """This mapping with some `ours=theirs` pairs that go before its own."""
        given = FileMapping.from_pairs(pairs).columns
        joined = {ours: theirs for ours, theirs in self.joined.items() if ours not in given}
        return replace(self, columns={**self.columns, **given}, joined=joined)

    @property
    def columns_read(self) -> list[str]:
        """The file's columns that it names."""
        stated = self.direction.columns_read if self.direction else []
        return [*self.columns.values(), *chain.from_iterable(self.joined.values()), *stated]

    @property
    def columns_consulted(self) -> list[str]:
        """The file's columns that become none of ours, and say what a row is."""
        return list(dict.fromkeys([*self.status, *self.turned]))

    def get_time_rule(self, ours: str) -> TimeRule:
        """The rule for one of our time columns."""
        return self.times.get(ours, self.time)

    @cached_property
    def _canonical_json(self) -> str:
        # Kept with every quarantined row and hashed with every delivery, so only what is set may be in it: a
        # new key with a default must not change the fingerprint of old mappings.
        return json.dumps(_to_tree(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def as_json(self) -> str:
        """The mapping as canonical JSON, in the shape of its TOML file."""
        return self._canonical_json

    def compute_fingerprint(self) -> str:
        """The sha256 of the canonical JSON, in hexadecimal: equal mappings have equal fingerprints."""
        return hashlib.sha256(self._canonical_json.encode()).hexdigest()


def get_zone(name: str) -> ZoneInfo:
    """A time zone by its name, such as Asia/Bangkok; raises RecordsError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        pass
    except KeyError:
        pass
    raise RecordsError("mapping.no-zone", name=name)


def parse_instant(value: Any, zone: str | None, where: str) -> datetime:
    """A time of a mapping file, in UTC; a date is its midnight in `zone`."""
    parsed = parse_time(value, where)
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=get_zone(zone or "UTC"))
    return zoned.astimezone(UTC)


def parse_time(value: Any, where: str) -> datetime:
    """A time of a mapping file with the zone that it names, if any; raises RecordsError for what is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the caller knows its zone
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise RecordsError("mapping.no-time", where=where, value=value) from None
    if not isinstance(value, datetime):
        raise RecordsError("mapping.no-time", where=where, value=value)
    return value


def _to_tree(mapping: FileMapping) -> dict[str, Any]:
    """The tree that `mapping_file.parse_mapping` reads back, with plain values only and nothing that is
    unset.
    """
    time = {
        **_time_to_tree(mapping.time),
        **{ours: _time_to_tree(rule) for ours, rule in mapping.times.items()},
    }
    terms = mapping.terms
    # Sections in the order of the file; empty ones are left out, so that the JSON of old mappings stays the
    # same.
    tree = {
        "columns": {**mapping.columns, **{ours: list(theirs) for ours, theirs in mapping.joined.items()}},
        "constants": mapping.constants,
        "values": mapping.values,
        "time": time,
        "file": _drop_unset(
            encoding=mapping.encoding,
            delimiter=mapping.delimiter,
            decimal=None if mapping.decimal == "." else mapping.decimal,
            header=(list(mapping.header) if len(mapping.header) > 1 else mapping.header[0])
            if mapping.header
            else None,
            sheet=mapping.sheet,
            executed=mapping.executed or None,
        ),
        "direction": _direction_to_tree(mapping.direction) if mapping.direction else {},
        "accounts": _drop_unset(strip=mapping.strip),
        "amount": _drop_unset(unit=None if mapping.unit == "one" else mapping.unit),
        "status": {name: _status_to_tree(rule) for name, rule in mapping.status.items()},
        "turned": {name: list(words) for name, words in mapping.turned.items()},
        "source": {"name": mapping.source} if mapping.source else {},
        "delivery": _drop_unset(
            partner=terms.partner,
            legal_basis=terms.legal_basis,
            purpose=terms.purpose,
            retention_until=terms.retention_until and terms.retention_until.isoformat(),
            retention_days=terms.retention_days,
            backfill=terms.backfill or None,
        ),
    }
    return {name: section for name, section in tree.items() if section}


def _drop_unset(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _direction_to_tree(rule: DirectionRule) -> dict[str, Any]:
    def list_names(names: tuple[str, ...]) -> Any:
        return (names[0] if rule.has_two_amount_columns else list(names)) if names else None

    named = {name: getattr(rule, name) for name in DIRECTION_NAMES}
    return _drop_unset(**named, **{"out": list_names(rule.out), "in": list_names(rule.into)})


def _status_to_tree(rule: StatusRule) -> dict[str, Any]:
    return _drop_unset(paid=list(rule.paid), back=list(rule.back) or None)


def _time_to_tree(rule: TimeRule) -> dict[str, Any]:
    return _drop_unset(
        zone=rule.zone,
        calendar=None if rule.calendar == "gregorian" else rule.calendar,
        format=rule.format,
        epoch=rule.epoch and rule.epoch.isoformat(),
        step=None if rule.step is None else f"{rule.step.total_seconds():.6f}s",
        unit=rule.unit,
        century=rule.century,
        day_only=rule.day_only or None,
        cells_swapped=rule.cells_swapped or None,
    )
