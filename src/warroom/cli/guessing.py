"""`warroom ingest --guess`: a mapping proposed for a file, and how the file would be read by it."""

import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from warroom.cli.answer import answer, say
from warroom.errors import RecordsError
from warroom.reasons.reason import Language
from warroom.records.guess.guess import Guess, guess
from warroom.records.guess.preview import Preview, plain_file, preview
from warroom.records.guess.toml import write as write_toml
from warroom.records.reader import table_of
from warroom.sentences.recall import again

WIDEST = 24
"""Columns of the terminal that a value may take."""


def tell_guess(
    table: str | None, files: list[Path], write: Path | None, language: Language, as_json: bool
) -> None:
    """Propose a mapping for one file, show it, and write it where asked."""
    if table is None or len(files) != 1:
        raise RecordsError("files.guess-one")
    if write is not None and write.exists():
        raise RecordsError("mapping.there-already", name=write)
    path = files[0]
    with plain_file(path, str(path)) as part:
        found = guess(part.path, table_of(table), part.name)
        seen = preview(part.path, found.table, found.tree, part.name, found.message)
    if write is not None:
        write_toml(found, path.name, write)
    if as_json:
        answer(body(found, seen))
        return
    _show(found, seen, language)
    _next(table, path, write)


def body(found: Guess, seen: Preview) -> dict[str, Any]:
    """The answer as JSON."""
    tree = found.tree
    time = {"zone": None, "calendar": "gregorian" if "time" in tree else None, "format": None}
    doubts = [each.told("en") for each in found.doubts]
    if seen.problem is not None:
        doubts.append(str(seen.problem))
    return {
        "table": found.table.name,
        "columns": tree.get("columns", {}),
        "file": found.file | {key: value for key, value in tree.get("file", {}).items() if key == "decimal"},
        "time": time | tree.get("time", {}),
        "values": tree.get("values", {}),
        "constants": tree.get("constants", {}),
        "amount": tree.get("amount", {}),
        "direction": tree.get("direction", {}),
        "status": tree.get("status", {}),
        "turned": tree.get("turned", {}),
        "unused": found.unused,
        "doubts": doubts,
        "rows_read": seen.rows_read,
        "rows_refused": seen.rows_refused,
        "notes": seen.notes,
    }


def _show(found: Guess, seen: Preview, language: Language) -> None:
    columns = found.tree.get("columns", {})
    say(f"{found.table.name}: as this file would be read")
    _table(
        ["ours", "theirs", "for example"], [_named(found, ours, theirs) for ours, theirs in columns.items()]
    )
    for section in ("constants", "amount", "direction", "status", "time", "file"):
        for key, value in found.tree.get(section, {}).items():
            say(f"  [{section}] {key} = {value}")
    for ours, words in found.tree.get("values", {}).items():
        say(
            f"  [values.{ours}] "
            + ", ".join(f"{theirs} = {mine}" for theirs, mine in list(words.items())[:12])
        )
    if found.unused:
        say(f"  not used: {', '.join(found.unused)}")
    _show_rows(found, seen, language)
    if found.doubts:
        say()
        say("To be answered before it is taken in:")
    for number, each in enumerate(found.doubts, 1):
        say(f"  {number}. {each.told(language)}")


def _named(found: Guess, ours: str, theirs: Any) -> list[str]:
    names = theirs if isinstance(theirs, list) else [theirs]
    return [ours, " + ".join(names), " ".join(found.examples.get(name, "") for name in names)]


def _show_rows(found: Guess, seen: Preview, language: Language) -> None:
    say()
    if seen.problem is not None:
        say(f"It cannot be read yet: {again(str(seen.problem), language)}")
        return
    say(f"{seen.rows_read:,} rows would be read, {seen.rows_refused:,} refused; the first {len(seen.rows)}:")
    zone = found.tree.get("time", {}).get("zone")
    _table(seen.columns, [[_text(value, zone) for value in row] for row in seen.rows])
    for note in seen.notes:
        say(f"  note: {note.told(language)}")
    for reject in seen.refused:
        say(f"  refused, line {reject.line}: {reject.reason.told(language)}")
    if seen.rows_refused > len(seen.refused):
        for (column, code), many in list(seen.reasons.items())[:10]:
            say(f"  refused in all, {column or 'the row'} ({code}): {many:,}")


def _text(value: Any, zone: str | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo(zone or 'UTC')):%Y-%m-%d %H:%M:%S}"
    return str(value)


def _table(head: list[str], rows: list[list[str]]) -> None:
    """Columns of one width each, as a terminal shows letters: Thai vowels above and below take no place."""
    cells = [[_cut(" ".join(cell.split())) for cell in row] for row in [head, *rows]]
    widths = [max(_width(row[at]) for row in cells) for at in range(len(head))]
    for row in cells:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        say("  " + "  ".join(padded).rstrip())


def _width(text: str) -> int:
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


def _cut(text: str) -> str:
    while _width(text) > WIDEST:
        text = text[:-2] + "…"
    return text


def _next(table: str, path: Path, write: Path | None) -> None:
    say()
    if write is None:
        say(f"Nothing was taken in. Write this down: warroom ingest {table} {path} --guess --write MAP.toml")
    else:
        say(
            f"Nothing was taken in. Answer what is asked in {write}, then: "
            f"warroom ingest {table} {path} --mapping {write} --source NAME"
        )
