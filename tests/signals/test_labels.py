"""Labels that nothing can be learned from are refused with one sentence that says what to do."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.signals.made import MULE, Payments
from warroom.errors import SignalError
from warroom.home import Home
from warroom.money.index.account_index import Index
from warroom_lab.mules import labels

HEAD = "bank,account,label,known_at\n"
LATER = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def index(home: Home) -> Index:
    made = Payments()
    made.ordinary(days=3)
    made.mule(MULE, 2)
    return made.write(home)[1]


def read(folder: Path, index: Index, text: str) -> labels.MuleLabels:
    file = folder / "labels.csv"
    file.write_text(text, encoding="utf-8")
    return labels.read_labels(file, index, LATER)


def test_of_an_account_named_twice_the_newest_word_counts(tmp_path: Path, index: Index) -> None:
    text = HEAD + (
        "B01,M-1,0,2026-03-03T00:00:00Z\nB01,M-1,1,2026-03-20T00:00:00Z\nB04,P-1,0,2026-03-05T00:00:00Z\n"
    )
    found = read(tmp_path, index, text)
    assert len(found) == 2
    assert found.mule.sum() == 1
    mule = found.select_rows(found.mule)
    assert mule.until - mule.since == pytest.approx(np.array([13 * 86_400_000_000]))


def test_transfers_may_be_named_instead_and_mean_their_payees(tmp_path: Path, index: Index) -> None:
    text = "transfer_id,label,known_at\nT-0,0,2026-03-03T00:00:00Z\nT-35,1,2026-03-04T00:00:00Z\n"
    assert len(read(tmp_path, index, text)) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "B01,NOBODY,1,2026-03-03T00:00:00Z\nB01,M-1,0,2026-03-03T00:00:00Z\n", "B01:NOBODY"),
        (HEAD + "B01,M-1,1,2026-05-03T00:00:00Z\nB04,P-1,0,2026-03-03T00:00:00Z\n", "after --until"),
        (HEAD + "B01,M-1,1,2026-03-03T00:00:00Z\nB04,P-1,1,2026-03-03T00:00:00Z\n", "mules alone"),
        (HEAD + "B01,M-1,0,2026-03-03T00:00:00Z\n", "cleared accounts alone"),
        (HEAD + "B01,M-1,maybe,2026-03-03T00:00:00Z\n", "label 'maybe'"),
        (HEAD + "B01,M-1,1,yesterday\n", "known_at"),
        (HEAD + "B01,M-1,1,0001-01-01T00:00:00+14:00\n", "is not a time"),
        (HEAD + "B01,M-1,1,9999-12-31T23:59:59-14:00\n", "is not a time"),
        (HEAD, "holds no label"),
        (
            "bank,account,label,label,known_at\nB01,M-1,1,1,2026-03-03T00:00:00Z\n",
            "column label more than once",
        ),
        ("bank,account,label\nB01,M-1,1\n", "lacks the column known_at"),
        ("transfer_id,label,known_at\nT-none,1,2026-03-03T00:00:00Z\n", "T-none"),
    ],
)
def test_bad_labels_say_what_is_wrong(tmp_path: Path, index: Index, text: str, says: str) -> None:
    with pytest.raises(SignalError) as caught:
        read(tmp_path, index, text)
    assert says in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_all_that_is_wrong_with_labels_is_told_at_once_with_every_account(
    tmp_path: Path, index: Index
) -> None:
    rows = [f"B01,NOBODY-{n},1,2026-05-03T00:00:00Z" for n in range(8)]
    with pytest.raises(SignalError) as caught:
        read(tmp_path, index, HEAD + "\n".join(rows) + "\n")
    said = caught.value.sentence
    assert "8 labels from after --until" in said
    assert "8 accounts that no transfer of the lake knows" in said
    assert all(f"B01:NOBODY-{n}" in said for n in range(8))
    assert "mules alone" in said
    many = HEAD + "\n".join(f"B01,NOBODY-{n},1,2026-03-03T00:00:00Z" for n in range(60)) + "\n"
    with pytest.raises(SignalError, match=r"60 accounts.* and 10 more"):
        read(tmp_path, index, many)


def test_mules_alone_are_labels_where_every_mule_is_among_them(tmp_path: Path, index: Index) -> None:
    file = tmp_path / "labels.csv"
    file.write_text(HEAD + "B01,M-1,1,2026-03-03T00:00:00Z\n", encoding="utf-8")
    assert labels.read_labels(file, index, LATER, complete=True).mule.all()


def test_a_file_of_another_kind_is_refused(tmp_path: Path, index: Index) -> None:
    with pytest.raises(SignalError, match=r"neither \.csv nor \.parquet"):
        labels.read_labels(tmp_path / "labels.xlsx", index, LATER)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, index: Index) -> None:
    with pytest.raises(SignalError, match="cannot be read"):
        labels.read_labels(tmp_path / "labels.csv", index, LATER)


KNOWN = datetime(2026, 3, 20, tzinfo=UTC)


def parquet(folder: Path, **changed: object) -> Path:
    """Two labels as Parquet, some columns changed."""
    rows = {"bank": ["B01", "B04"], "account": ["M-1", "P-1"], "label": [1, 0], "known_at": [KNOWN, KNOWN]}
    file = folder / "labels.parquet"
    pq.write_table(pa.table(rows | changed), file)
    return file


def test_nanoseconds_are_read_to_the_microsecond(tmp_path: Path, index: Index) -> None:
    exact = int(KNOWN.timestamp()) * 10**9
    times = pa.array([exact + 1, exact + 999], pa.timestamp("ns", "Asia/Bangkok"))
    found = labels.read_labels(parquet(tmp_path, known_at=times, since=times), index, LATER)
    assert found.known.tolist() == [exact // 1_000] * 2
    assert found.since.tolist() == [exact // 1_000] * 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"known_at": pa.array([KNOWN, None], pa.timestamp("us", "UTC"))}, "1 rows without known_at"),
        ({"known_at": [KNOWN.isoformat(), None]}, "1 rows without known_at"),
        ({"known_at": pa.array([2**60, 0], pa.timestamp("ms", "UTC"))}, "too far from today"),
        ({"known_at": [["soon"], ["late"]]}, "is not a time"),
        ({"label": [[1], [0]]}, "column label: it holds neither texts nor numbers"),
        ({"account": [["M-1"], ["P-1"]]}, "column account: it holds neither texts nor numbers"),
        ({"transfer_id": [{"a": 1}] * 2}, "column transfer_id: it holds neither texts nor numbers"),
        ({"bank": [b"\xff", b"\xfe"]}, "column bank: it holds neither texts nor numbers"),
    ],
)
def test_bad_columns_of_parquet_say_what_is_wrong(
    tmp_path: Path, index: Index, changed: dict[str, object], says: str
) -> None:
    with pytest.raises(SignalError) as caught:
        labels.read_labels(parquet(tmp_path, **changed), index, LATER)
    assert says in caught.value.sentence
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("name", ["label", "since"])
def test_a_column_of_parquet_that_is_there_twice_is_named(tmp_path: Path, index: Index, name: str) -> None:
    file = parquet(tmp_path)
    table = pq.read_table(file)
    pq.write_table(table.append_column(name, table["bank"]).append_column(name, table["bank"]), file)
    with pytest.raises(SignalError, match=f"column {name} more than once"):
        labels.read_labels(file, index, LATER)


def test_an_account_is_found_however_the_file_of_labels_writes_it(tmp_path: Path, home: Home) -> None:
    made = Payments()
    made.ordinary(days=3)
    made.mule(("B01", "123456"), 2)
    index = made.write(home)[1]
    text = HEAD + "b01,123-456,1,2026-03-20T00:00:00Z\nB04,P-1,0,2026-03-05T00:00:00Z\n"
    assert len(read(tmp_path, index, text)) == 2
