"""Which engine queries the lake, and what is said where it is not there."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from tests.cluster.conftest import Open
from tests.money.lakes import a_lake, at, put, transfer
from warroom.cli.checks import FAIL, OK, DoctorCheck, run_checks
from warroom.errors import LakeError, SettingError
from warroom.home import Home
from warroom.lake.engine import make_engine, session
from warroom.lake.lake import Lake
from warroom.records.tables import TABLES


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "PATIENCE", 0.5)


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("WARROOM_ENGINE", name)


def checked() -> DoctorCheck:
    return next(check for check in run_checks() if check.name == "engine")


def test_an_unknown_engine_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "hadoop")
    with pytest.raises(
        SettingError, match=r"^WARROOM_ENGINE is 'hadoop', which is no engine; it may be duckdb,"
    ):
        make_engine()


# pyspark waits for minutes by itself.
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "name", ["sc://127.0.0.1:{port}", "sc://spark.invalid:15002", "sc://127.0.0.1:{port}/x"]
)
def test_a_spark_that_is_not_there_is_said_and_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, hasty: None, deaf: int, name: str
) -> None:
    named(monkeypatch, name.format(port=deaf))
    with pytest.raises(
        SettingError, match=r"^WARROOM_ENGINE (names Spark at sc://.*nobody answers|is no address)"
    ):
        make_engine().check_version()


def test_a_token_in_the_address_is_never_said(
    monkeypatch: pytest.MonkeyPatch, hasty: None, deaf: int
) -> None:
    named(monkeypatch, f"sc://127.0.0.1:{deaf}/;token=hush")
    assert "hush" not in checked().text
    assert checked().state == FAIL


def test_a_spark_master_needs_the_whole_of_pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "spark://127.0.0.1:7077")
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match="needs Java and the whole of pyspark"):
        make_engine().check_version()


def test_doctor_tells_the_engine_and_whether_it_answers(monkeypatch: pytest.MonkeyPatch, spark: str) -> None:
    assert checked().text.startswith("DuckDB 2")
    named(monkeypatch, spark)
    assert checked().state == OK
    assert checked().text.startswith(f"Spark at {spark} answers, version 4")


LEFT = """
import atexit, sys
atexit.register(lambda: print("left open:", list(spark._OPEN)))  # the last thing that is done
from warroom.cli.app import main
from warroom.lake.engine import spark
sys.argv = ["warroom", "lake", "find", "transfers", "--payer", "1", "--json"]
main()
"""


def test_a_command_leaves_no_session_open_for_the_interpreter_to_wait_for(
    home: Home, spark: str, tmp_path: Path
) -> None:
    a_lake(home, transfer("T1", 0, "A/1", "B/2", 100))
    around = {**os.environ, "WARROOM_HOME": str(home.root), "WARROOM_ENGINE": spark}
    program = tmp_path / "program.py"
    program.write_text(LEFT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program], env=around, capture_output=True, text=True, timeout=60, check=True
    )
    assert '"T1"' in done.stdout
    assert "left open: []" in done.stdout


def test_a_lake_is_filled_without_its_cluster(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "sc://spark.invalid:15002")
    a_lake(home, transfer("T1", 0, "A/1", "B/2", 100))
    named(monkeypatch, "duckdb")
    assert Lake.open(home).query_rows("transfers").count().to_pyarrow().as_py() == 1


def test_the_types_of_no_rows_are_those_of_the_table(home: Home, opened: Open) -> None:
    for name, table in TABLES.items():
        assert opened(home, "spark").query_rows(name).to_pyarrow().schema == table.schema


def test_what_spark_refuses_is_one_sentence(home: Home, opened: Open) -> None:
    lake = opened(home, "spark")
    put(lake, "holders", [{"record_id": "H1", "kind": "person", "received_at": at(0)}])
    rows = lake.query_rows("holders")
    with pytest.raises(LakeError, match=r"^Spark at sc://.* did not answer the query \(.+\); ask again"):
        rows.select(number=rows.kind.cast("int64")).to_pyarrow()
    assert lake.query_rows("holders").count().to_pyarrow().as_py() == 1


def test_values_at_hand_keep_their_types_on_the_way_to_spark(home: Home, opened: Open) -> None:
    here = pa.table(
        {
            "amount": pa.array([Decimal("123456789012345.67"), None], pa.decimal128(18, 2)),
            "time": pa.array([at(1).replace(microsecond=1), None], pa.timestamp("us", "UTC")),
            "names": pa.array([["a", None], None], pa.list_(pa.string())),
        }
    )
    rows = opened(home, "spark").query_rows("transfers")
    asked = ibis.memtable(here)
    back = asked.anti_join(rows, asked.amount == rows.amount).to_pyarrow()
    assert sorted(back.to_pylist(), key=repr) == sorted(here.to_pylist(), key=repr)
    assert back.schema == here.schema


def test_a_folder_with_a_quote_and_a_space_is_read(tmp_path: Path, opened: Open) -> None:
    from warroom.home import open_home

    home = open_home(tmp_path / "it's a home", "exercise")
    a_lake(home, transfer("T1", 0, "A/1", "B/2", 100))
    for name in ("duckdb", "spark"):
        assert opened(home, name).query_rows("transfers").count().to_pyarrow().as_py() == 1
