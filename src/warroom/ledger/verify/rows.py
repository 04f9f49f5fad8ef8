"""The walk over all rows: what each says of itself, how it continues the chain, and what they add up to."""

import hashlib
import hmac
import json
from typing import Any, Literal

import psycopg
from sqlalchemy.orm import Session

from warroom.ledger import merkle
from warroom.ledger.audit.leaf import START
from warroom.ledger.audit.subtrees import WIDTH
from warroom.ledger.verify.moved import MovedRows
from warroom.ledger.verify.outside import UNKNOWN, OutsideHashes
from warroom.ledger.views import AuditFault

# As in the package: collecting stops here, so that memory stays bounded whatever was done to the log.
MOST_FAULTS = 1000
_ALL = (
    "SELECT sequence, at, officer, verb, subject, case_number, leaf, hash, chain FROM audit ORDER BY sequence"
)
_KEPT = "SELECT level, number, hash FROM audit_subtrees ORDER BY level, number"
_Row = tuple[int, Any, str, str, str, str | None, bytes, bytes, bytes]
RowFault = Literal["changed", "missing", "added", "reordered", "subtree"]


class AuditWalk:
    """Reads every row once, in order. `roots` holds the roots at the wanted sizes, `count` how many rows there
    are, `last` the number of the last, `reached` the highest number that any row was written as.
    """

    def __init__(self, session: Session, outside: OutsideHashes, sizes: set[int]) -> None:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._driver = driver
        self._key: bytes = session.info["chain_key"]
        self._outside = outside
        self._sizes = sizes
        self._moved = MovedRows()
        self._tops = merkle.MerkleTree()  # over the roots of full subtrees of 256
        self._tile: list[bytes] = []
        self._subtrees: list[bytes] = []
        self._chain = self._good = START
        self._meant = b""  # the chain that a suspect should have had
        self._suspect: AuditFault | None = None
        self._comparable = True
        self.faults: list[AuditFault] = []
        self.roots: dict[int, bytes] = {}
        self.count = self.last = self.reached = 0

    def run(self) -> None:
        """Walk, then say what only the whole shows."""
        # A cursor of the server: the walk's memory is that of 5,000 rows, however long the log is.
        with self._driver.cursor(name="audit_walk", binary=True) as cursor:
            cursor.itersize = 5_000
            for row in cursor.execute(_ALL):
                self._check_row(row)
        self._settle_moved()
        for sequence in range(self.reached + 1, self._outside.last + 1):
            if self._outside.find_leaf_hash(sequence) is not None and len(self.faults) < MOST_FAULTS:
                self._add_fault(sequence, "missing", "was witnessed by a checkpoint and is gone")
        self._check_subtrees()

    def _check_row(self, row: _Row) -> None:
        sequence, at, officer, verb, subject, case, leaf, hashed, chain = row
        for gone in range(self.last + 1, min(sequence, self.last + MOST_FAULTS)):
            self._add_fault(gone, "missing", "is missing")
        follows = sequence == self.last + 1
        # From the content, never from the stored hash: the tree is built of what the rows say now.
        real = hashlib.sha256(b"\x00" + leaf).digest()
        wrote = self._read_written_number(sequence, leaf, (officer, verb, subject, case, at))
        if wrote:
            self.reached = max(self.reached, wrote)
            intact = self._has_own_hash(sequence, wrote, real, hashed)
            if wrote != sequence:
                self._moved.add_moved_row(sequence, wrote)
        else:
            intact = False
        self._continue_chain(sequence, hashed, chain, follows and bool(wrote), intact, wrote in (0, sequence))
        self.last = sequence
        self._add_to_tree(real)

    def _read_written_number(self, sequence: int, leaf: bytes, shown: tuple[Any, ...]) -> int:
        """The number the row was written as; 0 where it says other things than it shows."""
        try:
            body = json.loads(leaf.decode())
            written = (body["officer"], body["verb"], body["subject"], body.get("case"), body["at"])
            wrote = int(body["sequence"])
        except (ValueError, KeyError, TypeError, AttributeError):
            self._add_fault(sequence, "changed", "is no longer readable")
            return 0
        # Pages and searches read the columns, proofs the leaf: a changed column
        # would be believed and never found.
        if written[:4] != shown[:4] or written[4] != shown[4].isoformat(timespec="microseconds"):
            self._add_fault(sequence, "changed", "shows other facts in its columns than its content says")
            return 0
        return wrote

    def _has_own_hash(self, sequence: int, wrote: int, real: bytes, hashed: bytes) -> bool:
        place = 32 * wrote
        kept = self._outside.hashes[place - 32 : place]
        if real == hashed and (len(kept) < 32 or kept in (real, UNKNOWN)):
            return True
        # From here on two chains are tried, with and without this row: that tells a
        # changed row from an added one.
        self._good, self._meant = self._chain, b""
        words = "is not what was written: its content no longer has its hash"
        self._suspect = self._add_fault(sequence, "changed", words)
        return False

    def _continue_chain(
        self, sequence: int, hashed: bytes, chain: bytes, follows: bool, intact: bool, in_place: bool
    ) -> None:
        suspect = (
            self._suspect if self._suspect and self._suspect.sequence in (sequence - 1, sequence) else None
        )
        expected = self._compute_chain(self._chain, hashed)
        own = suspect is not None and suspect.sequence == sequence
        if chain == expected or (suspect and not own and chain == self._compute_chain(self._meant, hashed)):
            self._suspect = (
                suspect if own else None
            )  # the second: of the row before only its chain was changed
        elif suspect and not own and chain == self._compute_chain(self._good, hashed):
            self._was_added(suspect, sequence)
        elif intact and follows and in_place and self._comparable:
            self._good, self._meant = self._chain, expected
            words = "does not continue the chain: it or its hash was changed, or it was added by hand"
            self._suspect = self._add_fault(sequence, "changed", words)
        # Behind a gap or a moved row the chain shows nothing new.
        self._comparable = in_place
        self._chain = chain

    def _was_added(self, suspect: AuditFault, sequence: int) -> None:
        if suspect in self.faults:
            self.faults.remove(suspect)
        self._add_fault(suspect.sequence, "added", "was added: the chain goes past it")
        self._moved.mark_explained(sequence, -1)
        self._suspect = None

    def _compute_chain(self, before: bytes, hashed: bytes) -> bytes:
        return hmac.digest(self._key, before + hashed, "sha256")

    def _add_to_tree(self, real: bytes) -> None:
        self.count += 1
        self._tile.append(real)
        if len(self._tile) == WIDTH:
            root = merkle.compute_full_root(self._tile)
            self._subtrees.append(root)
            self._tops.append(root)
            self._tile = []
        if self.count in self._sizes:
            self.roots[self.count] = self._tops.compute_root_with(self._tile)

    def _settle_moved(self) -> None:
        for sequence, kind, words in self._moved.iter_faults(self.last, MOST_FAULTS):
            self._add_fault(sequence, kind, words)

    def _check_subtrees(self) -> None:
        """Kept subtree roots that do not match their rows, where no fault of a row explains it already."""
        # A changed row changes every subtree over it; one fault is reported once.
        if self.faults:
            return
        levels = {0: self._subtrees}
        for level, number, kept in self._driver.execute(_KEPT).fetchall():
            if level - 1 not in levels:
                levels[level - 1] = _compute_parent_roots(levels[level - 2])
            computed_roots = levels[level - 1]
            first, end = number * WIDTH**level + 1, (number + 1) * WIDTH**level
            if number >= len(computed_roots):
                self._add_fault(
                    first, "missing", f"to row {end} once stood in the log; it ends at row {self.last}"
                )
            elif computed_roots[number] != kept:
                self._add_fault(first, "subtree", f"to row {end}: their kept subtree root is not theirs")

    def _add_fault(self, sequence: int, kind: RowFault, words: str) -> AuditFault:
        fault = AuditFault(sequence, kind, f"Row {sequence} {words}.")
        if len(self.faults) < 10 * MOST_FAULTS:
            self.faults.append(fault)
        return fault


def _compute_parent_roots(roots: list[bytes]) -> list[bytes]:
    whole = len(roots) // WIDTH * WIDTH
    return [merkle.compute_full_root(roots[start : start + WIDTH]) for start in range(0, whole, WIDTH)]
