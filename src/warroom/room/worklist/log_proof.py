"""Showing somebody outside that a row stands in the log: the row, its proof and the signed checkpoint."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from warroom.cases import sealing
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.audit.checkpoints import checkpoint
from warroom.ledger.audit.proofs import proof
from warroom.ledger.audit.reading import row_of
from warroom.ledger.decision import look
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Checkpoint
from warroom.ledger.views import AuditRow, RowProof
from warroom.room.worklist.log_cases import cases_of

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger


def prove(
    ledger: "Ledger", sequence: int, *, officer: Officer | None = None, now: datetime | None = None
) -> RowProof:
    """The inclusion proof of a row under the newest checkpoint; one is signed where none reaches the row yet.

    Raises NotFound, NotPossible where the log does not add up, and NotAllowed for an officer who is no auditor;
    an officer's look is logged.
    """
    shut: set[str] = set()
    if officer is not None:
        with look(ledger, officer, "auditor", now=now) as this:
            shut = sealing.hidden(this.session, this.person)
            this.log("log.proved", f"row:{sequence}")
    row, leaf = row_of(ledger, sequence)
    if shut and _is_shut(ledger, row, shut):
        raise NotAllowed("cases.log-row-sealed")
    signed = _covering(ledger, sequence)
    if signed is None:
        checkpoint(ledger, now)
        signed = _covering(ledger, sequence)
    if signed is None:
        raise NotPossible("ledger.log-changed")
    with ledger.session() as session:
        made = proof(session, sequence, signed.size)
    # A row of the log that was changed after its checkpoint: no proof is handed out over it.
    if made.root != signed.root:
        raise NotPossible("ledger.log-changed")
    hashes = tuple(each.hex() for each in made.hashes)
    return RowProof(row, leaf.decode(), made.size, hashes, made.root.hex(), signed.note)


def _is_shut(ledger: "Ledger", row: AuditRow, shut: set[str]) -> bool:
    with ledger.session() as session:
        return not shut.isdisjoint(cases_of(session, [row])[0])


def _covering(ledger: "Ledger", sequence: int) -> Checkpoint | None:
    query = select(Checkpoint).where(Checkpoint.size >= sequence).order_by(Checkpoint.size.desc())
    with ledger.session() as session:
        return session.scalars(query.limit(1)).first()
