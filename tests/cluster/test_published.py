"""What the lake publishes, read by engines that know nothing of it: every row they see is a row that it holds."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder

from tests.cluster.country import fill
from tests.lake.files import csv_of, take, transfer
from warroom import clock
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.lake.published import LEFT_OUT, publish
from warroom.records.mapping import DeliveryTerms
from warroom.records.tables import TABLES

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "publish.md"
PUBLISHED = [name for name in TABLES if name not in LEFT_OUT]
Read = Callable[[str], tuple[pa.Table, pa.Table]]
"""From a table's name to all its rows and those in effect."""


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Path]:
    """A lake with rows in every table, corrections, joined days and an erased delivery, published before and after."""
    tmp_path = tmp_path_factory.mktemp("country")
    lake, folder = fill(open_home(tmp_path / "home", "exercise"), rows=12), tmp_path / "open-lake"
    due = DeliveryTerms(retention_until=clock.get_now() + timedelta(days=1))
    take(lake, csv_of(tmp_path / "due.csv", map(transfer, range(30))), source="S9", terms=due)
    corrected = [transfer(number, amount="1.00") for number in range(20, 26)]
    take(lake, csv_of(tmp_path / "kept.csv", corrected), source="S9")
    take(lake, csv_of(tmp_path / "also.csv", [transfer(1, amount="2.00")]), source="S9", terms=due)
    publish(lake, folder)
    assert lake.compact_files() > 0
    assert lake.erase_expired(clock.get_now() + timedelta(days=2)).rows == 31
    take(lake, csv_of(tmp_path / "more.csv", map(transfer, range(40, 50))), source="S8")
    publish(lake, folder)
    return lake, folder


def blocks(language: str) -> list[str]:
    """The lines that the how-to prints."""
    return re.findall(rf"```{language}\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.S)


def printed(word: str, folder: Path, table: str, server: str = "") -> dict[str, Any]:
    """Run the how-to's Python lines that name a library, for a folder and a table of the test's own."""
    (lines,) = [block for block in blocks("python") if word in block]
    assert lines.count("/srv/open-lake/transfers") == 1
    lines = lines.replace("/srv/open-lake/transfers", str(folder / table))
    names: dict[str, Any] = {}
    exec(lines.replace("sc://spark.example:15002", server), names)
    return names


def polars(folder: Path, table: str, server: str) -> tuple[pa.Table, pa.Table]:
    names = printed("polars", folder, table)
    return names["rows"].collect().to_arrow(), names["in_effect"].collect().to_arrow()


def duckdb(folder: Path, table: str, server: str) -> tuple[pa.Table, pa.Table]:
    names = printed("duckdb", folder, table)
    return names["rows"].to_table(), names["in_effect"].to_arrow_table()


def spark(folder: Path, table: str, server: str) -> tuple[pa.Table, pa.Table]:
    names = printed("pyspark", folder, table, server)
    return names["rows"].toArrow(), names["in_effect"].toArrow()


def datafusion(folder: Path, table: str, server: str) -> tuple[pa.Table, pa.Table]:
    """The statement that the how-to prints for Trino, which is not here: nothing but standard SQL is in it."""
    (words,) = blocks("sql")
    statement = words.rpartition(";\n\n")[2].replace("open_lake.default.transfers", "rows_here").rstrip(";\n")
    built = QueryBuilder().register("rows_here", DeltaTable(str(folder / table)))
    asked = ("SELECT * FROM rows_here", statement)
    every, effective = (pa.table(built.execute(one).read_all()) for one in asked)
    return every, effective


def plain(rows: pa.Table, names: Iterable[str]) -> list[tuple[Any, ...]]:
    """Rows in one order, by the columns of a table alone."""
    listed = [tuple(row[name] for name in names) for row in rows.to_pylist()]
    return sorted(listed, key=lambda row: tuple(map(str, row[:6])))


@pytest.mark.parametrize("engine", [polars, duckdb, spark, datafusion])
def test_every_row_of_every_table_is_what_the_lake_holds(
    country: tuple[Lake, Path], spark: str, engine: Callable[[Path, str, str], tuple[pa.Table, pa.Table]]
) -> None:
    lake, folder = country
    for table in PUBLISHED:
        names = TABLES[table].schema.names
        every, in_effect = engine(folder, table, spark)
        stored = lake.query_stored_rows(table).to_pyarrow()
        assert plain(every, names) == plain(stored, names), table
        assert plain(in_effect, names) == plain(lake.query_rows(table).to_pyarrow(), names), table
        said = [word == "correction" for word in every["written_as"].to_pylist()]
        assert sum(said) == sum(stored["correction"].to_pylist()), table
    assert plain(engine(folder, "transfers", spark)[0], ["source"]).count(("S9",)) == 6
