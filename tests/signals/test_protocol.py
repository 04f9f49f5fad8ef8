"""`warroom bench mules`: the protocol on anybody's labelled transfers, and what it says about files it cannot use."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warroom.cli.bench import mules
from warroom.errors import ProtocolError
from warroom.signals.protocol import read

FIGURES = [
    "edges_per_s",
    "auprc",
    "f1",
    "p_at_100",
    "p_at_200",
    "p_at_500",
    "train_s",
    "score_us_p50",
    "score_us_p99",
    "peak_mb",
]


def columns(rows: int = 6_000, seed: int = 1) -> dict[str, np.ndarray]:
    """Ordinary payments, and mules who pass large sums on at once."""
    random = np.random.default_rng(seed)
    label = random.random(rows) < 0.05
    src, dst = random.integers(0, 400, (2, rows))
    amount = np.exp(random.normal(5, 1, rows))
    mule = 400 + random.integers(0, 20, rows)
    return {
        "ts": np.sort(random.integers(0, 30 * 86_400, rows)),
        "src": np.where(label, mule, src),
        "dst": np.where(label, 400 + random.integers(0, 20, rows), dst),
        "amount": np.where(label, np.exp(random.normal(9, 1, rows)), amount),
        "label": label.astype(np.int8),
        "scheme_id": label.astype(np.int32),
    }


def written(path: Path, **changed: object) -> Path:
    pq.write_table(pa.table({**columns(), **changed}), path)
    return path


def test_the_command_answers_with_its_ten_figures_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mules(transfers=written(tmp_path / "t.parquet"), json=True)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    figures = json.loads(out)
    assert list(figures) == FIGURES
    assert figures["auprc"] > 0.9
    assert figures["p_at_100"] > 0.4, "of at most 0.6: sixty of the rows tested are illicit"
    assert all(figures[name] > 0 for name in FIGURES)


def test_order_names_of_accounts_and_kinds_of_time_change_nothing(tmp_path: Path) -> None:
    plain = read(written(tmp_path / "a.parquet"))
    table = pa.table(columns())
    other = table.set_column(0, "ts", table["ts"].cast(pa.timestamp("s"))).set_column(
        1, "src", table["src"].cast(pa.string())
    )
    other = other.set_column(2, "dst", table["dst"].cast(pa.string()))
    shuffled = other.take(np.argsort(columns()["amount"]))
    pq.write_table(shuffled, tmp_path / "b.parquet")
    found = read(tmp_path / "b.parquet")
    assert np.array_equal(found.transfers.time, plain.transfers.time)
    assert found.labels.sum() == plain.labels.sum()
    assert len(np.unique(found.transfers.payer)) == len(np.unique(plain.transfers.payer))


def test_rows_of_one_second_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = read(written(tmp_path / "t.parquet", ts=np.repeat([5, 3], 3_000)))
    assert np.array_equal(found.transfers.amount[3_000:], columns()["amount"][:3_000])


def test_a_file_that_cannot_be_used_gets_one_sentence(tmp_path: Path) -> None:
    amount = columns()["amount"]
    for changed, word in (
        ({"amount": np.where(amount > 1000, np.nan, amount)}, "amounts"),
        ({"amount": -amount}, "amounts"),
        ({"label": np.full(6_000, 2)}, "neither 0 nor 1"),
        ({"ts": pa.array([None] + [1] * 5_999)}, "rows without ts"),
        ({"ts": pa.array(["soon"] * 6_000)}, "neither whole seconds"),
    ):
        with pytest.raises(ProtocolError, match=word):
            read(written(tmp_path / "t.parquet", **changed))
    pq.write_table(pa.table({"ts": [1], "src": [1]}), tmp_path / "less.parquet")
    with pytest.raises(ProtocolError, match="no column dst, amount, label"):
        read(tmp_path / "less.parquet")
    (tmp_path / "text").write_text("ts,src")
    with pytest.raises(ProtocolError, match="no Parquet file"):
        read(tmp_path / "text")
    with pytest.raises(ProtocolError, match="cannot be read"):
        read(tmp_path / "absent")


def test_one_class_and_too_few_rows_get_one_sentence(tmp_path: Path) -> None:
    label = columns()["label"]
    late = np.where(np.arange(6_000) < 4_000, label, 0)
    for changed, word in (
        (np.zeros(6_000, np.int8), "same label"),
        (np.ones(6_000, np.int8), "same label"),
        (late.astype(np.int8), "last 20 %"),
    ):
        with pytest.raises(ProtocolError, match=word):
            mules(transfers=written(tmp_path / "t.parquet", label=changed))
    pq.write_table(pa.table(columns()).slice(0, 50), tmp_path / "few.parquet")
    with pytest.raises(ProtocolError, match="at least 200"):
        mules(transfers=tmp_path / "few.parquet")
    with pytest.raises(ProtocolError, match="--threads"):
        mules(transfers=tmp_path / "few.parquet", threads=9)
