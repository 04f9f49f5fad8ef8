"""The audit log: who asked, saw, decided and sent what. It only grows.

A row's leaf is canonical JSON; its hash is the leaf hash of RFC 6962, so that any tool for such logs can
check it. A chain keyed with a secret of the home (not in the database) names the row that somebody with all
rights in the database changed; signed checkpoints, kept beside the database, stamped and given to witnesses, bind
the whole.

A row is committed with the deed it tells of (`append`), and numbered right after (`numbering`); who reads sees
every row that was committed before.
"""

from warroom.operations.audit.checkpoints import checkpoint, folder, last_signed, stored_hashes
from warroom.operations.audit.leaf import START, SYSTEM, Entry, leaf_of, next_chain
from warroom.operations.audit.looks import look
from warroom.operations.audit.proofs import Proof, consistency, proof
from warroom.operations.audit.reading import page, row_of, row_view, rows, size
from warroom.operations.audit.writing import append, append_many

__all__ = [
    "START",
    "SYSTEM",
    "Entry",
    "Proof",
    "append",
    "append_many",
    "checkpoint",
    "consistency",
    "folder",
    "last_signed",
    "leaf_of",
    "look",
    "next_chain",
    "page",
    "proof",
    "row_of",
    "row_view",
    "rows",
    "size",
    "stored_hashes",
]
