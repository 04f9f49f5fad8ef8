"""The newest row of the log, remembered outside the database (`run/audit.head`): its number and its place in the chain.

A checkpoint binds all rows before it; the rows since the last one could be cut off by anybody with access to the database. The server
remembers the newest row in each of its turns, every checkpoint and every end of a program does so too.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import files
from warroom.home import Home
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.schema import AuditLine
from warroom.ledger.views import AuditFault

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger

MARK = "audit.head"


def record_head(ledger: "Ledger") -> AuditFault | None:
    """Remember the newest row; what is wrong where the log no longer holds the one that was remembered, which is then kept."""
    ledger.number_committed_rows()
    with ledger.open_session() as session:
        fault = find_head_fault(ledger.home, session)
        newest = select(AuditLine.sequence, AuditLine.chain).order_by(AuditLine.sequence.desc()).limit(1)
        row = session.execute(newest).first()
        if fault or row is None or _read_head(ledger.home) == (row.sequence, bytes(row.chain)):
            return fault
        # A row's number is final once it is on the disk, and numbering does not wait for that: this commit does.
        save_bookmark(session, MARK, str(row.sequence))
    content = json.dumps({"sequence": row.sequence, "chain": bytes(row.chain).hex()})
    files.write_atomically(_head_path(ledger.home), content.encode())
    return None


def find_head_fault(home: Home, session: Session) -> AuditFault | None:
    """Whether the log still holds the row that is remembered."""
    known = _read_head(home)
    if known is None:
        return None
    sequence, chain = known
    logged_chain = session.scalar(select(AuditLine.chain).where(AuditLine.sequence == sequence))
    if logged_chain is None:
        last = session.scalar(select(AuditLine.sequence).order_by(AuditLine.sequence.desc()).limit(1)) or 0
        words = f"Row {sequence} is remembered outside the database and is gone; the log ends at row {last}."
        return AuditFault(sequence, "missing", words)
    if bytes(logged_chain) != chain:
        words = f"Row {sequence} is not the one that is remembered outside the database."
        return AuditFault(sequence, "changed", words)
    return None


def _read_head(home: Home) -> tuple[int, bytes] | None:
    try:
        tree = json.loads(_head_path(home).read_bytes())
        return int(tree["sequence"]), bytes.fromhex(tree["chain"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _head_path(home: Home) -> Path:
    return home.run / "audit.head"
