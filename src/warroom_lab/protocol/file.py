"""Reads labelled transfers from Parquet: ts, src, dst, amount, label; channel, src_bank and dst_bank where there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warroom.errors import ProtocolError
from warroom.signals.payments.features.transfers import LATEST, FeatureTransfers

NEEDED = ("ts", "src", "dst", "amount", "label")
WELCOME = ("channel", "src_bank", "dst_bank")
ACCOUNTS, BANKS = ("src", "dst"), ("src_bank", "dst_bank")
YEAR = 365.25 * 86_400
LONGEST = 50
"""Years that one file may span. A single wrong time among right ones would squeeze all the others into one moment."""
UNKNOWN = {"src_bank": -1, "dst_bank": -2}
"""The number of a bank that a row does not name, another for each end: two of them are never the same bank."""


@dataclass(frozen=True)
class LabelledTransfers:
    """Transfers in the order of their times (of equal ones, of the file), and which of them are illicit."""

    transfers: FeatureTransfers
    labels: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.labels)


def read_transfers(path: Path) -> LabelledTransfers:
    """Read a file; ProtocolError, in one sentence, for a file that cannot be read or rows that make no sense.

    `ts`: whole seconds, timestamps, or their texts. `src`, `dst`: whole numbers or texts. `amount`: at least 0. `label`: 0 or 1,
    false or true. Every other column is left alone: an answer such as the scheme's number is never a feature.
    """
    table = _read_table(path)
    transfers = _build_transfers(table, path)
    labels = _read_labels(table["label"])
    order = np.argsort(transfers.time, kind="stable")
    # A file that is in order already needs no second copy of its columns.
    if (np.diff(order) == 1).all():
        return LabelledTransfers(transfers, labels)
    return LabelledTransfers(transfers.select_rows(order), labels[order])


def _read_table(path: Path) -> pa.Table:
    try:
        table = pq.read_table(path, columns=_list_columns_to_read(pq.read_schema(path).names, path))
    except (OSError, pa.ArrowException) as problem:
        why = getattr(problem, "strerror", None) or "it is no Parquet file"
        raise ProtocolError(f"{path} cannot be read ({why}).") from None
    for name in (*ACCOUNTS, *BANKS):
        if name in table.column_names:
            place = table.column_names.index(name)
            table = table.set_column(place, name, _normalise_names(table[name], name))
    for name in NEEDED:
        if table[name].null_count:
            raise ProtocolError(f"{path} has rows without {name}; correct or leave out those rows.")
    return table


def _list_columns_to_read(names: Sequence[str], path: Path) -> list[str]:
    """The columns to read; ProtocolError where one is missing, or there twice and nobody knows which is meant."""
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ProtocolError(
            f"{path} has no column {', '.join(missing)}; name a file with {', '.join(NEEDED)}."
        )
    wanted = [name for name in (*NEEDED, *WELCOME) if name in names]
    twice = [name for name in wanted if names.count(name) > 1]
    if twice:
        raise ProtocolError(f"{path} has the column {', '.join(twice)} more than once; leave one of each.")
    return wanted


def _normalise_names(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """What names accounts or banks, so that 7, 7.0 and 7.00 are one name: numbers whole, anything else as it is."""
    if pa.types.is_dictionary(column.type):
        kind = column.type.value_type
        column = column.cast(pa.large_string() if pa.types.is_string(kind) else kind)
    if pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)
        return _cast_whole_numbers(column, name, (pa.int64(),))
    if pa.types.is_decimal(column.type):
        return _cast_whole_numbers(
            column, name, (pa.int64(), pa.decimal128(38, 0))
        )  # as texts where int64 is too small
    return column


def _cast_whole_numbers(column: pa.ChunkedArray, name: str, kinds: Sequence[pa.DataType]) -> pa.ChunkedArray:
    """The numbers as the first of `kinds` that holds all of them as they are."""
    for kind in kinds:
        try:
            return column.cast(kind)
        except pa.ArrowException:
            continue
    whose = "bank's" if name in BANKS else "account's"
    raise ProtocolError(
        f"{name} holds numbers that are no {whose}, such as fractions; write whole numbers or texts."
    )


def _cast_texts(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """A column as texts, of which there may be more than the 2 GiB that `pa.string` can count."""
    try:
        return column.cast(pa.large_string())
    except pa.ArrowException:
        raise ProtocolError(f"{name} holds neither numbers nor texts; write it as one of them.") from None


def _build_transfers(table: pa.Table, path: Path) -> FeatureTransfers:
    payer, payee = _code_accounts(table)
    banks: list[npt.NDArray[np.int32]] | list[None] = [None, None]
    if all(name in table.column_names and table[name].null_count < len(table) for name in BANKS):
        banks = _code_banks(table)
    transfers = FeatureTransfers(
        time=_read_seconds(table["ts"], path),
        payer=payer,
        payee=payee,
        amount=_read_amounts(table["amount"], path),
        channel=_read_channel(table),
        payer_bank=banks[0],
        payee_bank=banks[1],
    )
    transfers.check_columns()
    return transfers


def _code_accounts(table: pa.Table) -> list[npt.NDArray[np.int64]]:
    """Whole numbers for accounts, the same for the same one; those that are whole numbers stay what they are."""
    columns = [table[name] for name in ACCOUNTS]
    # As they are: an account's own number is as good as any, and nothing has to be coded.
    if all(pa.types.is_integer(one.type) for one in columns):
        return [one.cast(pa.int64(), safe=False).to_numpy() for one in columns]
    return [pc.cast(one, pa.int64()).to_numpy() for one in _code_columns(table, ACCOUNTS)]


def _code_banks(table: pa.Table) -> list[npt.NDArray[np.int32]]:
    """Small numbers for banks."""
    # Transfers can say that no bank is known, not that those of some rows are: such a bank is at least nobody else's.
    return [
        pc.fill_null(one, UNKNOWN[name]).to_numpy()
        for one, name in zip(_code_columns(table, BANKS), BANKS, strict=True)
    ]


def _code_columns(table: pa.Table, names: Sequence[str]) -> list[pa.ChunkedArray]:
    """Numbers from 0 on for what stands in some columns, the same for the same in all of them; null stays null."""
    columns = [table[name] for name in names]
    if all(pa.types.is_integer(column.type) for column in columns):
        columns = [column.cast(pa.int64(), safe=False) for column in columns]
    else:
        columns = [_cast_texts(column, name) for column, name in zip(columns, names, strict=True)]
    joint = pa.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)
    coded = joint.dictionary_encode()  # its chunks share one dictionary
    codes = pa.chunked_array([chunk.indices for chunk in coded.chunks], pa.int32())
    first = len(columns[0])
    return [codes.slice(0, first), codes.slice(first)]


def _read_channel(table: pa.Table) -> npt.NDArray[np.float32] | None:
    if "channel" not in table.column_names:
        return None
    column = table["channel"]
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return column.cast(pa.float32(), safe=False).to_numpy()  # type: ignore[no-any-return]
    words = _cast_texts(column, "channel")
    known = pc.unique(words).drop_null().sort()
    return pc.index_in(words, known).cast(pa.float32()).to_numpy()  # type: ignore[no-any-return]


def _read_seconds(column: pa.ChunkedArray, path: Path) -> npt.NDArray[np.int64]:
    try:
        if pa.types.is_floating(column.type):
            column = pc.floor(column)
        elif _is_text(column.type):
            column = _parse_times(column.cast(pa.large_string()))
        elif not pa.types.is_integer(column.type):
            column = column.cast(pa.timestamp("s"), safe=False)
        seconds: npt.NDArray[np.int64] = column.cast(pa.int64()).to_numpy()
    except pa.ArrowException:
        raise ProtocolError(
            f"{path}: ts is neither whole seconds nor a time such as 2022-09-01 00:20."
        ) from None
    if len(seconds):
        _check_time_range(int(seconds.min()), int(seconds.max()), path)
    return seconds


def _is_text(kind: pa.DataType) -> bool:
    """Whether a column holds texts, also as categories."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)  # type: ignore[no-any-return]


def _parse_times(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as whole seconds: the year first, with or without a zone or parts of a second.

    One way holds for the whole column, so that times with a zone and times without one never stand beside each other.
    Days before years and digits alone are refused: nobody can tell the month, nor 20220901 from seconds. Raises
    pa.ArrowException where no way fits.
    """
    if pc.any(pc.match_substring_regex(texts, r"^\d*$")).as_py():
        raise pa.ArrowInvalid("digits alone")
    texts = pc.replace_substring_regex(texts, r"^(\d{4})/(\d{2})/(\d{2})", r"\1-\2-\3")
    for kind in (pa.timestamp("s"), pa.timestamp("ns"), pa.timestamp("ns", "UTC")):
        try:
            return pc.floor_temporal(texts.cast(kind), unit="second").cast(pa.timestamp("s"), safe=False)
        except pa.ArrowException:
            continue
    raise pa.ArrowInvalid("no time")


def _check_time_range(first: int, last: int, path: Path) -> None:
    """Refuse times that are no seconds, or too far from each other; as Python's numbers, which never overflow."""
    if first <= -LATEST or last >= LATEST:
        raise ProtocolError(
            f"{path}: ts holds times that are not in seconds since 1970; "
            "write seconds, not milliseconds, and correct other rows."
        )
    if last - first > LONGEST * YEAR:
        years = round((last - first) / YEAR)
        raise ProtocolError(
            f"{path}: ts spans {years:,} years; correct the rows whose time is wrong, and write seconds, not milliseconds."
        )


def _read_amounts(column: pa.ChunkedArray, path: Path) -> npt.NDArray[np.float64]:
    try:
        amounts: npt.NDArray[np.float64] = column.cast(pa.float64(), safe=False).to_numpy()
    except pa.ArrowException:
        raise ProtocolError(f"{path}: amount is no number.") from None
    if not np.isfinite(amounts).all() or (amounts < 0).any():
        raise ProtocolError(
            f"{path} has amounts that are no number or below zero; correct or leave out those rows."
        )
    return amounts


def _read_labels(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    labels = np.full(1, np.nan)
    for kind in (pa.float64(), pa.bool_()):  # as bool: texts such as True and false
        try:
            labels = column.cast(kind, safe=False).cast(pa.float64()).to_numpy()
            break
        except pa.ArrowException:
            continue
    if not np.isin(labels, (0, 1)).all():
        raise ProtocolError("label is neither 0 nor 1 in some rows; correct or leave out those rows.")
    return labels.astype(bool)
