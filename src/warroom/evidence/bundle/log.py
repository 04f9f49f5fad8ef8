"""The log's rows about a case, each with an inclusion proof under a checkpoint (RFC 9162, 2.1.3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.evidence.bundle.withheld import is_withheld
from warroom.ledger.audit import proofs
from warroom.ledger.canonical_json import to_canonical_json
from warroom.ledger.schema import AuditLine


@dataclass(slots=True)
class LogRowCount:
    """How many rows were written, and how many of them without their content."""

    rows: int = 0
    withheld: int = 0


def iter_log_lines(
    session: Session, case: str, size: int, protected: set[str], count: LogRowCount
) -> Iterator[str]:
    """The case's rows among the first `size`, as lines of JSON; `count` grows as they are read."""
    query = select(AuditLine).where(AuditLine.case_number == case, AuditLine.sequence <= size)
    for line in session.scalars(query.order_by(AuditLine.sequence)):
        proved = proofs.build_inclusion_proof(session, line.sequence, size)
        row = {
            "sequence": line.sequence,
            "hash": line.hash.hex(),
            "proof": [part.hex() for part in proved.hashes],
        }
        # Counted with the rest: a withheld row is reported, and its place is proved like any other.
        count.rows += 1
        if is_withheld(line, protected):
            count.withheld += 1
        else:
            row["leaf"] = line.leaf.decode()
        yield to_canonical_json(row) + "\n"
