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
from warroom.money.features import Transfers

NEEDED = ("ts", "src", "dst", "amount", "label")
WELCOME = ("channel", "src_bank", "dst_bank")


@dataclass(frozen=True)
class Labelled:
    """Transfers in the order of their times (of equal ones, of the file), and which of them are illicit."""

    transfers: Transfers
    labels: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.labels)


def read(path: Path) -> Labelled:
    """Read a file; ProtocolError, in one sentence, for a file that cannot be read or rows that make no sense.

    `ts`: whole seconds or timestamps. `src`, `dst`: numbers or texts. `amount`: at least 0. `label`: 0 or 1. Every other
    column is left alone: an answer such as the scheme's number is never a feature.
    """
    table = _table(path)
    transfers = _transfers(table, path)
    labels = _labels(table["label"])
    order = np.argsort(transfers.time, kind="stable")
    if (np.diff(order) == 1).all():
        return Labelled(transfers, labels)
    return Labelled(transfers.at(order), labels[order])


def _table(path: Path) -> pa.Table:
    try:
        names = pq.read_schema(path).names
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise ProtocolError(f"{path} has no column {', '.join(missing)}; name a file with {', '.join(NEEDED)}.")
        table = pq.read_table(path, columns=[name for name in (*NEEDED, *WELCOME) if name in names])
    except (OSError, pa.ArrowException) as problem:
        why = getattr(problem, "strerror", None) or "it is no Parquet file"
        raise ProtocolError(f"{path} cannot be read ({why}).") from None
    for name in NEEDED:
        if table[name].null_count:
            raise ProtocolError(f"{path} has rows without {name}; correct or leave out those rows.")
    return table


def _transfers(table: pa.Table, path: Path) -> Transfers:
    payer, payee = _codes([table["src"], table["dst"]])
    banks = [None, None]
    if "src_bank" in table.column_names and "dst_bank" in table.column_names:
        banks = [one.astype(np.int32) for one in _codes([table["src_bank"], table["dst_bank"]])]
    found = Transfers(
        time=_seconds(table["ts"], path),
        payer=payer,
        payee=payee,
        amount=_amounts(table["amount"], path),
        channel=_channel(table),
        payer_bank=banks[0],
        payee_bank=banks[1],
    )
    found.check()
    return found


def _codes(columns: Sequence[pa.ChunkedArray]) -> list[npt.NDArray[np.int64]]:
    """Whole numbers for whatever names accounts or banks, the same for the same name in both columns."""
    if all(pa.types.is_integer(one.type) and not one.null_count for one in columns):
        return [one.cast(pa.int64(), safe=False).to_numpy() for one in columns]
    joint = pa.chunked_array([chunk for one in columns for chunk in one.cast(pa.string()).chunks])
    codes = pc.fill_null(joint.combine_chunks().dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
    return [part.astype(np.int64) for part in np.split(codes, [len(columns[0])])]


def _channel(table: pa.Table) -> npt.NDArray[np.float32] | None:
    if "channel" not in table.column_names:
        return None
    column = table["channel"]
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return column.cast(pa.float32(), safe=False).to_numpy()  # type: ignore[no-any-return]
    words = column.cast(pa.string())
    known = pc.unique(words).drop_null().sort()
    return pc.index_in(words, known).cast(pa.float32()).to_numpy()  # type: ignore[no-any-return]


def _seconds(column: pa.ChunkedArray, path: Path) -> npt.NDArray[np.int64]:
    try:
        if pa.types.is_integer(column.type):
            return column.cast(pa.int64()).to_numpy()  # type: ignore[no-any-return]
        if pa.types.is_floating(column.type):
            return pc.floor(column).cast(pa.int64()).to_numpy()  # type: ignore[no-any-return]
        moments = column.cast(pa.timestamp("s"), safe=False)
        return moments.cast(pa.int64()).to_numpy()  # type: ignore[no-any-return]
    except pa.ArrowException:
        raise ProtocolError(f"{path}: ts is neither whole seconds nor a time.") from None


def _amounts(column: pa.ChunkedArray, path: Path) -> npt.NDArray[np.float64]:
    try:
        amounts: npt.NDArray[np.float64] = column.cast(pa.float64(), safe=False).to_numpy()
    except pa.ArrowException:
        raise ProtocolError(f"{path}: amount is no number.") from None
    if not np.isfinite(amounts).all() or (amounts < 0).any():
        raise ProtocolError(f"{path} has amounts that are no number or below zero; correct or leave out those rows.")
    return amounts


def _labels(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    try:
        found = column.cast(pa.float64(), safe=False).to_numpy()
    except pa.ArrowException:
        found = np.full(1, np.nan)
    if not np.isin(found, (0, 1)).all():
        raise ProtocolError("label is neither 0 nor 1 in some rows; correct or leave out those rows.")
    return found.astype(bool)  # type: ignore[no-any-return]
