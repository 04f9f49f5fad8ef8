"""The leaf hashes kept outside the database, beside the checkpoints and at witnesses."""

from dataclasses import dataclass, field
from pathlib import Path

from warroom.ledger.audit.checkpoints import list_leaf_files
from warroom.ledger.views import AuditFault

UNKNOWN = bytes(32)


@dataclass
class OutsideHashes:
    """32 bytes a row from row 1 on, zeros where nothing is known; `last` is the highest row known."""

    hashes: bytearray = field(default_factory=bytearray)
    faults: list[AuditFault] = field(default_factory=list)

    @classmethod
    def load_leaf_hashes(cls, *folders: Path) -> "OutsideHashes":
        """What the leaf files in these folders say; two that differ about a row are a fault."""
        found = cls()
        for place in folders:
            for path in list_leaf_files(place) if place.is_dir() else ():
                found._take_file(path)
        return found

    @property
    def last(self) -> int:
        return len(self.hashes) // 32

    def find_leaf_hash(self, sequence: int) -> bytes | None:
        """The leaf hash of a row, where it is known."""
        kept = bytes(self.hashes[32 * sequence - 32 : 32 * sequence])
        return kept if len(kept) == 32 and kept != UNKNOWN else None

    def _take_file(self, path: Path) -> None:
        start, end = int(path.stem[:12]), int(path.stem[13:])
        try:
            content = bytes.fromhex(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            content = b""
        if start < 1 or len(content) != 32 * (end - start + 1):
            self._add_fault(start, f"The leaf hashes in {path} cannot be read.")
            return
        self.hashes.extend(bytes(max(0, 32 * end - len(self.hashes))))
        before = self.hashes[32 * start - 32 : 32 * end]
        if before.strip(b"\x00") and before != content:
            self._report_differences(path, start, bytes(before), content)
        else:
            self.hashes[32 * start - 32 : 32 * end] = content

    def _report_differences(self, path: Path, start: int, before: bytes, content: bytes) -> None:
        for place in range(0, len(content), 32):
            known, stated_hash = before[place : place + 32], content[place : place + 32]
            if known == UNKNOWN:
                self.hashes[32 * start - 32 + place : 32 * start + place] = stated_hash
            elif known != stated_hash:
                row = start + place // 32
                self._add_fault(
                    row, f"Row {row} has another leaf hash in {path} than in the files beside the ledger."
                )

    def _add_fault(self, sequence: int, words: str) -> None:
        self.faults.append(AuditFault(sequence, "witness", words))
