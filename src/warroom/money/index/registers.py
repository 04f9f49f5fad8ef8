"""The side tables of the index, by account: holders, balances, and the reports that name them.

Each is an Arrow file beside the segments, sorted by account, with from when and until when (microseconds) a row was
the newest word of its record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake import original
from warroom.lake.hashing import U64, hash_record_ids
from warroom.lake.lake import Lake
from warroom.money.index.names import Key, to_plain_texts
from warroom.money.index.pairs import PairingRows, find_superseded_versions
from warroom.money.index.rows import to_micros, to_satang
from warroom.money.index.transfer_graph import NEVER, Ints

KINDS = ("", "person", "company", "shop", "agency")
PERSON, COMPANY, SHOP, AGENCY = 1, 2, 3, 4
SHOP_TYPES = ("shop", "merchant")
MADE_OF = {"facts": ("accounts", "holders"), "balances": ("balances",), "reports": ("reports",)}
"""The tables that each side is made of."""


@dataclass(frozen=True)
class AccountRegister:
    """Rows by account; `numbers` are arrays of one length, `texts` reach record numbers and the like."""

    account: Ints
    numbers: dict[str, Ints]
    texts: pa.Table

    @classmethod
    def make_empty(cls) -> "AccountRegister":
        """A side without rows."""
        none = np.empty(0, np.int64)
        names = ("kind", "since", "until", "time", "amount")
        return cls(none, dict.fromkeys(names, none), pa.table({}))

    @classmethod
    def load(cls, path: Path) -> "AccountRegister":
        return cls.from_table(pa.ipc.open_file(pa.memory_map(str(path))).read_all())

    @classmethod
    def from_table(cls, table: pa.Table) -> "AccountRegister":
        """A table sorted by account, its whole numbers as arrays."""
        whole = {
            name: np.ascontiguousarray(table[name].to_numpy()).astype(np.int64)
            for name in table.column_names
            if pa.types.is_integer(table.schema.field(name).type)
        }
        texts = table.select([name for name in table.column_names if name not in whole])
        return cls(whole.pop("account"), whole, texts)

    def list_rows_known_at(self, account: int, as_of: int) -> list[dict[str, Any]]:
        """The rows of an account that were the newest word at as_of."""
        if not len(self.account):
            return []
        low, high = (
            np.searchsorted(self.account, account, "left"),
            np.searchsorted(self.account, account, "right"),
        )
        rows = []
        for at in range(int(low), int(high)):
            if self.numbers["since"][at] <= as_of < self.numbers["until"][at]:
                row: dict[str, Any] = {name: int(column[at]) for name, column in self.numbers.items()}
                row.update(self.texts.slice(at, 1).to_pylist()[0])
                rows.append(row)
        return rows


def drop_unknown_accounts(table: pa.Table) -> pa.Table:
    """A side without the rows of accounts that no transfer names."""
    return table.filter(pc.greater_equal(table["account"], 0))


def write_side(path: Path, table: pa.Table) -> None:
    """Write a side sorted by account; rows of accounts that no transfer names are left out."""
    known = drop_unknown_accounts(table)
    with pa.ipc.new_file(str(path), known.schema) as out:
        out.write_table(known.combine_chunks())


Reader = Callable[[str, list[str]], list[pa.Table]]
"""Parts of a small table in the order of their commits: the chosen columns, and whether a row is a `correction`."""


def make_lake_reader(lake: Lake) -> Reader:
    """Reads a table of the lake file by file."""

    def read(table: str, columns: list[str]) -> list[pa.Table]:
        parts = []
        for file in sorted(lake.list_files(table), key=lambda file: (file.seq, file.name)):
            part = original.load_columns(file, columns)
            corrects = pa.repeat(pa.scalar(file.corrections > 0), len(part))
            parts.append(part.append_column("correction", corrects))
        return parts

    return read


def load_versions(read: Reader, table: str, columns: list[str], key: Key) -> tuple[pa.Table, Ints, Ints]:
    """All rows of a small table with the chosen columns, since when and until when each was the newest word."""
    parts = read(table, ["record_id", "source", "received_at", *columns])
    if not parts:
        empty = pa.table({name: pa.array([], pa.string()) for name in ("record_id", "source", *columns)})
        return empty, np.empty(0, np.int64), np.empty(0, np.int64)
    rows = pa.concat_tables(parts).combine_chunks()
    since = to_micros(rows["received_at"])
    until = np.full(len(since), NEVER)
    record = hash_record_ids(to_plain_texts(rows["record_id"]), key)[:, 0]
    source = hash_record_ids(to_plain_texts(rows["source"]), key)[:, 0]
    nothing = np.zeros(len(since), np.int64)
    number = np.arange(len(since))
    correction = rows["correction"].to_numpy()
    replaced, at = find_superseded_versions(
        PairingRows(number, record, source, since, correction, nothing, nothing, nothing, nothing)
    )
    until[replaced] = at
    return rows, since, until


def to_micros_or_never(column: pa.ChunkedArray) -> Ints:
    """Times as microseconds, NEVER where there is none."""
    return pc.fill_null(column.cast(pa.int64()), pa.scalar(NEVER, pa.int64())).to_numpy()  # type: ignore[no-any-return]


def build_account_facts(read: Reader, key: Key, account_of: Any) -> pa.Table:
    """Accounts joined with their holders: kind, opened_at and known_since by account and time of knowledge."""
    columns = ["bank", "account", "holder_id", "opened_at", "type"]
    rows, since, until = load_versions(read, "accounts", columns, key)
    people, p_since, p_until = load_versions(read, "holders", ["kind", "known_since"], key)
    if not len(since):
        none, no_text = np.empty(0, np.int64), pa.array([], pa.string())
        return _facts_table(none, none, none, none, none, none, no_text, no_text)
    holder = hash_record_ids(to_plain_texts(rows["holder_id"]), key)[:, 0]
    at, of = _join_hashes(holder, hash_record_ids(to_plain_texts(people["record_id"]), key)[:, 0])
    lone = np.setdiff1d(np.arange(len(since)), at)
    row = np.concatenate([at, np.arange(len(since))])
    person = np.concatenate([of, np.full(len(since), -1)])
    kind = np.append(_encode_names(to_plain_texts(people["kind"]), KINDS), 0)[person]
    by_type = pc.is_in(pc.utf8_lower(to_plain_texts(rows["type"])), pa.array(SHOP_TYPES)).to_numpy(
        zero_copy_only=False
    )
    # An agency with a card terminal is an agency still: as a shop, the trail would end there as money spent.
    kind = np.where(by_type[row] & (kind != AGENCY), SHOP, kind)
    keep = (person >= 0) | np.isin(row, lone) | by_type[row]
    known = np.append(
        to_micros_or_never(people["known_since"]) if len(p_since) else np.empty(0, np.int64), NEVER
    )[person]
    # Known from the moment on at which both the account's row and its holder's were, until either was
    # replaced. Index -1 reaches the appended value: an account whose holder nobody told of.
    start = np.maximum(since[row], np.append(p_since, 0)[person])
    end = np.minimum(until[row], np.append(p_until, NEVER)[person])
    keep &= start < end
    account = account_of(to_plain_texts(rows["bank"]), to_plain_texts(rows["account"]))
    ids = to_plain_texts(rows["record_id"]).take(pa.array(row[keep]))
    holders = pc.fill_null(
        to_plain_texts(people["record_id"]).take(pa.array(person[keep], mask=person[keep] < 0)), ""
    )
    opened = to_micros_or_never(rows["opened_at"])
    return _facts_table(
        account[row][keep], start[keep], end[keep], kind[keep], opened[row][keep], known[keep], ids, holders
    )


def _facts_table(
    account: Ints,
    since: Ints,
    until: Ints,
    kind: Ints,
    opened: Ints,
    known: Ints,
    record: pa.Array,
    holder: pa.Array,
) -> pa.Table:
    order = pa.array(np.lexsort((since, account)))
    numbers = {
        "account": account,
        "since": since,
        "until": until,
        "kind": kind,
        "opened": opened,
        "known": known,
    }
    table = pa.table({name: pa.array(values, pa.int64()) for name, values in numbers.items()})
    return table.append_column("record_id", record).append_column("holder_record", holder).take(order)


def _encode_names(texts: pa.Array, names: tuple[str, ...]) -> Ints:
    found = pc.fill_null(pc.index_in(texts, pa.array(names)), 0).to_numpy(zero_copy_only=False)
    return np.asarray(found, np.int64)


def _join_hashes(left: U64, right: U64) -> tuple[Ints, Ints]:
    """Positions of equal hashes: every pair of a left row and a right row."""
    order = np.argsort(right, kind="stable")
    low, high = np.searchsorted(right[order], left, "left"), np.searchsorted(right[order], left, "right")
    sizes = high - low
    at = np.repeat(np.arange(len(left)), sizes)
    step = np.arange(sizes.sum()) - np.repeat(np.append(0, np.cumsum(sizes)[:-1]), sizes)
    return at, order[np.repeat(low, sizes) + step]


def build_stated_balances(read: Reader, key: Key, account_of: Any) -> pa.Table:
    """Stated balances by account and time, in satang."""
    rows, since, until = load_versions(read, "balances", ["bank", "account", "time", "amount"], key)
    if not len(since):
        account = time = amount = since
        record = pa.array([], pa.string())
    else:
        account = account_of(to_plain_texts(rows["bank"]), to_plain_texts(rows["account"]))
        time, amount, record = (
            to_micros(rows["time"]),
            to_satang(rows["amount"]),
            to_plain_texts(rows["record_id"]),
        )
    numbers = {"account": account, "since": since, "until": until, "time": time, "amount": amount}
    table = pa.table({name: pa.array(values, pa.int64()) for name, values in numbers.items()})
    order = np.lexsort((np.arange(len(account)), since, time, account))
    return table.append_column("record_id", record).take(pa.array(order))


def build_reports(read: Reader, key: Key, payee_of: Any) -> pa.Table:
    """Reports by the account each of their transfers went to; a report whose transfers are unknown here has no row."""
    rows, since, until = load_versions(read, "reports", ["time", "transfer_ids"], key)
    account = transfer = at = np.empty(0, np.int64)
    if len(since):
        lists = rows["transfer_ids"].combine_chunks()
        at = pc.list_parent_indices(lists).to_numpy()
        account, transfer, kept = payee_of(to_plain_texts(pc.list_flatten(lists)))
        at = at[kept]
    # A report may list one transfer by two names, and then has one row for it.
    named = np.unique(np.column_stack([account, transfer, at]), axis=0).astype(np.int64)
    row = named[:, 2]
    numbers = {"account": named[:, 0], "transfer": named[:, 1], "since": since[row], "until": until[row]}
    table = pa.table({name: pa.array(values, pa.int64()) for name, values in numbers.items()})
    texts = [to_plain_texts(rows[name]).take(pa.array(row)) for name in ("record_id", "source")]
    return table.append_column("record_id", texts[0]).append_column("source", texts[1])


def get_side_builders(
    read: Reader, key: Key, account_of: Any, payee_of: Any
) -> dict[str, Callable[[], pa.Table]]:
    """How each side is made, by its name."""
    return {
        "facts": lambda: build_account_facts(read, key, account_of),
        "balances": lambda: build_stated_balances(read, key, account_of),
        "reports": lambda: build_reports(read, key, payee_of),
    }
