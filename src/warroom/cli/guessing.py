"""`warroom ingest --guess`: propose a mapping for a file, and preview how the file would be read with it."""

import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from warroom.cli.answer import print_json, print_line
from warroom.errors import RecordsError
from warroom.reasons.reason import Language
from warroom.records.guess.guess import Guess, guess_mapping
from warroom.records.guess.preview import Preview, open_first_file, preview_file
from warroom.records.guess.toml import write_mapping_file as write_toml
from warroom.records.reader import get_table
from warroom.sentences.recall import translate_sentence

WIDEST = 24
"""Width of a value in terminal columns; longer ones are cut."""


def tell_guess(
    table: str | None, files: list[Path], write: Path | None, language: Language, as_json: bool
) -> None:
    """Propose a mapping for one file, show it, and write it where asked."""
    if table is None or len(files) != 1:
        raise RecordsError("files.guess-one")
    # Never overwritten: it may hold answers that somebody typed.
    if write is not None and write.exists():
        raise RecordsError("mapping.there-already", name=write)
    path = files[0]
    # An archive's first file stands for it: its files have one layout.
    with open_first_file(path, str(path)) as part:
        proposal = guess_mapping(part.path, get_table(table), part.name)
        seen = preview_file(part.path, proposal.table, proposal.tree, part.name, proposal.is_message)
    if write is not None:
        write_toml(proposal, path.name, write)
    if as_json:
        print_json(build_body(proposal, seen))
        return
    _print_guess(proposal, seen, language)
    _print_next_step(table, path, write)


def build_body(proposal: Guess, seen: Preview) -> dict[str, Any]:
    """The answer as JSON."""
    tree = proposal.tree
    time = {"zone": None, "calendar": "gregorian" if "time" in tree else None, "format": None}
    doubts = [doubt.render_in("en") for doubt in proposal.doubts]
    if seen.problem is not None:
        doubts.append(str(seen.problem))
    return {
        "table": proposal.table.name,
        "columns": tree.get("columns", {}),
        "file": proposal.file
        | {key: value for key, value in tree.get("file", {}).items() if key == "decimal"},
        "time": time | tree.get("time", {}),
        "values": tree.get("values", {}),
        "constants": tree.get("constants", {}),
        "amount": tree.get("amount", {}),
        "direction": tree.get("direction", {}),
        "status": tree.get("status", {}),
        "turned": tree.get("turned", {}),
        "unused": proposal.columns_unused,
        "doubts": doubts,
        "rows_read": seen.rows_read,
        "rows_refused": seen.rows_refused,
        "notes": seen.notes,
    }


def _print_guess(proposal: Guess, seen: Preview, language: Language) -> None:
    columns = proposal.tree.get("columns", {})
    print_line(f"{proposal.table.name}: as this file would be read")
    _print_table(
        ["ours", "theirs", "for example"],
        [_build_row(proposal, ours, theirs) for ours, theirs in columns.items()],
    )
    for section in ("constants", "amount", "direction", "status", "time", "file"):
        for key, value in proposal.tree.get(section, {}).items():
            print_line(f"  [{section}] {key} = {value}")
    for ours, words in proposal.tree.get("values", {}).items():
        print_line(
            f"  [values.{ours}] "
            + ", ".join(f"{theirs} = {mine}" for theirs, mine in list(words.items())[:12])
        )
    if proposal.columns_unused:
        print_line(f"  not used: {', '.join(proposal.columns_unused)}")
    _show_rows(proposal, seen, language)
    if proposal.doubts:
        print_line()
        print_line("To be answered before it is taken in:")
    for number, doubt in enumerate(proposal.doubts, 1):
        print_line(f"  {number}. {doubt.render_in(language)}")


def _build_row(found: Guess, ours: str, theirs: Any) -> list[str]:
    names = theirs if isinstance(theirs, list) else [theirs]
    return [ours, " + ".join(names), " ".join(found.examples.get(name, "") for name in names)]


def _show_rows(proposal: Guess, seen: Preview, language: Language) -> None:
    print_line()
    if seen.problem is not None:
        print_line(f"It cannot be read yet: {translate_sentence(str(seen.problem), language)}")
        return
    print_line(
        f"{seen.rows_read:,} rows would be read, {seen.rows_refused:,} refused; the first {len(seen.rows)}:"
    )
    zone = proposal.tree.get("time", {}).get("zone")
    _print_table(seen.columns, [[_format_cell(value, zone) for value in row] for row in seen.rows])
    for note in seen.notes:
        print_line(f"  note: {note.render_in(language)}")
    for reject in seen.rejects:
        print_line(f"  refused, line {reject.line}: {reject.reason.render_in(language)}")
    # The first refused rows are listed one by one; of all, the ten most frequent reasons.
    if seen.rows_refused > len(seen.rejects):
        for (column, code), many in list(seen.reasons.items())[:10]:
            print_line(f"  refused in all, {column or 'the row'} ({code}): {many:,}")


def _format_cell(value: Any, zone: str | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        # In the file's own zone, so that it can be compared with the file.
        return f"{value.astimezone(ZoneInfo(zone or 'UTC')):%Y-%m-%d %H:%M:%S}"
    return str(value)


def _print_table(head: list[str], rows: list[list[str]]) -> None:
    """Print a table with aligned columns by terminal width: Thai vowels above and below take none."""
    cells = [[_cut_text(" ".join(cell.split())) for cell in row] for row in [head, *rows]]
    widths = [max(_measure_width(row[at]) for row in cells) for at in range(len(head))]
    for row in cells:
        padded = [
            cell + " " * (width - _measure_width(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        print_line("  " + "  ".join(padded).rstrip())


def _measure_width(text: str) -> int:
    # Unicode categories without width, and East Asian widths of two columns.
    marks = ("Mn", "Me", "Cf")
    wide = ("W", "F")
    return sum(
        0
        if unicodedata.category(letter) in marks
        else 2
        if unicodedata.east_asian_width(letter) in wide
        else 1
        for letter in text
    )


def _cut_text(text: str) -> str:
    while _measure_width(text) > WIDEST:
        text = text[:-2] + "…"
    return text


def _print_next_step(table: str, path: Path, write: Path | None) -> None:
    print_line()
    if write is None:
        print_line(
            f"Nothing was taken in. Write this down: warroom ingest {table} {path} --guess --write MAP.toml"
        )
    else:
        print_line(
            f"Nothing was taken in. Answer what is asked in {write}, then: "
            f"warroom ingest {table} {path} --mapping {write} --source NAME"
        )
