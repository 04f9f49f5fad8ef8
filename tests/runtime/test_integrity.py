"""Nothing is cut off, forged or laundered unseen: a house remembers what is newest elsewhere and verifies a part each night."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cases.scenes import Scene
from tests.lake.files import opened
from tests.ledger.audit.test_log import fill
from warroom import unwell
from warroom.errors import LakeDamaged
from warroom.ledger.audit import checkpoints, head
from warroom.ledger.verify import verify_audit
from warroom.runtime import integrity, upkeep

DAY = timedelta(days=1)


def codes(scene: Scene) -> list[str]:
    return sorted(one.code for one in unwell.list_noted(scene.home))


def test_rows_cut_off_between_two_checkpoints_are_missed_and_never_signed_over(
    scene: Scene, by_superuser: Callable[[str], None]
) -> None:
    fill(scene.ledger, 8)
    note = checkpoints.sign_checkpoint(scene.ledger)
    fill(scene.ledger, 50)
    integrity.check_integrity(scene.ledger, scene.lake, scene.now)
    by_superuser("DELETE FROM audit WHERE sequence > 28")
    (fault,) = verify_audit(scene.ledger).faults
    assert fault.kind == "missing"
    assert "the log ends at row 28" in fault.text
    fill(scene.ledger, 3)
    assert checkpoints.sign_checkpoint(scene.ledger) == note
    assert not verify_audit(scene.ledger).ok
    integrity.check_integrity(scene.ledger, scene.lake, scene.now)
    assert "health.log-cut" in codes(scene)


def test_rows_put_in_place_of_those_cut_off_are_not_believed(
    scene: Scene, by_superuser: Callable[[str], None]
) -> None:
    fill(scene.ledger, 5)
    head.record_head(scene.ledger)
    newest = verify_audit(scene.ledger).rows
    by_superuser(f"DELETE FROM audit WHERE sequence > {newest - 3}")
    fill(scene.ledger, 9)
    assert [(fault.sequence, fault.kind) for fault in verify_audit(scene.ledger).faults] == [
        (newest, "changed")
    ]


def test_every_minute_in_which_rows_came_is_signed_and_the_folder_stays_small(scene: Scene) -> None:
    for _ in range(5):
        fill(scene.ledger, 2)
        scene.now += timedelta(minutes=1)
        upkeep.number_and_sign(scene.ledger, scene.now)
    upkeep.number_and_sign(scene.ledger, scene.now + timedelta(minutes=1))
    assert scene.sql("SELECT count(*) FROM checkpoints") == [(5,)]
    names = [path.suffix for path in checkpoints.get_checkpoint_folder(scene.ledger).iterdir()]
    assert sorted(names) == [".checkpoint", ".leaves"]
    assert verify_audit(scene.ledger).ok


def test_a_commit_deleted_together_with_the_homes_memory_of_it_is_missed(scene: Scene) -> None:
    scene.transfer("T1")
    scene.transfer("T2")
    integrity.check_integrity(scene.ledger, scene.lake, scene.now)
    last = scene.lake.head
    for file in [file for file in scene.lake.state.files.values() if file.seq == last]:
        file.path.unlink()
    scene.lake.log.path_of(last).unlink()
    (scene.home.run / "lake.head").unlink()
    other = opened(scene.home)
    assert other.verify() == [], "the lake by itself cannot know"
    integrity.check_integrity(scene.ledger, other, scene.now)
    assert codes(scene) == ["health.log-cut"]
    assert [fault.kind for fault in other.verify()] == ["rolled-back"]
    with pytest.raises(LakeDamaged, match=f"Commit {last} .* was made"):
        other.write_rows("answers", [{"record_id": "1", "order_id": "O"}], source="BANKA")


def test_verifying_the_lake_asks_the_ledger_for_the_newest_commit_without_a_server(scene: Scene) -> None:
    scene.transfer("T1")
    scene.transfer("T2")
    integrity.check_integrity(scene.ledger, scene.lake, scene.now)
    assert integrity.verify_lake(scene.home, opened(scene.home)) == []
    last = scene.lake.head
    for file in [file for file in scene.lake.state.files.values() if file.seq == last]:
        file.path.unlink()
    scene.lake.log.path_of(last).unlink()
    (scene.home.run / "lake.head").unlink()
    (fault,) = integrity.verify_lake(scene.home, opened(scene.home))
    assert fault.kind == "rolled-back"
    assert f"Commit {last} was made" in fault.sentence


def test_a_flipped_byte_is_told_within_a_week_of_nights_until_it_is_put_right(scene: Scene) -> None:
    for number in range(5):
        scene.transfer(f"T{number}")
    file = scene.lake.list_files("transfers")[2]
    content = file.path.read_bytes()
    file.path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    read, nights = 0, []
    for _ in range(7):
        found = integrity.check_integrity(scene.ledger, scene.lake, scene.now)
        assert found is not None
        assert integrity.check_integrity(scene.ledger, scene.lake, scene.now) is None, "once a night"
        read, nights = read + found.files, [*nights, file.name in found.faults]
        scene.now += DAY
    assert True in nights
    assert all(nights[nights.index(True) :]), "what was at fault is looked at again each night"
    assert read >= len(scene.lake.state.files)
    assert codes(scene) == ["health.damaged"]
    file.path.write_bytes(content)
    integrity.check_integrity(scene.ledger, scene.lake, scene.now)
    assert codes(scene) == []
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'home.verified'") == [(8,)]


def test_the_newest_row_is_remembered_only_where_it_is_on_the_disk_and_moves_forward(scene: Scene) -> None:
    assert head.record_head(scene.ledger) is None
    fill(scene.ledger, 3)
    assert head.record_head(scene.ledger) is None
    (scene.home.run / "audit.head").write_text("torn")
    assert head.record_head(scene.ledger) is None
    assert verify_audit(scene.ledger).ok
