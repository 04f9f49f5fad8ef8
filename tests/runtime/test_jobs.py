"""The jobs run by themselves in a working house."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.cases.scenes import Scene, hour
from warroom.errors import LakeDamaged
from warroom.lake.lake import Lake
from warroom.runtime import upkeep


def test_what_has_expired_is_erased_and_the_log_says_so(scene: Scene) -> None:
    scene.case()
    report = scene.run(24 * 366 * 11)
    assert report.erased > 0
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'lake.erased'") == [(1,)]


def test_small_files_are_joined_once_a_night(scene: Scene) -> None:
    for number in range(3):
        scene.transfer(f"T{number}")
    before = len(scene.lake.list_files("transfers"))
    assert scene.run(0).joined == 0
    assert scene.run(24).joined > 0
    assert len(scene.lake.list_files("transfers")) < before
    assert scene.run(24).joined == 0
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'lake.compacted'") == [(1,)]


def test_two_servers_that_see_the_night_come_join_the_files_once(scene: Scene) -> None:
    for number in range(3):
        scene.transfer(f"T{number}")
    for _ in range(12):
        scene.now += hour(24)
        together = Barrier(2)

        def wake(_: int, together: Barrier = together) -> int:
            together.wait()
            return upkeep.compact_nightly(scene.ledger, scene.lake, scene.now)

        with ThreadPoolExecutor(2) as servers:
            list(servers.map(wake, range(2)))
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'lake.compacted'") == [(1,)]


def test_a_long_ingest_keeps_no_clock_from_striking(scene: Scene) -> None:
    scene.in_effect()
    before = scene.lake.head
    with scene.home.take_lock("lake"):
        # One that waited for the ingest would wait for ever, and so longer than a test may take.
        report = scene.run(24 * 366 * 11)
    assert (report.expired, report.erased, report.joined) == (1, 0, 0)
    assert scene.lake.head == before
    assert scene.run(24 * 366 * 11).erased > 0


def test_two_servers_that_take_their_turns_at_once_do_each_thing_once(scene: Scene) -> None:
    scene.in_effect()
    scene.report("R2", [])
    scene.now += hour(80)
    with ThreadPoolExecutor(2) as servers:
        reports = list(servers.map(lambda _: scene.run(0), range(2)))
    assert sum(report.expired for report in reports) == 1
    assert scene.sql("SELECT kind, count(*) FROM orders WHERE kind <> 'hold' GROUP BY kind") == [
        ("expiry", 1)
    ]
    assert scene.sql("SELECT count(*) FROM cases WHERE flag = 'no_transfer'") == [(1,)]
    assert scene.sql("SELECT cause, count(*) FROM hold_releases GROUP BY cause") == [("expiry", 1)]


@pytest.mark.parametrize("damage", ["gone", "cut", "changed"])
def test_a_damaged_file_of_the_lake_stops_no_other_job_of_the_night_and_is_named(
    scene: Scene, damage: str
) -> None:
    for number in range(3):
        scene.transfer(f"X{number}")
    scene.run(0)
    scene.officer("zoe", "officer")
    file = scene.lake.list_files("transfers")[1]
    if damage == "gone":
        file.path.unlink()
    else:
        whole = file.path.read_bytes()
        file.path.write_bytes(whole[:100] if damage == "cut" else whole[:-1] + b"!")
    before = scene.sql("SELECT count(*) FROM checkpoints")[0][0]
    with pytest.raises(LakeDamaged, match=file.path.name):
        scene.run(24)
    assert scene.sql("SELECT count(*) FROM checkpoints") == [(before + 1,)]
    assert scene.run(1).joined == 0  # the night is over: nothing is read again at every turn


def test_records_whose_keys_are_lost_name_the_file_that_is_missing(scene: Scene) -> None:
    scene.transfer("T1")
    (file,) = scene.lake.list_files("transfers")
    file.path.unlink()
    lake = Lake.open(scene.home)
    with pytest.raises(LakeDamaged, match=file.path.name):
        lake.rebuild_keys()
    file.path.write_bytes(b"PAR1 no more")
    with pytest.raises(LakeDamaged, match=f"{file.path.name}.*cannot be read"):
        lake.rebuild_keys()
