"""Everything beside money: all tables at every size, as records allow, the same bytes for the same seed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lab.world.beside import sides, tables
from warroom.records.mapping import DeliveryTerms, FileMapping
from warroom.records.reader import open_reader
from warroom.records.tables import TABLES
from warroom_lab.world.beside.connections import TRAVELLERS, map_order_numbers
from warroom_lab.world.beside.labels import build_label_tables
from warroom_lab.world.beside.planned import Gang, plan_sides
from warroom_lab.world.beside.told import iter_parts
from warroom_lab.world.drawing.params import load_parameters
from warroom_lab.world.drawing.rows import TablePart
from warroom_lab.world.drawing.sizes import SIZES
from warroom_lab.world.population.settling import plan_nation as settle_nation
from warroom_lab.world.travel.recruits import CONSENT

OURS = {
    "adverts", "calls", "companies", "domains", "listings", "messages", "premises", "readings", "sims", "supply", "ties",
    "tips", "trips", "vehicles",
}  # fmt: skip
LATER = datetime(2027, 6, 1, tzinfo=UTC)


def test_every_table_beside_money_has_rows_at_tiny_and_small() -> None:
    for size in ("tiny", "small"):
        assert set(tables(size)) == OURS
        assert all(rows.num_rows for rows in tables(size).values())


def test_the_readers_accept_every_row(tmp_path: Path) -> None:
    for name, rows in tables().items():
        file = tmp_path / f"{name}.parquet"
        pq.write_table(rows, file)
        batches = list(
            open_reader(file, name, FileMapping(terms=DeliveryTerms(backfill=True)), LATER).iter_batches()
        )
        rejects = [reject for batch in batches for reject in batch.rejects]
        assert rejects == []
        assert sum(batch.rows.num_rows for batch in batches) == rows.num_rows


def test_a_record_number_is_given_once() -> None:
    for name, rows in tables("small").items():
        numbers = set(zip(rows["source"].to_pylist(), rows["record_id"].to_pylist(), strict=True))
        assert len(numbers) == rows.num_rows, name


def test_nobody_knows_of_a_thing_before_it_happened() -> None:
    for name, rows in tables().items():
        column = TABLES[name].time_column
        if column:
            late = pa.compute.greater_equal(rows["received_at"], rows[column])
            assert pa.compute.all(late).as_py(), name


def test_no_table_says_who_somebody_is_by_birth() -> None:
    told = {name for table in OURS for name in TABLES[table].by_name}
    assert not told & {"nationality", "ethnicity", "religion", "language", "sex"}


def _bytes(parts: Iterator[TablePart]) -> bytes:
    whole = b""
    for part in parts:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, part.rows.schema) as writer:
            writer.write_table(part.rows)
        whole += part.partner.encode() + part.table.encode() + sink.getvalue().to_pybytes()
    return whole


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    again, other = (
        plan_sides(settle_nation(SIZES["tiny"], seed), [Gang(at, at * 3 // 4) for at in range(3)])
        for seed in (7, 8)
    )
    assert _bytes(iter_parts(sides())) == _bytes(iter_parts(again))
    assert _bytes(iter_parts(sides())) != _bytes(iter_parts(other))


def test_small_stays_modest() -> None:
    rows = {name: table.num_rows for name, table in tables("small").items()}
    assert rows["calls"] < 310_000
    assert rows["readings"] < 110_000
    assert sum(rows.values()) - rows["calls"] - rows["readings"] < 90_000


def test_what_records_name_is_found_as_the_subject_of_an_order() -> None:
    country = sides()
    rows = tables()
    found = {
        "supply": rows["supply"]["record_id"][0].as_py(),
        "sim": rows["sims"]["msisdn"][0].as_py(),
        "page": rows["adverts"]["page"][0].as_py(),
        "domain": rows["domains"]["name"][0].as_py(),
        "person": rows["trips"]["traveller_id"][0].as_py(),
        "province": "P03",
    }
    seen = {kind: map_order_numbers(country, kind)[record] for kind, record in found.items()}
    assert seen["province"] == 2
    assert seen["person"] >= TRAVELLERS
    with pytest.raises(KeyError):
        map_order_numbers(country, "sim")["+66123"]


def test_every_figure_of_the_sides_says_its_unit_tag_and_source() -> None:
    for section in ("telephony", "sites", "jobs", "journeys", "custody", "latency", "awareness", "capacity"):
        for name, parameter in load_parameters()[section].items():
            assert parameter.tag in ("P", "D", "A"), name
            assert parameter.unit, name
            assert parameter.source, name


def test_the_truth_names_gangs_things_as_partners_records_name_them() -> None:
    true, told = build_label_tables(sides("small")), tables("small")
    for name, column, table, theirs in (
        ("side_cards", "msisdn", "sims", "msisdn"),
        ("side_premises", "premises_id", "premises", "record_id"),
        ("side_pages", "page", "adverts", "page"),
        ("side_domains", "name", "domains", "name"),
        ("side_people", "traveller_id", "trips", "traveller_id"),
    ):
        found = set(true[name][column].to_pylist()) & set(told[table][theirs].to_pylist())
        assert found, name
    assert set(true["side_people"]["consent"].to_pylist()) <= set(CONSENT)
