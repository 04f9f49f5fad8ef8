"""Checks the audit log row by row and against everything that vouches for it, and names what is not as it was
written.
"""

from typing import TYPE_CHECKING

from warroom.ledger.audit import head
from warroom.ledger.audit.checkpoints import get_checkpoint_folder
from warroom.ledger.verify import vouched
from warroom.ledger.verify.outside import OutsideHashes
from warroom.ledger.verify.rows import AuditWalk
from warroom.ledger.views import AuditReport

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger

# Faults listed, chosen: one broken disk can damage every row, and a person reads the first few.
MOST_FAULTS = 1000


def verify_audit(ledger: "Ledger") -> AuditReport:
    """Every row, the chain, the kept subtrees, and every checkpoint, stamp and witness's copy.

    A fault names a row that was changed, added, removed or moved, or a checkpoint, stamp or copy that does
    not fit. At most 1,000 are listed.
    """
    ledger.number_committed_rows()
    place = get_checkpoint_folder(ledger)
    with ledger.open_session() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        notes = vouched.list_note_copies(session, place)
        outside = OutsideHashes.load_leaf_hashes(place, *vouched.list_witness_folders())
        walk = AuditWalk(session, outside, {size for note in notes if (size := note.size) is not None})
        walk.run()
        faults = walk.faults + outside.faults
        faults += vouched.find_voucher_faults(ledger.home, session, place, notes, walk)
        cut = head.find_head_fault(ledger.home, session)
        # Reported once: the other faults of moved or changed rows cover the last of them too.
        if cut and (
            not faults or (cut.kind == "missing" and cut.sequence not in {f.sequence for f in faults})
        ):
            faults.append(cut)
    faults.sort(key=lambda fault: fault.sequence)
    newest = max((note for note in notes if note.size is not None), key=lambda n: n.size or 0, default=None)
    return AuditReport(not faults, walk.count, newest.text if newest else "", tuple(faults[:MOST_FAULTS]))
