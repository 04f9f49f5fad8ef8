"""The jobs run by themselves in a working house."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from tests.operations.scenes import Scene
from warroom.operations import queue


def test_what_has_expired_is_erased_and_the_log_says_so(scene: Scene) -> None:
    scene.case()
    report = scene.run(24 * 366 * 11)
    assert report.erased > 0
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'lake.erased'") == [(1,)]


def test_small_files_are_joined_once_a_night(scene: Scene) -> None:
    for number in range(3):
        scene.transfer(f"T{number}")
    before = len(scene.lake.files("transfers"))
    assert scene.run(0).joined == 0
    assert scene.run(24).joined > 0
    assert len(scene.lake.files("transfers")) < before
    assert scene.run(24).joined == 0
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'lake.compacted'") == [(1,)]


def test_a_long_ingest_keeps_no_clock_from_striking(scene: Scene) -> None:
    scene.in_effect()
    before = scene.lake.head
    with scene.home.hold("lake"):
        began = time.monotonic()
        report = scene.run(24 * 366 * 11)
        assert time.monotonic() - began < 10
    assert (report.expired, report.erased, report.joined) == (1, 0, 0)
    assert scene.lake.head == before
    assert scene.run(24 * 366 * 11).erased > 0


def test_the_queue_turns_reports_into_cases_by_itself(scene: Scene) -> None:
    """A report without a transfer needs no trace, so the queue's own way is seen whole."""
    scene.report("R1", [])

    async def night() -> None:
        worker = asyncio.create_task(queue.work(scene.ledger, scene.lake, lambda: None))
        try:
            for _ in range(200):
                await asyncio.sleep(0.1)
                if scene.sql("SELECT count(*) FROM cases") == [(1,)]:
                    return
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

    with ThreadPoolExecutor(1) as beside:  # browser tests leave a loop running in this thread
        beside.submit(lambda: asyncio.run(night())).result()
    assert scene.sql("SELECT number, flag FROM cases") == [("C-1", "no_transfer")]
