"""Checks the audit log row by row and against every checkpoint, and names what is not as it was written."""

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.keys import verify_key
from warroom.operations import audit, tree
from warroom.operations.ledger import Ledger
from warroom.operations.schema import AuditLine, Checkpoint
from warroom.operations.views import AuditFault, AuditReport

MOST_FAULTS = 1000


def verify_audit(ledger: Ledger) -> AuditReport:
    """Every row, the chain, and every checkpoint in the ledger and beside it.

    A fault names a row that was changed, is missing or stands in another's place, or a checkpoint that does
    not fit.
    """
    outside = _outside_hashes(audit.folder(ledger))
    checker = _Checker(outside)
    with ledger.session() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        notes = _notes(session, audit.folder(ledger))
        sizes = {size for _, note in notes if (size := _size_of(note)) is not None}
        roots, count = checker.walk(session, sizes)
        newest = session.scalars(select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)).first()
    faults = checker.faults + list(_check_notes(ledger, notes, roots, checker.last))
    faults.sort(key=lambda fault: fault.sequence)
    return AuditReport(not faults, count, newest or "", tuple(faults[:MOST_FAULTS]))


class _Checker:
    """Walks the rows in order; knows the leaf hashes kept outside the database."""

    def __init__(self, outside: dict[int, bytes]) -> None:
        self.outside = outside
        self.faults: list[AuditFault] = []
        self.last = 0

    def walk(self, session: Session, sizes: set[int]) -> tuple[dict[int, bytes], int]:
        """Check every row; returns the roots at the wanted sizes and how many rows there are."""
        grown = tree.Tree()
        roots: dict[int, bytes] = {}
        chain = audit.START
        before_intact = True
        query = select(AuditLine).order_by(AuditLine.sequence).execution_options(yield_per=5_000)
        for line in session.scalars(query):
            self._check_gap(line.sequence)
            intact = self._check_row(line)
            expected = audit.next_chain(session.info["chain_key"], chain, line.hash)
            # Behind a gap or a row out of place the chain tells nothing new.
            comparable = intact and before_intact and line.sequence == self.last + 1
            if comparable and line.chain != expected:
                self._add(line.sequence, "changed", "does not continue the chain: it or its hash was changed")
            before_intact = intact or self.faults[-1].kind != "reordered"
            chain = line.chain
            self.last = line.sequence
            grown.append(tree.leaf_hash(line.leaf))
            session.expunge(line)
            if grown.size in sizes:
                roots[grown.size] = grown.root()
        for sequence in sorted(number for number in self.outside if number > self.last):
            self._add(sequence, "missing", "was witnessed by a checkpoint and is gone")
        return roots, grown.size

    def _check_gap(self, sequence: int) -> None:
        for gone in range(self.last + 1, min(sequence, self.last + MOST_FAULTS)):
            self._add(gone, "missing", "is missing")

    def _check_row(self, line: AuditLine) -> bool:
        try:
            body = json.loads(line.leaf)
            written = (body["officer"], body["verb"], body["subject"], body.get("case"), body["at"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._add(line.sequence, "changed", "is no longer readable")
        if body.get("sequence") != line.sequence:
            return self._add(
                line.sequence, "reordered", f"carries what was written as row {body.get('sequence')}"
            )
        kept = self.outside.get(line.sequence)
        if tree.leaf_hash(line.leaf) != line.hash or (kept is not None and kept != line.hash):
            return self._add(
                line.sequence, "changed", "is not what was written: its content no longer has its hash"
            )
        shown = (
            line.officer,
            line.verb,
            line.subject,
            line.case_number,
            line.at.isoformat(timespec="microseconds"),
        )
        if shown != written:
            return self._add(
                line.sequence, "changed", "shows other facts in its columns than its content says"
            )
        return True

    def _add(self, sequence: int, kind: str, words: str) -> bool:
        fault = AuditFault(sequence, kind, f"Row {sequence} {words}.")  # type: ignore[arg-type]
        self.faults.append(fault)
        return False


def _notes(session: Session, folder: Path) -> list[tuple[str, str]]:
    """Every checkpoint with where it lies."""
    stored = session.execute(select(Checkpoint.size, Checkpoint.note).order_by(Checkpoint.size))
    notes = [(f"the ledger's checkpoint at row {size}", note) for size, note in stored]
    kept = sorted(folder.glob("*.checkpoint"))
    return notes + [(path.name, path.read_text(encoding="utf-8")) for path in kept]


def _size_of(note: str) -> int | None:
    lines = note.split("\n")
    return int(lines[1]) if len(lines) > 1 and lines[1].isdigit() else None


def _check_notes(
    ledger: Ledger, notes: list[tuple[str, str]], roots: dict[int, bytes], last: int
) -> Iterator[AuditFault]:
    key = verify_key(ledger.home)
    for place, note in notes:
        read = tree.read(key, note)
        if read is None:
            yield AuditFault(
                _size_of(note) or 0, "checkpoint", f"The signature of {place} is not this home's."
            )
        elif read[0] > last:
            yield AuditFault(
                read[0],
                "missing",
                f"Rows up to {read[0]} were witnessed by {place}; the log ends at row {last}.",
            )
        elif roots.get(read[0]) != read[1]:
            yield AuditFault(
                read[0],
                "checkpoint",
                f"The rows up to {read[0]} no longer add up to the root signed in {place}.",
            )


def _outside_hashes(folder: Path) -> dict[int, bytes]:
    """Leaf hashes by row, from the files beside the checkpoints."""
    found: dict[int, bytes] = {}
    for path in sorted(folder.glob("*.leaves")):
        start = path.name.split("-")[0]
        if not start.isdigit():
            continue
        for offset, line in enumerate(path.read_text().split()):
            found[int(start) + offset] = bytes.fromhex(line)
    return found
