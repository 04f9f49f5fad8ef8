"""Messages and names of a file, read without a home: for trying out, and for data of others."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warroom.cli.answer import answer, note, say
from warroom.errors import SignalError
from warroom.reasons.reason import Language
from warroom.unread import Unread

if TYPE_CHECKING:
    from warroom.signals.domains.finding import DomainFinding
    from warroom.signals.messages.reading import Reading


def show_file(kind: str, path: Path, budget: int, language: Language, *, json: bool) -> None:
    """Read every line of a file, and show the likeliest; raises SignalError for a file that cannot be."""
    if kind == "mules":
        raise SignalError(
            "Accounts are looked at in a home alone; leave out --file, or ingest the file first."
        )
    lines, unread = list(lines_of(path)), Unread("lines")
    found = _messages(lines, unread) if kind == "messages" else _domains(lines, unread)
    if unread.count:
        note(f"{unread.count:,} of {len(lines):,} lines could not be read and were left out: {unread}")
    found.sort(key=lambda one: -one["probability"])
    if json:
        read = len(lines) - unread.count
        answer(
            {
                "kind": kind,
                "read": read,
                "unread": unread.count,
                "found": len(found),
                "signals": found[:budget],
            }
        )
        return
    for place, one in enumerate(found[:budget], 1):
        say(f"{place:>4}. {one['text'][:100]}  {one['probability']:.0%}  {one.get('type') or ''}")
        for reason in one["reasons"]:
            say(f"      why: {reason['text'][language]}")
    say(f"{len(found):,} of {len(lines):,} lines.")


def lines_of(path: Path) -> Iterator[str]:
    """The texts of a file: of JSON lines the field text (or name), else each line as it is."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise SignalError(f"{path} cannot be read as text in UTF-8: {problem}") from None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _text(path, number, line) if path.suffix in (".jsonl", ".ndjson") else line


def _text(path: Path, number: int, line: str) -> str:
    try:
        said = json.loads(line)
        return str(said.get("text") or said["name"])
    except (ValueError, KeyError, AttributeError):
        raise SignalError(f"{path}, line {number} is no JSON object with a text; write one a line.") from None


def _messages(lines: Sequence[str], unread: Unread) -> list[dict[str, Any]]:
    from warroom.signals.messages.reading import read_message

    read = (
        (line, unread.attempt(f"text {number}", read_message, line)) for number, line in enumerate(lines, 1)
    )
    return [_of_message(line, reading) for line, reading in read if reading and reading.kind == "scam"]


def _of_message(line: str, reading: "Reading") -> dict[str, Any]:
    return {
        "text": line,
        "language": reading.language,
        "probability": round(reading.probability or 0.0, 6),
        "type": reading.type,
        "reasons": [one.reason.as_json() for one in reading.reasons],
    }


def _domains(lines: Sequence[str], unread: Unread) -> list[dict[str, Any]]:
    from warroom.signals.addresses.look_alike import LIMIT
    from warroom.signals.domains.finding import look_at

    read = (
        unread.attempt(f"text {number}", look_at, line.split()[0]) for number, line in enumerate(lines, 1)
    )
    return [_of_domain(one) for one in read if one and one.score >= LIMIT]


def _of_domain(one: "DomainFinding") -> dict[str, Any]:
    return {
        "text": one.name,
        "probability": round(one.score, 6),
        "type": one.looks_like.how if one.looks_like else None,
        "like": one.looks_like.like if one.looks_like else None,
        "may_block": one.may_block,
        "reasons": [reason.as_json() for reason in one.reasons],
    }
