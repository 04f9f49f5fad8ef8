"""`warroom lake`: contents of the lake, verification, erasure, and publishing."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from warroom import clock, timekeeping, unwell
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.noted import log_access
from warroom.cli.options import Json
from warroom.errors import LakeError
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.records.reader import get_table

app = App(
    name="lake",
    help="What the lake holds. Example: warroom lake verify",
    help_format="plaintext",
)


@app.default
def show_stats(*, json: Json = False) -> None:
    """Tables, rows, days, sources and size.

    Example: warroom lake
    """
    lake = _open_lake()
    tables = [asdict(table) for table in lake.list_table_stats()]
    sums = {name: sum(table[name] for table in tables) for name in ("rows", "files", "bytes")}
    if json:
        print_json({"commit": lake.head, **sums, "tables": tables})
        return
    for table in tables:
        # Four sources fit a line of a terminal.
        sources = ", ".join(table["sources"][:4]) + (" ..." if len(table["sources"]) > 4 else "")
        print_line(
            f"{table['table']:<14} {table['rows']:>14,} rows  {table['days']:>5} days "
            f"{table['first_day']} to {table['last_day']}  {_format_mib(table['bytes']):>12}  from {sources}"
        )
    print_line(
        f"commit {lake.head}: {sums['rows']:,} rows in {sums['files']:,} files, {_format_mib(sums['bytes'])}"
    )


@app.command
def verify(*, json: Json = False) -> None:
    """Check every stored byte against the signed log, and the log against the newest commit that the ledger knows; the exit
    code is 1 where something is not as it was written.

    Example: warroom lake verify
    """
    lake = _open_lake()
    from warroom.runtime.integrity import verify_lake  # the database: other commands do without
    from warroom.runtime.steps import DAMAGED

    faults = verify_lake(lake.home, lake)
    if not faults:
        # A clean verification by hand ends the fault that a nightly one noted.
        unwell.clear_troubles(lake.home, DAMAGED)
    if json:
        print_json({"ok": not faults, "faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            print_line(fault.sentence)
        print_line(f"{len(faults)} faults." if faults else "Every byte is what was written.")
    if faults:
        sys.exit(1)


@app.command
def find(
    table: str,
    /,
    *,
    as_of: str | None = None,
    limit: int = 100,
    json: Json = False,
    **columns: Annotated[str, Parameter(help="A column and the value it must have, as --record_id T1.")],
) -> None:
    """Rows of a table by the values of columns.

    Example: warroom lake find transfers --payer 1234567890 --as-of 2026-11-24T12:00:00+07:00

    Parameters
    ----------
    table
        The table to look in.
    as_of
        What was known at this time; now where it is not given.
    limit
        At most so many rows.
    """
    names = get_table(table).schema.names
    asked = {name.replace("-", "_"): value for name, value in columns.items()}
    unknown = [name for name in asked if name not in names]
    # Without a column the command would print the whole table.
    if unknown or not asked:
        raise LakeError(
            f"{f'{table} has no column {unknown[0]}' if unknown else 'Name a column and a value'}; "
            f"it has {', '.join(names)}."
        )
    # The columns and not the values: the log has many readers, who must not see account numbers.
    log_access(open_home(create=None), "lake.searched", f"lake:{table}", {"columns": sorted(asked)})
    lake, known_at = _open_lake(), clock.parse_instant(as_of) if as_of else None
    rows = lake.find_rows(table, asked, known_at, limit).to_pylist()
    if json:
        print_json({"table": table, "rows": rows})
        return
    for row in rows:
        print_line(_format_row(row))
    print_line(f"{len(rows):,} rows.")
    # An empty answer about the past often means that the rows came later.
    if known_at and not rows:
        _tell_later(lake.find_rows(table, asked, None, limit).to_pylist())


def _tell_later(rows: list[dict[str, Any]]) -> None:
    """Note that such rows were received after the moment that was asked about."""
    if rows:
        first = min(row["received_at"] for row in rows)
        print_note(f"{len(rows):,} such rows came later, the first at {first.isoformat(timespec='seconds')}.")


@app.command
def erasures(*, json: Json = False) -> None:
    """What was erased because its retention was over: the proof that is left.

    Example: warroom lake erasures
    """
    erasure_trees = [erasure.to_tree() for erasure in _open_lake().list_erasures()]
    if json:
        print_json({"erasures": erasure_trees})
        return
    for erasure in erasure_trees:
        rows = ", ".join(f"{count:,} {table}" for table, count in erasure["rows"].items()) or "no rows"
        print_line(
            f"{erasure['at']}  {erasure['delivery_id']} of {erasure['source']}: {rows}; "
            f"retention ended {erasure['retention_until']}; commit {erasure['seq']}; "
            f"file {erasure['file_sha256']}"
        )
    print_line(f"{len(erasure_trees):,} deliveries erased.")


@app.command
def erase(*, json: Json = False) -> None:
    """Erase what has expired, now; the server does so by itself. Refused while the machine's clock is doubted.

    Example: warroom lake erase
    """
    lake = _open_lake()
    now = clock.get_now()
    # Erased data cannot be restored: a clock that jumped ahead would erase what must be kept.
    if not timekeeping.is_clock_trusted(lake.home, now, lake.log.find_newest_time):
        raise LakeError("lake.clock-doubted", now=f"{now:%Y-%m-%d %H:%M}")
    report = lake.erase_expired(now)
    if json:
        print_json({"deliveries": len(report.erasures), "rows": report.rows, "files": report.files})
    else:
        print_line(
            f"{len(report.erasures):,} deliveries erased, {report.rows:,} rows in {report.files:,} files."
        )


@app.command
def compact(*, json: Json = False) -> None:
    """Join small files of the same day, so that queries open fewer.

    Example: warroom lake compact
    """
    saved = _open_lake().compact_files()
    if json:
        print_json({"files_saved": saved})
    else:
        print_line(f"{saved:,} files fewer.")


@app.command
def publish(folder: Path, /, *, json: Json = False) -> None:
    """Bring Delta tables of everything the lake holds to its newest commit, for engines that read such tables.

    Anyone who reads the folder reads every row of every person, unmasked, and no log says so.

    Example: warroom lake publish /srv/open-lake

    Parameters
    ----------
    folder
        Where the tables lie: a new or empty folder, or one that was published before.
    """
    from warroom.lake.published import publish as bring  # deltalake: other commands do without

    lake = _open_lake()
    log_access(lake.home, "lake.published", "lake", {"folder": str(folder.resolve()), "commit": lake.head})
    done = bring(lake, folder)
    if json:
        print_json(asdict(done))
    else:
        print_line(
            f"commit {done.commit} in {done.folder}: {done.tables} tables, {done.rows:,} rows in {done.files:,} files "
            f"({done.added:,} more, {done.removed:,} gone)"
        )
    print_note(
        f"Whoever reads {done.folder} reads every row unmasked, and no log says who did: guard it like the data folder."
    )


def _open_lake() -> Lake:
    return Lake.open(open_home(create=None))


def _format_mib(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB"


def _format_row(row: dict[str, Any]) -> str:
    return "  ".join(f"{name}={value}" for name, value in row.items() if value is not None)
