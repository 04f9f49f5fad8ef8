"""Parquet files with values that Python or UTF-8 does not have: the row waits in quarantine, or the file is refused."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lake.files import counts, seen, take
from warroom.errors import RecordsError
from warroom.home import Home
from warroom.lake.lake import Lake

NOW = 1_790_000_000_000_000
FAR = 9_000_000_000_000_000_000  # microseconds: long after the year 9999


def parquet_of(path: Path, **columns: Any) -> Path:
    """Three transfers, with some columns given."""
    rows = {
        "record_id": ["a", "b", "c"],
        "time": pa.array([NOW] * 3, pa.timestamp("us", tz="UTC")),
        "payer_bank": ["BANKA"] * 3,
        "payer": ["1"] * 3,
        "payee_bank": ["BANKB"] * 3,
        "payee": ["2"] * 3,
        "amount": ["1.00"] * 3,
        "currency": ["THB"] * 3,
        "channel": ["transfer"] * 3,
    }
    pq.write_table(pa.table({**rows, **columns}), path)
    return path


@pytest.mark.parametrize("kind", [pa.timestamp("us", tz="UTC"), pa.timestamp("us")])
def test_a_time_that_no_calendar_has_waits_in_quarantine_and_the_others_come_in(
    home: Home, tmp_path: Path, kind: pa.DataType
) -> None:
    lake = Lake.open(home)
    taken = take(lake, parquet_of(tmp_path / "a.parquet", time=pa.array([NOW, FAR, -FAR], kind)))
    assert counts(taken) == (1, 0, 0, 2)
    assert set(seen(lake)) == {"a"}
    assert any(str(FAR) in raw for raw in lake.list_quarantined_rows()["raw"].to_pylist())


@pytest.mark.parametrize("column", ["record_id", "payer_bank", "payer", "payee"])
def test_bytes_that_are_no_text_wait_in_quarantine_and_the_others_come_in(
    home: Home, tmp_path: Path, column: str
) -> None:
    lake = Lake.open(home)
    odd = pa.array([b"fine", b"\xff\xfe", b"x\xc3"], pa.binary())
    assert counts(take(lake, parquet_of(tmp_path / "a.parquet", **{column: odd}))) == (1, 0, 0, 2)


def test_what_is_no_value_of_a_row_at_all_refuses_the_file_with_a_sentence(
    home: Home, tmp_path: Path
) -> None:
    nested = pa.array([[NOW], [FAR], [NOW]], pa.list_(pa.timestamp("us")))
    with pytest.raises(RecordsError, match="nothing was kept"):
        take(Lake.open(home), parquet_of(tmp_path / "a.parquet", payer=nested))
