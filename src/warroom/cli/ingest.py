"""`warroom ingest`: take partners' files into the lake."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from warroom import clock
from warroom.cli.answer import print_json, print_line, print_note, translate_errors
from warroom.cli.bar import show_progress
from warroom.cli.options import Json, Switch
from warroom.errors import RecordsError
from warroom.home import open_home
from warroom.lake.folder import read_manifest_jobs
from warroom.lake.given import GivenFile, open_given_files
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.reasons.reason import Language
from warroom.records import mapping_file
from warroom.records.mapping import DeliveryTerms, FileMapping

QUARANTINED = 2
"""Exit code where a person has to check: rows were quarantined, correct each other, or may be duplicates."""


def ingest(
    table: str | None = None,
    files: list[Path] | None = None,
    /,
    *,
    map_: Annotated[list[str] | None, Parameter(name="--map", consume_multiple=True, negative=())] = None,
    mapping: Path | None = None,
    source: str | None = None,
    partner: str | None = None,
    legal_basis: str | None = None,
    purpose: str | None = None,
    retain_until: str | None = None,
    folder: Path | None = None,
    again: Switch = False,
    guess: Switch = False,
    write: Path | None = None,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Take files into the lake, all of them or none.

    Rows that cannot be read go to the quarantine with a reason, and the exit code is 2; it is 2 too where rows of one
    file correct each other, or look like the payments that another source sent. The same file again changes nothing; under another source it is refused.

    Example: warroom ingest transfers examples/bank-a.csv --mapping examples/bank-a.toml --source BANKA

    Parameters
    ----------
    table
        The table the files hold, such as transfers.
    files
        Files of any kind that is read, mixed as you like: workbooks, CSV, Parquet, JSON, ISO 20022, in zip, gzip or
        Zstandard. A folder stands for all its files, a pattern in quotes for those that fit, - for what is piped in.
    map_
        Pairs ours=theirs: which of the file's columns is ours.
    mapping
        A mapping file in TOML; pairs given with --map go before it.
    source
        Who the records come from; else what the mapping says, else 'unnamed'. One record number of two
        sources is two records.
    partner
        Who delivered; else the source.
    legal_basis
        The law or agreement the delivery rests on.
    purpose
        What the records may be used for.
    retain_until
        When the rows are to be erased, as 2027-06-30T00:00:00+07:00.
    folder
        A folder with a manifest.json that lists files and tables; one commit for all.
    again
        Take a file also where its very bytes came from another source before.
    guess
        Take nothing in: propose a mapping for one file, and show how it would be read and what is not clear.
    write
        Where to write the proposed mapping, in TOML; never over a file that is there.
    language
        The language of what is remarked, asked and refused: en or th.
    """
    terms = DeliveryTerms(
        partner=partner,
        legal_basis=legal_basis,
        purpose=purpose,
        retention_until=clock.parse_instant(retain_until) if retain_until else None,
    )
    with translate_errors(language):
        if guess or write:
            _print_guess(table, files or [], write, language, json)
            return
        # Before the home is opened and a pipe is read: a misspelt mapping is reported at once.
        listed = None if folder is None else read_manifest_jobs(folder, source, terms, again=again)
        rule = _load_mapping(map_ or [], mapping)
        home = open_home()
        with open_given_files(home, [] if folder else files or []) as given_files:
            jobs = listed or _build_jobs(table, given_files, rule, source, terms, again)
            with show_progress() as progress:
                summaries = Lake.open(home).ingest(jobs, progress)
    _print_summaries(summaries, folder is not None, language, json)
    # After the answer, so that a script gets both.
    if any(summary.needs_look for summary in summaries):
        sys.exit(QUARANTINED)


def _print_guess(
    table: str | None, files: list[Path], write: Path | None, language: Language, json: bool
) -> None:
    # Imported here: it loads the assignment solver, which nearly no call needs.
    from warroom.cli.guessing import tell_guess

    tell_guess(table, files, write, language, json)


def sum_summaries(summaries: list[IngestSummary]) -> dict[str, Any]:
    """The sums over several files."""
    names = (
        "accepted",
        "duplicates",
        "corrections",
        "quarantined",
        "resolved",
        "contradictions",
        "far_corrections",
        "alike",
        "reused_numbers",
        "repeated",
        "batch_totals",
        "seconds",
    )
    sums = {name: sum(getattr(summary, name) for summary in summaries) for name in names}
    return {**sums, "seconds": round(sums["seconds"], 3)}


def format_summary(summary: dict[str, Any]) -> str:
    """A closing line for a person."""
    # Duplicates count: they were read and compared too.
    rate = (summary["accepted"] + summary["duplicates"] + summary["corrections"]) / max(
        summary["seconds"], 0.001
    )
    return (
        f"{summary['table']}: {summary['accepted']:,} accepted, {summary['duplicates']:,} duplicates, "
        f"{summary['corrections']:,} corrections, {summary['quarantined']:,} quarantined "
        f"in {summary['seconds']:.1f} s ({rate:,.0f} rows/s)"
    )


def _load_mapping(pairs: list[str], path: Path | None) -> FileMapping:
    mapping = mapping_file.load_mapping(path) if path else FileMapping()
    return mapping.with_pairs(pairs) if pairs else mapping


def _build_jobs(
    table: str | None,
    files: list[GivenFile],
    mapping: FileMapping,
    source: str | None,
    terms: DeliveryTerms,
    again: bool,
) -> list[IngestJob]:
    if table is None or not files:
        raise RecordsError("files.none-named")
    return [IngestJob(table, file.path, mapping, source, terms, again, file.name) for file in files]


def _print_summaries(
    summaries: list[IngestSummary], whole_folder: bool, language: Language, as_json: bool
) -> None:
    tables = [
        {"table": table, **sum_summaries([s for s in summaries if s.table == table])}
        for table in dict.fromkeys(summary.table for summary in summaries)
    ]
    files = [{**asdict(summary), "notes": list(summary.notes)} for summary in summaries]
    # One table is answered flat, as most calls ingest one.
    body: dict[str, Any] = dict(tables[0]) if len(tables) == 1 else {"table": "", **sum_summaries(summaries)}
    if whole_folder:
        body["tables"] = tables
    # Each remark once: files of one bank give the same ones.
    notes = list(dict.fromkeys(text for summary in summaries for text in summary.notes))
    if as_json:
        print_json({**body, "files": files, "notes": notes})
        return
    for text in notes:
        print_note(f"note: {text.render_in(language)}")
    for table_totals in tables:
        print_line(format_summary(table_totals))
    if body["quarantined"]:
        print_line("The quarantined rows and their reasons: warroom quarantine")
    elif not (body["accepted"] or body["corrections"] or body["resolved"]):
        print_line(
            "Nothing new: every row was there before."
            if body["duplicates"]
            else "It holds no row of this table."
        )
