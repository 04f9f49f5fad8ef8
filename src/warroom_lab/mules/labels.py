"""Labels to learn from: which accounts turned out to be mules, or were cleared, and when that became known.

A file has the columns bank, account, label (1 a mule, 0 looked into and cleared) and known_at; `since` may say from when
the account worked for others. Instead of bank and account it may name `transfer_id`s: their payees are meant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.errors import SignalError, WarroomError
from warroom.money.index.account_index import Index
from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import Array, Ints
from warroom.subjects import spelled_columns

BEFORE = 10 * DAY
"""How long before it was known a mule account is taken to have worked: they live 3 to 10 days."""
AFTER = 3 * DAY
TEXTS = ("bank", "account", "transfer_id", "known_at", "since")
COLUMNS = (*TEXTS, "label")
SHOWN = 50
"""Names that a complaint lists; more than these are counted."""


@dataclass(frozen=True)
class MuleLabels:
    """By row: the account's number, whether it is a mule, and from when to when it worked as one (microseconds).

    Of an account named twice the word known last counts.
    """

    account: Ints
    mule: Array
    since: Ints
    until: Ints
    known: Ints

    def __len__(self) -> int:
        return len(self.account)

    def select_rows(self, rows: Array) -> "MuleLabels":
        """Some rows."""
        return MuleLabels(*(column[rows] for column in vars(self).values()))


def read_labels(path: Path, index: Index, until: datetime, *, complete: bool = False) -> MuleLabels:
    """The labels of a CSV or Parquet file. With `complete` they may be mules alone: all other accounts are none.

    Raises SignalError, in one sentence, for a file that cannot be read, lacks a column or has one twice; and, all of them in
    one, for accounts or transfers that the lake does not know, labels known after `until`, and labels all of one class.
    """
    table = _read_table(path)
    known, mule = _read_time_column(table, "known_at", path), _parse_labels(table, path)
    limit = clock.to_micros(until)
    # A label from after --until would let the model see the future of its own test.
    late = int((known > limit).sum())
    account, what, missing = (
        _find_payees(table, index, path)
        if "transfer_id" in table.column_names
        else _find_accounts(table, index, path)
    )
    # All at once: who mends one fault and waits again for the next gives up before the third.
    problems = [
        *([f"{late:,} labels from after --until; take them out or name a later --until"] if late else []),
        *([_format_unknown(what, missing)] if missing else []),
        *_list_missing_labels(mule, complete),
    ]
    if problems:
        _raise_signal_error(f"{path.name} holds {'; and '.join(problems)}.")
    since = _read_since(table, known, path)
    return select_newest(MuleLabels(account, mule, since, known + AFTER, known))


def _list_missing_labels(mule: Array, complete: bool) -> list[str]:
    if not mule.any():
        return ["cleared accounts alone; name mules too, by 1"]
    if mule.all() and not complete:
        return [
            "mules alone; name cleared accounts too, by 0, or say --complete where every mule is in the file"
        ]
    return []


def select_newest(labels: MuleLabels) -> MuleLabels:
    """Of each account the word known last."""
    # By account, then by when it was known: the last row of each account is the word that counts.
    order = np.lexsort((labels.known, labels.account))
    sorted_ = labels.select_rows(order)
    last = np.append(sorted_.account[1:] != sorted_.account[:-1], True)
    return sorted_.select_rows(last)


def _raise_signal_error(sentence: str) -> NoReturn:
    raise SignalError(sentence)


def _format_problem(problem: Exception) -> str:
    if isinstance(problem, FileNotFoundError):
        return "there is no such file"
    return str(problem).splitlines()[0][:120]


def _read_table(path: Path) -> pa.Table:
    from pyarrow import csv

    options = csv.ConvertOptions(column_types=dict.fromkeys(TEXTS, pa.string()))
    readers: dict[str, Callable[[], pa.Table]] = {
        ".csv": lambda: csv.read_csv(path, convert_options=options),
        ".parquet": lambda: _read_parquet(path),
    }
    if path.suffix.lower() not in readers:
        _raise_signal_error(f"{path.name} is neither .csv nor .parquet; write the labels as one of them.")
    try:
        table = readers[path.suffix.lower()]()
    except (OSError, pa.ArrowInvalid) as problem:
        _raise_signal_error(
            f"The labels in {path} cannot be read ({_format_problem(problem)}); look at the file."
        )
    wanted = {"label", "known_at"} | (
        {"transfer_id"} if "transfer_id" in table.column_names else {"bank", "account"}
    )
    _check_columns_once(table.column_names, path)
    if missing := sorted(wanted - set(table.column_names)):
        _raise_signal_error(
            f"{path.name} lacks the column {', '.join(missing)}; labels have bank, account, label and known_at."
        )
    if not table.num_rows:
        _raise_signal_error(f"{path.name} holds no label.")
    return table.combine_chunks()


def _read_parquet(path: Path) -> pa.Table:
    from pyarrow import parquet

    found = parquet.ParquetDataset(path)
    _check_columns_once(found.schema.names, path)  # before reading, which stumbles over it
    return found.read([name for name in COLUMNS if name in found.schema.names])


def _check_columns_once(names: Sequence[str], path: Path) -> None:
    """Refuse a file that has a column twice: nobody knows which of them is meant."""
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        _raise_signal_error(
            f"{path.name} has the column {', '.join(twice)} more than once; leave one of each."
        )


def _read_text_column(table: pa.Table, name: str, path: Path) -> pa.ChunkedArray:
    try:
        return table[name].cast(pa.string())
    except pa.ArrowException:
        _raise_signal_error(
            f"{path.name}, column {name}: it holds neither texts nor numbers; write it as texts."
        )


def _parse_labels(table: pa.Table, path: Path) -> Array:
    # Such files come out of spreadsheets, which write true and false in their own ways.
    words = pc.utf8_lower(_read_text_column(table, "label", path))
    mule = pc.is_in(words, pa.array(["1", "true", "mule"])).to_numpy(zero_copy_only=False)
    cleared = pc.is_in(words, pa.array(["0", "false", "cleared"])).to_numpy(zero_copy_only=False)
    if not (mule | cleared).all():
        strange = words.filter(pa.array(~(mule | cleared)))[0].as_py()
        _raise_signal_error(
            f"{path.name} has the label '{str(strange)[:40]}'; write 1 for a mule and 0 for a cleared account."
        )
    return np.asarray(mule, bool)


def _read_time_column(table: pa.Table, name: str, path: Path) -> Ints:
    column = table[name]
    if column.null_count:
        _raise_signal_error(
            f"{path.name} has {column.null_count:,} rows without {name}; fill it in or leave out those rows."
        )
    try:
        if pa.types.is_timestamp(column.type):
            return _to_micros(column)
        return np.array(
            [clock.to_micros(clock.parse_instant(str(text))) for text in column.to_pylist()], np.int64
        )
    except WarroomError as problem:
        _raise_signal_error(f"{path.name}, column {name}: {problem.sentence}")
    except pa.ArrowException:
        _raise_signal_error(
            f"{path.name}, column {name}: some times are too far from today; correct those rows."
        )


def _to_micros(column: pa.ChunkedArray) -> Ints:
    """Microseconds since 1970 of timestamps; of nanoseconds the remainder is dropped, which no clock here counts."""
    moments = column.cast(pa.timestamp("us", "UTC"), safe=column.type.unit != "ns")
    return np.asarray(moments.cast(pa.int64()).to_numpy())


def _read_since(table: pa.Table, known: Ints, path: Path) -> Ints:
    """From when each worked for others; BEFORE it was known, where the file does not say."""
    since = known - BEFORE
    if "since" not in table.column_names:
        return since
    # As text, since moments to the nanosecond have no value of this language.
    column = table["since"]
    is_stated = pc.invert(pc.or_kleene(column.is_null(), pc.equal(column.cast(pa.string()), "")))
    since[is_stated.to_numpy()] = _read_time_column(table.filter(is_stated), "since", path)
    return since


def _find_accounts(table: pa.Table, index: Index, path: Path) -> tuple[Ints, str, list[str]]:
    bank, number = (_read_text_column(table, name, path).combine_chunks() for name in ("bank", "account"))
    account_ids = index.account_ids(bank, number)
    # As the lake spells them where they are written otherwise: `123-4` at `ktb` is `1234` at `KTB`.
    spelled = index.account_ids(
        spelled_columns.spell_banks(bank), spelled_columns.spell_account_numbers(number)
    )
    account_ids = np.where(account_ids < 0, spelled, account_ids)
    names = [f"{bank[i].as_py()}:{number[i].as_py()}" for i in np.flatnonzero(account_ids < 0).tolist()]
    return account_ids, "accounts", names


def _find_payees(table: pa.Table, index: Index, path: Path) -> tuple[Ints, str, list[str]]:
    ids = _read_text_column(table, "transfer_id", path).combine_chunks()
    account, _, kept = index.payees_of(ids)
    missing = np.setdiff1d(np.arange(len(ids)), kept)
    return account.astype(np.int64), "transfers", [str(ids[i].as_py()) for i in missing.tolist()]


def _format_unknown(what: str, names: list[str]) -> str:
    names = sorted(set(names))
    shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else "")
    return f"{len(names):,} {what} that no transfer of the lake knows ({shown}); take them out"
