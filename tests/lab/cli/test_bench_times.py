"""`warroom bench mules` says when the times of a file may not be in seconds, and measures all the same."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warroom_lab.cli.bench import mules
from warroom_lab.cli.bench_times import list_time_doubts

DAY = 86_400


def test_steps_of_an_hour_or_a_day_and_milliseconds_are_doubted() -> None:
    steps = np.arange(720)
    assert list_time_doubts(steps) == [
        "ts spans 719 seconds in all; if it counts hours or days, write them as seconds."
    ]
    ten_days = np.arange(10 * DAY, step=977) * 1_000
    assert "27 years; if it counts milliseconds" in list_time_doubts(ten_days)[0]


@pytest.mark.parametrize(
    "times", [[], [5, 5], [0, 4_000], [1_760_000_000, 1_760_000_000 + 60 * DAY], [0, 9 * 365 * DAY]]
)
def test_ordinary_times_are_not_doubted(times: list[int]) -> None:
    assert list_time_doubts(np.array(times, np.int64)) == []


def test_the_doubt_stands_beside_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random, rows = np.random.default_rng(1), 3_000
    label = random.random(rows) < 0.1
    columns = {
        "ts": np.sort(random.integers(0, 743, rows)),
        "src": random.integers(0, 200, rows),
        "dst": random.integers(0, 200, rows) + 200 * label,
        "amount": np.exp(random.normal(5 + 4 * label, 1)),
        "label": label,
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    mules(transfers=tmp_path / "t.parquet", json=True)
    printed = capsys.readouterr()
    assert json.loads(printed.out)["auprc"] > 0.5
    assert "if it counts hours or days" in printed.err
