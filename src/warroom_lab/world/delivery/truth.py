"""The truth of a built country, in a folder of its own: read by `evaluation` and tests, and by nothing else."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warroom_lab.world.beside.labels import labels
from warroom_lab.world.delivery.flaws import Dirt
from warroom_lab.world.drawing.columns import BANKS, Array, Columns
from warroom_lab.world.drawing.numbers import account_numbers, holder_tokens, record_ids, uetrs
from warroom_lab.world.play.run import Run
from warroom_lab.world.population.country import Country


def write(folder: Path, country: Country, run: Run, dirt: Sequence[Dirt]) -> None:
    """Write openings, roles, crime's cases, accounts and payments, and every faulty row with its file and line."""
    folder.mkdir()
    under = country.underworld
    payments = run.truth.labels()
    tables = {
        "openings": _openings(country),
        "roles": _roles(country),
        "labels": _numbered(_table(payments), payments.uid),
        "parts": _table(run.truth.parts()),
        "cases": _table(under.cases),
        "mules": _with_accounts(_table(under.mules), under.mules.account, under.mules.holder),
        "syndicates": _table(under.syndicates),
        "market": _table(run.truth.market()),
        "reports": _reports(country),
        "dirt": _dirt(dirt),
        **labels(country.sides),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd", compression_level=1)


def _table(columns: Columns) -> pa.Table:
    return pa.table({each.name: pa.array(getattr(columns, each.name)) for each in fields(columns)})


def _numbered(table: pa.Table, uid: Array) -> pa.Table:
    return table.append_column("record_id", record_ids(uid)).append_column("uetr", uetrs(uid))


def _with_accounts(table: pa.Table, accounts: Array, holders: Array) -> pa.Table:
    numbered = table.append_column("account_number", account_numbers(accounts))
    return numbered.append_column("holder_token", holder_tokens(holders))


def _openings(country: Country) -> pa.Table:
    kept = country.accounts
    return pa.table(
        {
            "account": account_numbers(np.arange(len(kept))),
            "bank": pa.array(BANKS).take(pa.array(kept.bank)),
            "opening": pa.array(kept.opening),
        }
    )


def _roles(country: Country) -> pa.Table:
    """Which account plays which part in ordinary life; those that are only persons are left out."""
    parts = [
        pa.table({"role": pa.array([name] * len(rows), pa.string()), "account": account_numbers(rows)})
        for name, rows in sorted(country.nation.roles.items())
        if name not in ("persons", "second")
    ]
    return pa.concat_tables(parts)


def _reports(country: Country) -> pa.Table:
    told = country.underworld.reports
    return pa.table(
        {
            "record_id": pa.array([each.record_id for each in told], pa.string()),
            "case": pa.array([each.case for each in told], pa.int32()),
            "uids": pa.array([list(each.uids) for each in told], pa.list_(pa.int64())),
        }
    )


def _dirt(dirt: Sequence[Dirt]) -> pa.Table:
    names = [each.name for each in fields(Dirt)]
    columns = {name: [getattr(each, name) for each in dirt] for name in names}
    kinds = {"line": pa.int64(), "accepted": pa.bool_()}
    return pa.table(
        {name: pa.array(column, kinds.get(name, pa.string())) for name, column in columns.items()}
    )
