"""The engine of queries keeps nothing of a question once it was answered."""

from datetime import timedelta

from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.view import filter_by_values
from warroom.records.mapping import DeliveryTerms


def test_a_question_about_many_values_leaves_no_table_behind(home: Home) -> None:
    lake = Lake.open(home)
    tip = {
        "record_id": "T1",
        "time": clock.get_now() - timedelta(hours=1),
        "kind": "site",
        "text": "a lit house",
    }
    lake.write_rows("tips", [tip], source="citizens", terms=DeliveryTerms())
    for number in range(20):
        rows = filter_by_values(lake.query_rows("tips"), "record_id", ["T1", f"N{number}"])
        assert rows.count().to_pyarrow().as_py() == 1
    connection = lake._engine._get_connection().con  # type: ignore[attr-defined]
    views = connection.sql("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal").fetchall()
    assert views == []


def test_files_that_were_read_are_not_remembered(home: Home) -> None:
    """A room takes deliveries in all day, and each is a file more."""
    lake = Lake.open(home)
    for number in range(10):
        time = clock.get_now() - timedelta(hours=1)
        tip = {"record_id": f"T{number}", "time": time, "kind": "site", "text": "a lit house"}
        lake.write_rows("tips", [tip], source="citizens", terms=DeliveryTerms())
        assert lake.query_rows("tips").count().to_pyarrow().as_py() == number + 1
    connection = lake._engine._get_connection().con  # type: ignore[attr-defined]
    kept = connection.sql("SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'OBJECT_CACHE'")
    assert kept.fetchall() == [(0,)]
