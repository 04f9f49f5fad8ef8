"""The truth of a built country, in a folder of its own: read by `evaluation` and tests, and by nothing else."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warroom_lab.world.beside.labels import build_label_tables
from warroom_lab.world.delivery.flaws import FaultyRow
from warroom_lab.world.drawing.columns import BANKS, Array, ColumnTable
from warroom_lab.world.drawing.numbers import (
    make_account_numbers,
    make_holder_tokens,
    make_record_ids,
    make_uetrs,
)
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.population.country import Country


def write_truth(folder: Path, country: Country, run: CountryRun, dirt: Sequence[FaultyRow]) -> None:
    """Write openings, roles, crime's cases, accounts and payments, and every faulty row with its file and line."""
    folder.mkdir()
    under = country.underworld
    payments = run.truth.build_labels()
    tables = {
        "openings": _build_opening_table(country),
        "roles": _build_role_table(country),
        "labels": _add_record_ids(_to_table(payments), payments.uid),
        "parts": _to_table(run.truth.build_payment_parts()),
        "cases": _to_table(under.cases),
        "mules": _add_account_columns(_to_table(under.mules), under.mules.account, under.mules.holder),
        "syndicates": _to_table(under.syndicates),
        "market": _to_table(run.truth.list_account_prices()),
        "reports": _build_report_table(country),
        "dirt": _build_dirt_table(dirt),
        **build_label_tables(country.sides),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd", compression_level=1)


def _to_table(columns: ColumnTable) -> pa.Table:
    return pa.table({each.name: pa.array(getattr(columns, each.name)) for each in fields(columns)})


def _add_record_ids(table: pa.Table, uid: Array) -> pa.Table:
    return table.append_column("record_id", make_record_ids(uid)).append_column("uetr", make_uetrs(uid))


def _add_account_columns(table: pa.Table, accounts: Array, holders: Array) -> pa.Table:
    numbered = table.append_column("account_number", make_account_numbers(accounts))
    return numbered.append_column("holder_token", make_holder_tokens(holders))


def _build_opening_table(country: Country) -> pa.Table:
    kept = country.accounts
    return pa.table(
        {
            "account": make_account_numbers(np.arange(len(kept))),
            "bank": pa.array(BANKS).take(pa.array(kept.bank)),
            "opening": pa.array(kept.opening),
        }
    )


def _build_role_table(country: Country) -> pa.Table:
    """Which account plays which part in ordinary life; those that are only persons are left out."""
    parts = [
        pa.table({"role": pa.array([name] * len(rows), pa.string()), "account": make_account_numbers(rows)})
        for name, rows in sorted(country.nation.roles.items())
        if name not in ("persons", "second")
    ]
    return pa.concat_tables(parts)


def _build_report_table(country: Country) -> pa.Table:
    reports = country.underworld.reports
    return pa.table(
        {
            "record_id": pa.array([report.record_id for report in reports], pa.string()),
            "case": pa.array([report.case for report in reports], pa.int32()),
            "uids": pa.array([list(report.uids) for report in reports], pa.list_(pa.int64())),
        }
    )


def _build_dirt_table(dirt: Sequence[FaultyRow]) -> pa.Table:
    names = [each.name for each in fields(FaultyRow)]
    columns = {name: [getattr(each, name) for each in dirt] for name in names}
    kinds = {"line": pa.int64(), "accepted": pa.bool_()}
    return pa.table(
        {name: pa.array(column, kinds.get(name, pa.string())) for name, column in columns.items()}
    )
