"""A country's records at the end of its days as a room would ask its lake for them, without the hour that taking them in needs."""

from datetime import UTC, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from warroom.money.index.account_index import Index
from warroom.records.tables import TABLES
from warroom_lab.evaluation.background import build_background, compute_receipt_times
from warroom_lab.evaluation.records import build_reports_table
from warroom_lab.world.beside import told
from warroom_lab.world.beside.circles import draw_circles
from warroom_lab.world.beside.ties import make_tie_rows
from warroom_lab.world.drawing.columns import DAY, TransferColumns
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.population.country import Country, plan_country

LATE_DAYS = 3
"""Days after the last one by which every record has arrived."""


class CountryRecords:
    """Everything that partners sent of a country, with what casework learned of gangs (`circles`); nobody acted."""

    def __init__(self, size: Size, seed: int) -> None:
        self.country: Country = plan_country(size, seed)
        self._background = build_background(self.country)
        self._tables = self._build_tables()
        self.as_of = datetime.fromtimestamp((self._background.end + LATE_DAYS * DAY) / 1e6, UTC)

    @property
    def index(self) -> Index:
        """The index of all payments, as traces read it."""
        return self._background.records.current_index

    def query_rows(self, table: str, as_of: datetime | None = None, days: Any = None) -> ir.Table:
        """The rows of a table that were received by `as_of`; of a table that the world does not send, none."""
        rows = ibis.memtable(self._tables.get(table, _make_empty_table(table)))
        return rows if as_of is None else rows.filter(rows.received_at <= ibis.literal(as_of))

    def find_rows(self, table: str, values: dict[str, Any], as_of: datetime) -> pa.Table:
        """Rows whose columns have these values."""
        return self._background.records.find_rows(table, values, as_of)

    def find_last_time(self, table: str, as_of: datetime) -> datetime | None:
        """Nothing: the records end with the country's days."""
        return None

    def _build_tables(self) -> dict[str, pa.Table]:
        country, books, records = self.country, self._background.books, self._background.records
        run = CountryRun(country)
        news = run.advance_to(self._background.end)
        days = [country.get_day(number) for number in range(country.nation.size.days)]
        payments = TransferColumns.concat_parts([*days, news.transfers])
        crime = books.build_transfers_table(news.transfers, news.received)
        records.add_rows("transfers", crime)
        reports = build_reports_table([*news.reports, *country.grievances])
        records.add_rows("reports", reports)
        sides = told.build_tables(country.sides)
        circles = make_tie_rows(draw_circles(country), country.sides.start, country.sides.end)
        for partner, table, rows in circles:
            named = rows.append_column("source", pa.array([partner] * rows.num_rows, pa.string()))
            sides[table] = pa.concat_tables([sides[table], named.select(sides[table].column_names)])
        holders = records.find_rows("holders", {}, datetime.max.replace(tzinfo=UTC))
        accounts = records.find_rows("accounts", {}, datetime.max.replace(tzinfo=UTC))
        everything = {
            **sides,
            "holders": holders,
            "accounts": accounts,
            "reports": reports,
            "transfers": books.build_transfers_table(payments, compute_receipt_times(books, payments)),
        }
        return {name: _conform_table(name, rows) for name, rows in everything.items()}


def _conform_table(name: str, rows: pa.Table) -> pa.Table:
    """The rows with every column of the lake's table, in its types."""
    schema = TABLES[name].schema
    columns = {
        field.name: rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    }
    return pa.table(columns)


def _make_empty_table(name: str) -> pa.Table:
    return TABLES[name].schema.empty_table() if name in TABLES else pa.table({})
