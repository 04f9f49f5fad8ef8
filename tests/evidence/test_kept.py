"""Evidence in backups: it comes back whole, whatever came in while the backup was made."""

import shutil
from pathlib import Path

import pytest

from tests.evidence.conftest import Cupboard
from warroom.evidence import queries, store
from warroom.evidence.check import check_evidence
from warroom.home import open_home
from warroom.ledger import backup as backups
from warroom.ledger.ledger import Ledger
from warroom.runtime.restore import restore_home


@pytest.fixture
def backed_up(cupboard: Cupboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of a home in which one file was there, one came in and one was destroyed while it was made."""
    cupboard.add(b"there before", "before.txt")
    gone = cupboard.add(b"destroyed meanwhile", "gone.txt")
    real = backups.dump_ledger

    def slow(ledger: Ledger, target: Path) -> None:
        cupboard.add(b"came in meanwhile", "meanwhile.txt")
        real(ledger, target)
        cupboard.do("destroy_item", cupboard.kan, gone, "Criminal Court", "D 12/2569", "judgment is final")
        cupboard.add(b"came in afterwards", "after.txt")

    monkeypatch.setattr(backups, "dump_ledger", slow)
    backups.write_backup(cupboard.scene.home, cupboard.scene.ledger, tmp_path / "night.tar")
    shutil.rmtree(cupboard.scene.home.root)
    monkeypatch.delenv("WARROOM_DATABASE_URL")
    monkeypatch.delenv("WARROOM_DATABASE_OWNER_URL")
    return tmp_path / "night.tar"


@pytest.mark.slow
def test_evidence_comes_back_and_is_checked(cupboard: Cupboard, backed_up: Path) -> None:
    root = cupboard.scene.home.root
    assert restore_home(backed_up, root).faults == ()
    again = open_home(root)
    with Ledger.open(again) as ledger:
        found = queries.list_evidence(ledger, cupboard.kan, "C-1", now=cupboard.scene.now)
        assert [row.name for row in found.rows] == ["meanwhile.txt", "gone.txt", "before.txt"]
        for row in found.rows:
            given = queries.download_evidence(ledger, cupboard.kan, row.id, now=cupboard.scene.now)
            assert (
                given.path.read_bytes()
                == {
                    "before.txt": b"there before",
                    "gone.txt": b"destroyed meanwhile",
                    "meanwhile.txt": b"came in meanwhile",
                }[row.name]
            )
        assert {fault.kind for fault in check_evidence(ledger).faults} <= {"stray"}
        path = store.get_file_path(again, found.rows[0].sha256 or "")
        path.unlink()
        assert "missing" in {fault.kind for fault in check_evidence(ledger).faults}
