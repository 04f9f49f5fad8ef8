"""Seals the journal of checks in the log: one row for each second's lines, with their Merkle root.

The row has counts by partner and answer, and commits to every line by the root of a tree as in RFC 6962;
it contains nothing about the payments, so that lines can be erased when they expire. The position of the last sealed line
is written in the same transaction: after a crash no line is sealed twice and none is left out.
"""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.errors import LedgerError
from warroom.home import Home
from warroom.ledger import merkle
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark
from warroom.payee import measuring
from warroom.payee.journal import (
    DONE,
    HOUR,
    JournalPart,
    PayeeJournal,
    Sort,
    finish_file,
    iter_lines,
    journal_folder,
    list_open_files,
    parse_hour,
    repair_file,
)

MARK = "payee-checks"
DAYS = "WARROOM_PAYEE_CHECK_DAYS"
REFUSED = "refused"


def recover_unsealed(home: Home, ledger: Ledger) -> int:
    """Seal lines that a crash left unsealed, and finish files of past hours; returns the number of lines sealed."""
    sealed = 0
    for path in list_open_files(home):
        repair_file(path)
        hour, lines = parse_hour(path), list(iter_lines(path))
        done = min(
            _count_sealed_lines(ledger, hour), len(lines)
        )  # a restored log may count lines that were lost
        if rest := lines[done:]:
            _seal_parts(ledger, [JournalPart(hour, done, rest, Counter(_parse_sort(line) for line in rest))])
            sealed += len(rest)
    _finish_old_files(home)
    return sealed


def _parse_sort(line: bytes) -> Sort:
    told = json.loads(line)
    return told["partner"], told.get("answer", REFUSED)


def seal_journal(home: Home, ledger: Ledger, journal: PayeeJournal) -> int:
    """Seal the lines since the last call; returns their number. Raises LedgerError, and then none is sealed."""
    parts = journal.take_parts()
    try:
        if parts:
            _seal_parts(ledger, parts)
    except LedgerError:
        journal.give_back(parts)
        raise
    _finish_old_files(home)
    return sum(len(part.lines) for part in parts)


def _finish_old_files(home: Home) -> None:
    """Finish the files of past hours to which no line is on its way."""
    # 60 seconds of grace: lines of the last second of an hour may still be on their way to its file.
    running = (clock.get_real_now() - timedelta(seconds=60)).strftime(HOUR)
    for path in list_open_files(home):
        if parse_hour(path) < running:
            finish_file(path)


def _seal_parts(ledger: Ledger, parts: list[JournalPart]) -> None:
    with ledger.open_session() as session:
        for part in parts:
            measuring.note_payments(session, part.lines)
            writing.write_audit_row(
                session, None, "payee.checked", f"payee-checks:{part.name}", summarise_part(part)
            )
        _write_mark(session, parts[-1].name, parts[-1].first + len(parts[-1].lines))


def summarise_part(part: JournalPart) -> dict[str, Any]:
    """The detail of the log row for these lines; `first` and `last` count from 1."""
    answers, partners = Counter[str](), Counter[str]()
    for (partner, answer), count in part.sorts.items():
        answers[answer] += count
        partners[partner] += count
    return {
        "first": part.first + 1,
        "last": part.first + len(part.lines),
        "root": merkle.compute_root(merkle.leaf_hash(line) for line in part.lines).hex(),
        "answers": dict(answers),
        "partners": dict(partners),
    }


def _count_sealed_lines(ledger: Ledger, hour: str) -> int:
    """How many lines of an hour's file are sealed; hours before the marked one are sealed completely."""
    with ledger.open_session() as session:
        value = session.scalar(select(Bookmark.value).where(Bookmark.name == MARK))
    marked, _, lines = (value or "").partition(" ")
    if hour == marked:
        return int(lines)
    # The mark moves forward only, so all lines of earlier hours are sealed: more than any file holds.
    return 10**12 if hour < marked else 0


def _write_mark(session: Session, hour: str, lines: int) -> None:
    words = insert(Bookmark).values(name=MARK, value=f"{hour} {lines}")
    session.execute(
        words.on_conflict_do_update(index_elements=["name"], set_={"value": words.excluded.value})
    )


def erase_old(home: Home, ledger: Ledger) -> int:
    """Erase expired files (WARROOM_PAYEE_CHECK_DAYS), each with a row of the log; returns their number."""
    last = (clock.get_real_now() - timedelta(days=settings.get_number(DAYS))).strftime(HOUR)
    old = [path for path in sorted(journal_folder(home).glob(f"*{DONE}")) if parse_hour(path) < last]
    for path in old:
        with ledger.open_session() as session:
            detail = {"lines": sum(1 for _ in iter_lines(path))}
            writing.write_audit_row(session, None, "payee.erased", f"payee-checks:{parse_hour(path)}", detail)
        # After its row is committed: if this is killed in between, the next round erases the file and
        # writes a second row. In the other order a file could be erased without a row.
        path.unlink()
    return len(old)
