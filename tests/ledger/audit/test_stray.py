"""Strange files beside the ledger are named and stop no check."""

from tests.cases.scenes import Scene
from warroom.ledger.audit.checkpoints import get_checkpoint_folder
from warroom.ledger.verify import verify_audit


def test_a_strange_file_among_the_stamps_is_named(scene: Scene) -> None:
    scene.officer("first", "admin")
    place = get_checkpoint_folder(scene.ledger)
    place.mkdir(parents=True, exist_ok=True)
    (place / "copy of 12.tsr").write_bytes(b"?")
    (place / "odd.checkpoint").write_bytes(b"\xff\xfe")
    said = [fault.text for fault in verify_audit(scene.ledger).faults]
    assert "copy of 12.tsr is no stamp of this log; look who put it there." in said
    assert any("odd.checkpoint" in words for words in said)


def test_a_strange_file_among_the_leaf_hashes_is_no_traceback(scene: Scene) -> None:
    scene.officer("first", "admin")
    place = get_checkpoint_folder(scene.ledger)
    place.mkdir(parents=True, exist_ok=True)
    for name in ("copy.leaves", "000000000001-000000000002.leaves", "x-y.leaves"):
        (place / name).write_bytes(b"\xff")
    verify_audit(scene.ledger)
