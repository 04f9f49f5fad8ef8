"""`warroom names`: compare names in any script, search for one, and index a file of names."""

import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter, validators

from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.noted import log_access
from warroom.cli.options import Json
from warroom.errors import RecordsError
from warroom.home import open_home

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.subjects.names.index import NameIndex

app = App(
    name="names",
    help='Whether two names are one, in any script. Example: warroom names compare "สมชาย ใจดี" "Somchai Jaidee"',
    help_format="plaintext",
)


@app.command
def compare(
    a: str, b: str, /, *, kind: Literal["person", "company"] | None = None, json: Json = False
) -> None:
    """Compare two names: whether they are one, a score from 0 to 1, and the reason in Thai and English.

    Example: warroom names compare "สมชาย ใจดี" "Somchai Jaidee"

    Parameters
    ----------
    a
        A name, in any script.
    b
        Another.
    kind
        Persons' names or companies'; left out, a legal form such as จำกัด or Ltd. tells.
    """
    from warroom.subjects.names.analyse import analyse_name
    from warroom.subjects.names.compare import compare_names as compared

    comparison = compared(a, b, kind)
    if analyse_name(a, comparison.kind).unread or analyse_name(b, comparison.kind).unread:
        print_note("One of the names could not be read: a fault of the program; the log says where.")
    if json:
        print_json(
            {
                "same": comparison.same,
                "score": comparison.score,
                "reason": asdict(comparison.reason),
                "kind": comparison.kind,
            }
        )
        return
    print_line(f"{'same' if comparison.same else 'different'}  {comparison.score:.2f}")
    print_line(f"    {comparison.reason.th}\n    {comparison.reason.en}")


@app.command
def find(
    name: str,
    /,
    *,
    among: Path | None = None,
    limit: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 20,
    json: Json = False,
) -> None:
    """Names that are the same as this one, the surest first: of the lake's register of companies, or of a file.

    The file has a name a line, or is CSV with the column name. People's names are tokens in the lake; they are in no register here.

    Example: warroom names find "Somchai Jaidee" --among names.csv

    Parameters
    ----------
    name
        The name to look for, in any script.
    among
        A file of names, or a folder that 'warroom names index' made; left out, the register of companies.
    limit
        At most so many.
    """
    from warroom.subjects.names.index import NameIndex

    if among and among.is_dir():
        index, where = _load_index(among), None
    else:
        known = _of_file(among) if among else _list_registered()
        index, where = NameIndex.from_names([text for text, _ in known]), [place for _, place in known]
    if index.unread:
        print_note(f"{index.unread:,} of the names could not be read, and are never found; the log says why.")
    name_matches = index.find_matches(name, limit)
    source = str(among) if among else "companies"
    rows = [
        {
            "name": name_match.text,
            "where": where[name_match.number] if where else f"name {name_match.number + 1}",
            "score": name_match.compared.score,
            "reason": asdict(name_match.compared.reason),
        }
        for name_match in name_matches
    ]
    if json:
        print_json({"source": source, "searched": len(index.names), "found": rows})
        return
    for row, name_match in zip(rows, name_matches, strict=True):
        print_line(f"{name_match.compared.score:.2f}  {name_match.text}  ({row['where']})")
        print_line(f"      {name_match.compared.reason.th}\n      {name_match.compared.reason.en}")
    print_line(f"{len(rows):,} of {len(index.names):,} names in {source}.")


@app.command
def index(file: Path, /, *, out: Path) -> None:
    """Index the names of a file once, so that they are found in it without being read again: 'warroom names find NAME --among OUT'.

    Example: warroom names index names.csv --out names.index

    Parameters
    ----------
    file
        A name a line, or CSV with the column name.
    out
        A folder, which is made.
    """
    from warroom.subjects.names.index import NameIndex

    # Never into an existing folder: two indexes mixed would name wrong lines.
    if out.exists():
        raise RecordsError(f"{out} exists already; name another folder.")
    known = _of_file(file)
    made = NameIndex.from_names([text for text, _ in known])
    made.save(out)
    print_line(f"{len(known):,} names of {file} stand in {out}.")
    if made.unread:
        print_note(f"{made.unread:,} of them could not be read, and are never found; the log says why.")


def _load_index(folder: Path) -> "NameIndex":
    from warroom.subjects.names.index import NameIndex

    try:
        return NameIndex.load(folder)
    except OSError as problem:
        raise RecordsError(
            f"{folder} is no index of names; make one: warroom names index FILE --out FOLDER"
        ) from problem


def _of_file(path: Path) -> list[tuple[str, str]]:
    """Names of a file, each with its line."""
    try:
        # utf-8-sig: spreadsheets write a byte order mark.
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise RecordsError(f"{path} cannot be read as a text in UTF-8: {problem}") from problem
    lines = text.splitlines()
    columns = next(csv.reader(lines[:1]), [])
    # A header makes it CSV; without one each line is a name, commas included.
    if "name" in columns:
        rows = csv.DictReader(io.StringIO(text, newline=""))
        return [(row["name"], f"line {rows.line_num}") for row in rows if row["name"]]
    return [(line.strip(), f"line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _list_registered() -> list[tuple[str, str]]:
    """Names of the register of companies; the read is logged."""
    from warroom.lake.lake import Lake  # its engine; comparing does without

    home = open_home(create=None)
    log_access(home, "lake.searched", "lake:companies", {"columns": ["name"]})
    return list_companies(Lake.open(home))


def list_companies(lake: "Lake") -> list[tuple[str, str]]:
    """Names of the register of companies, each with its registration number."""
    rows = lake.query_rows("companies").to_pyarrow().select(["name", "registration"]).to_pylist()
    return [(row["name"], row["registration"]) for row in rows if row["name"]]
