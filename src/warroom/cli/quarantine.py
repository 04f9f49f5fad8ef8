"""`warroom quarantine`: rejected rows with their reasons, and ingesting them again."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from cyclopts import App

from warroom.cli.answer import print_json, print_line
from warroom.cli.ingest import QUARANTINED, format_summary, sum_summaries
from warroom.cli.noted import log_access
from warroom.cli.options import Json, Switch
from warroom.errors import RecordsError
from warroom.home import open_home
from warroom.lake.lake import Lake
from warroom.reasons.reason import Language
from warroom.records import mapping_file
from warroom.sentences.recall import translate_sentence

app = App(
    name="quarantine",
    help="Rows that could not be accepted. Example: warroom quarantine list --table transfers",
    help_format="plaintext",
)


@app.default
@app.command(name="list")
def show_list(*, table: str | None = None, language: Language = "en", json: Json = False) -> None:
    """List what waits, by file and reason.

    Example: warroom quarantine list --table transfers

    Parameters
    ----------
    table
        Only the rows meant for this table.
    language
        The language of the reasons: en or th.
    """
    rows = _load_waiting(table)
    groups = _group_rows(rows)
    if json:
        print_json({"rows": rows.num_rows, "groups": groups})
        return
    for group in groups:
        where = group["column"] or "row"
        print_line(
            f"{group['rows']:>8,}  {group['table']}  {group['file']}  {where}: {translate_sentence(group['reason'], language)} "
            f"(line {group['first_line']})"
        )
    print_line(f"{rows.num_rows:,} rows wait in the quarantine.")


@app.command
def show(*, table: str | None = None, limit: int = 20, language: Language = "en", json: Json = False) -> None:
    """Show waiting rows as they came, each with its file, line, column and reason.

    Example: warroom quarantine show --limit 5

    Parameters
    ----------
    table
        Only the rows meant for this table.
    limit
        How many rows.
    language
        The language of the reasons: en or th.
    """
    rows = _load_waiting(table)
    # Rejected rows are personal data too, so reading them is logged.
    log_access(open_home(create=None), "quarantine.read", "quarantine", {"rows": min(limit, rows.num_rows)})
    # The mapping is a document of its own and repeats in each row.
    shown = rows.slice(0, limit).drop_columns(["mapping", "resolved_at"]).to_pylist()
    if json:
        print_json({"rows": rows.num_rows, "shown": shown})
        return
    for row in shown:
        print_line(
            f"{row['file']}:{row['line']} {row['column']}: {translate_sentence(row['reason'], language)}"
        )
        print_line(f"    {row['raw'].strip()[:200]}")


@app.command
def export(file: Path, *, table: str | None = None, json: Json = False) -> None:
    """Write the waiting rows to a file: .csv, .parquet or .jsonl.

    Example: warroom quarantine export rejected.csv

    Parameters
    ----------
    file
        Where to write; its ending says the format.
    table
        Only the rows meant for this table.
    """
    rows = _load_waiting(table)
    log_access(open_home(create=None), "quarantine.exported", "quarantine", {"rows": rows.num_rows})
    _write_rows(rows, file)
    if json:
        print_json({"rows": rows.num_rows, "file": str(file)})
    else:
        print_line(f"{rows.num_rows:,} rows written to {file}.")


@app.command
def reingest(*, mapping: Path | None = None, again: Switch = False, json: Json = False) -> None:
    """Read the waiting rows again; those that pass are accepted under the file and line they came from.

    Example: warroom quarantine reingest --mapping examples/bank-a.toml

    Parameters
    ----------
    mapping
        A mapping file to read them with; without it, each row's own.
    again
        After you have looked at them, take in also rows that another file of their source brought before, as payments of
        their own, and rows whose record number another record has, as its corrections.
    """
    lake = Lake.open(open_home())
    summaries = lake.reingest_quarantine(mapping_file.load_mapping(mapping) if mapping else None, again=again)
    tables = [
        {"table": name, **sum_summaries([s for s in summaries if s.table == name])}
        for name in dict.fromkeys(summary.table for summary in summaries)
    ]
    sums = sum_summaries(summaries)
    if json:
        print_json(
            {
                "table": tables[0]["table"] if len(tables) == 1 else "",
                **sums,
                "files": [*map(asdict, summaries)],
            }
        )
    else:
        for table_totals in tables:
            print_line(format_summary(table_totals))
        print_line(f"{sums['resolved']:,} rows left the quarantine, {sums['quarantined']:,} wait in it.")
    # As `ingest`: a person has to look.
    if sums["quarantined"]:
        sys.exit(QUARANTINED)


def _load_waiting(table: str | None) -> pa.Table:
    rows = Lake.open(open_home(create=None)).list_quarantined_rows()
    return rows if table is None else rows.filter(pc.equal(rows["table"], table))


def _group_rows(rows: pa.Table) -> list[dict[str, Any]]:
    # Two deliveries may have the same file name; the hash distinguishes them.
    by = ["table", "source", "file", "sha256", "column", "code", "reason"]
    found = rows.group_by(by).aggregate([("line", "count"), ("line", "min")])
    named = found.rename_columns({"line_count": "rows", "line_min": "first_line"})
    groups: list[dict[str, Any]] = named.sort_by([("rows", "descending")]).to_pylist()
    return groups


def _write_rows(rows: pa.Table, file: Path) -> None:
    try:
        # The suffix decides, as the user already names the file.
        if file.suffix == ".csv":
            from pyarrow import csv

            csv.write_csv(rows, file)
        elif file.suffix == ".parquet":
            from pyarrow import parquet

            parquet.write_table(rows, file)
        elif file.suffix == ".jsonl":
            import json

            with file.open("w", encoding="utf-8") as out:
                for row in rows.to_pylist():
                    out.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
        else:
            raise RecordsError(f"{file} ends in no format that can be written; use .csv, .parquet or .jsonl.")
    except OSError as problem:
        raise RecordsError(f"{file} cannot be written: {problem.strerror or problem}.") from None
