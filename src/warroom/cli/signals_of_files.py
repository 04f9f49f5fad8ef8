"""Signals of texts in a file, without a home: for trials, and for other people's data."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from warroom.cli.answer import print_json, print_line, print_note
from warroom.errors import SignalError
from warroom.reasons.reason import Language
from warroom.unread import UnreadTexts

if TYPE_CHECKING:
    from warroom.signals.kind import SignalKind


def show_file(kind: "SignalKind", path: Path, budget: int, language: Language, *, json: bool) -> None:
    """Read every line of a file, and print the likeliest findings; raises SignalError for an unreadable file."""
    read_line = kind.read_line
    if read_line is None:
        raise SignalError(
            "Accounts are looked at in a home alone; leave out --file, or ingest the file first."
        )
    lines, unread = list(lines_of(path)), UnreadTexts("lines")
    read = (unread.try_reading(f"text {number}", read_line, line) for number, line in enumerate(lines, 1))
    findings = [finding for finding in read if finding is not None]
    if unread.count:
        print_note(f"{unread.count:,} of {len(lines):,} lines could not be read and were left out: {unread}")
    # A stable sort: equal ones stay in the file's order.
    findings.sort(key=lambda finding: -finding["probability"])
    if json:
        print_json(
            {
                "kind": kind.name,
                "read": len(lines) - unread.count,
                "unread": unread.count,
                "found": len(findings),
                "signals": findings[:budget],
            }
        )
        return
    for place, signal_row in enumerate(findings[:budget], 1):
        print_line(
            f"{place:>4}. {signal_row['text'][:100]}  {signal_row['probability']:.0%}  {signal_row.get('type') or ''}"
        )
        for reason in signal_row["reasons"]:
            print_line(f"      why: {reason['text'][language]}")
    print_line(f"{len(findings):,} of {len(lines):,} lines.")


def lines_of(path: Path) -> Iterator[str]:
    """The texts of a file: of JSON lines the field text (or name), else each line as it is."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise SignalError(f"{path} cannot be read as text in UTF-8: {problem}") from None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _parse_text(path, number, line) if path.suffix in (".jsonl", ".ndjson") else line


def _parse_text(path: Path, number: int, line: str) -> str:
    try:
        said = json.loads(line)
        return str(said.get("text") or said["name"])
    except (ValueError, KeyError, AttributeError):
        raise SignalError(f"{path}, line {number} is no JSON object with a text; write one a line.") from None
