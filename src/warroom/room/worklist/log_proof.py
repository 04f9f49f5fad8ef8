"""Proof for an outsider that a row is in the log: the row, its Merkle inclusion proof and the signed
checkpoint.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from warroom.cases import sealing
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.audit.checkpoints import sign_checkpoint
from warroom.ledger.audit.proofs import build_inclusion_proof
from warroom.ledger.audit.reading import load_row
from warroom.ledger.decision import logged_read
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Checkpoint
from warroom.ledger.views import AuditRow, RowProof
from warroom.room.worklist.log_cases import list_cases_of_rows

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger


def prove_log_row(
    ledger: "Ledger", sequence: int, *, officer: Officer | None = None, now: datetime | None = None
) -> RowProof:
    """The inclusion proof of a row under the newest checkpoint; a checkpoint is signed where none covers the
    row yet.

    Raises NotFound, NotPossible where the log does not add up, and NotAllowed for an officer who is no auditor;
    an officer's look is logged.
    """
    shut: set[str] = set()
    if officer is not None:
        with logged_read(ledger, officer, "auditor", now=now) as this:
            shut = sealing.list_hidden_cases(this.session, this.person)
            this.log_entry("log.proved", f"row:{sequence}")
    row, leaf = load_row(ledger, sequence)
    if shut and _is_sealed_row(ledger, row, shut):
        raise NotAllowed("cases.log-row-sealed")
    signed = _find_covering_checkpoint(ledger, sequence)
    if signed is None:
        sign_checkpoint(ledger, now)
        signed = _find_covering_checkpoint(ledger, sequence)
    if signed is None:
        raise NotPossible("ledger.log-changed")
    with ledger.open_session() as session:
        made = build_inclusion_proof(session, sequence, signed.size)
    # A row of the log that was changed after its checkpoint: no proof is handed out over it.
    if made.root != signed.root:
        raise NotPossible("ledger.log-changed")
    hashes = tuple(node_hash.hex() for node_hash in made.hashes)
    return RowProof(row, leaf.decode(), made.size, hashes, made.root.hex(), signed.note)


def _is_sealed_row(ledger: "Ledger", row: AuditRow, shut: set[str]) -> bool:
    with ledger.open_session() as session:
        return not shut.isdisjoint(list_cases_of_rows(session, [row])[0])


def _find_covering_checkpoint(ledger: "Ledger", sequence: int) -> Checkpoint | None:
    query = select(Checkpoint).where(Checkpoint.size >= sequence).order_by(Checkpoint.size.desc())
    with ledger.open_session() as session:
        return session.scalars(query.limit(1)).first()
