"""The protocol for a bank's past: the page's own statements, run as they are printed."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warroom_lab.cli.bench import mules

PAGE = Path(__file__).parents[2] / "docs/how-to/retrospective.md"
BEGINS = datetime(2025, 1, 1, tzinfo=UTC)
DAYS, ROWS, ACCOUNTS, MULES = 360, 12_000, 400, 40


def printed(language: str) -> str:
    """The one block of this language on the page."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(block)


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bank's year. The first forty accounts work for others from day 20 on; every other one was known a year later."""
    rng = np.random.default_rng(7)
    moment = np.sort(rng.random(ROWS)) * DAYS
    payee = rng.integers(0, ACCOUNTS, ROWS)
    amount = np.where(payee < MULES, rng.uniform(20_000, 50_000, ROWS), rng.lognormal(6, 1, ROWS)).round(2)
    payer = rng.integers(0, ACCOUNTS, ROWS)
    names = {"payer": [f"a{each}" for each in payer], "payee": [f"a{each}" for each in payee]}
    time = [BEGINS + timedelta(days=float(each)) for each in moment]
    pq.write_table(pa.table({"time": time, **names, "amount": amount}), tmp_path / "transfers.parquet")
    since = [BEGINS + timedelta(days=20)] * MULES
    known = [BEGINS + timedelta(days=400 if each % 2 else 30) for each in range(MULES)]
    cases = {"account": [f"a{each}" for each in range(MULES)], "since": since, "known_at": known}
    pq.write_table(pa.table(cases), tmp_path / "cases.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_not_yet_known_is_cut_as_the_page_says(exported: Path) -> None:
    duckdb.sql(printed("sql"))
    rows = pq.read_table(exported / "T.parquet").to_pandas().sort_values("ts", kind="stable")
    assert rows.ts.max() <= (BEGINS + timedelta(days=DAYS - 60)).timestamp()
    assert 0.8 < len(rows) / ROWS < 0.86
    tested = rows.ts >= np.quantile(rows.ts, 0.8)
    late, early = ({f"a{each}" for each in range(first, MULES, 2)} for first in (1, 0))
    begun = rows.ts >= (BEGINS + timedelta(days=21)).timestamp()
    assert not rows[~tested & rows.dst.isin(late)].label.any()
    assert rows[begun & rows.dst.isin(early)].label.all()
    assert rows[tested & rows.dst.isin(late)].label.all()
    assert not rows[~rows.dst.isin(late | early)].label.any()


def test_the_command_of_the_page_measures_the_file_it_made(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (line for line in printed("sh").splitlines() if not line.startswith("#"))
    (exported / "cut.sql").write_text(printed("sql"))
    found = re.fullmatch(r'python -c "(.*)"', first)
    assert found
    exec(found[1])
    assert second == "warroom bench mules --transfers T.parquet --json > figures.json"
    mules(transfers=Path("T.parquet"), json=True)
    figures = json.loads(capsys.readouterr().out)
    assert len(figures) == 10
    assert figures["p_at_100"] > 0.5
