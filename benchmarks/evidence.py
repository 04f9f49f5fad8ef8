"""Evidence of a disk's size: `python -m benchmarks.evidence [--soak]`.

A file of 300 MiB (2,000 MiB with --soak or --full) is taken in as a stream, checked, put into a court bundle and verified from it,
each step with the memory it takes beside what it may take.
"""

import itertools
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

from benchmarks.harness import Figure, at_least, at_most, open_folder, start_run, time_seconds
from warroom import clock
from warroom.access.officers import add_officer
from warroom.cases.intake import sync_cases
from warroom.evidence.bundle.make import make_bundle
from warroom.evidence.bundle.verify import verify_bundle
from warroom.evidence.check import check_evidence
from warroom.evidence.decisions.intake import Particulars, add_file
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger

MIB = 1 << 20
# A block and what the interpreter takes beside it; far below any file's size.
BAR_MEMORY = 64.0
BAR_RATE = 100.0  # MiB/s: what a SATA disk writes, so that the program is not what one waits for
BAR_BUNDLE = 40.0  # a bundle's bytes are hashed as a part, hashed as a file, and once more by the check before it leaves


class Watch:
    """Seconds of a step, and by how many MiB the process grew while it ran."""

    def __init__(self, step: Callable[[], object]) -> None:
        self._peak, self._done = 0, threading.Event()
        before = psutil.Process().memory_info().rss
        looker = threading.Thread(target=self._look)
        looker.start()
        self.seconds = time_seconds(step)
        self._done.set()
        looker.join()
        self.mebibytes = max(0.0, (self._peak - before) / MIB)

    def _look(self) -> None:
        while not self._done.wait(0.01):
            self._peak = max(self._peak, psutil.Process().memory_info().rss)


def blocks(mebibytes: int) -> Iterator[bytes]:
    """Blocks that differ, so that nothing below can store them once."""
    for number in range(mebibytes):
        yield number.to_bytes(8, "big") * (MIB // 8)


def open_case(home: Home, ledger: Ledger) -> None:
    """A case to put it into: a report that names no transfer."""
    lake = Lake.open(home)
    report = {
        "record_id": "R1",
        "time": clock.get_now(),
        "scam_type": "investment",
        "transfer_ids": [],
        "loss": 1000,
        "channel": "1441",
    }
    lake.write_rows("reports", [report], source="hotline")
    sync_cases(ledger, lake, None)


def figures(folder: Path, mebibytes: int) -> Iterator[Figure]:
    home = open_home(folder / "home", "exercise")
    keys = (f"key-{number:08d}" for number in itertools.count())
    with Ledger.open(home) as ledger:
        open_case(home, ledger)
        roles = ["custodian", "investigator", "officer"]
        officer = add_officer(ledger, "kan", "Kan K.", "correct horse battery", roles)
        given = Particulars("disk.img", "seized at the site")

        def take_in(size: int) -> None:
            add_file(ledger, officer, "C-1", blocks(size), given, next(keys), declared=size * MIB)

        take_in(8)
        added = Watch(lambda: take_in(mebibytes))
        checked = Watch(lambda: check_evidence(ledger))
        target = folder / "C-1.zip"
        bundled = Watch(lambda: make_bundle(ledger, officer, "C-1", target, "for the court"))
        verified = Watch(lambda: verify_bundle(target))
    for name, watch in {
        "taken in": added,
        "checked in the store": checked,
        "bundled, the bundle checked": bundled,
        "verified by the expert's program": verified,
    }.items():
        bar = BAR_BUNDLE if watch is bundled else BAR_RATE
        yield at_least(f"{mebibytes:,} MiB {name}", mebibytes / watch.seconds, "MiB/s", bar)
        yield at_most(f"{mebibytes:,} MiB {name}, memory", watch.mebibytes, "MiB", BAR_MEMORY)


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments)
    mebibytes = 2_000 if run.given.soak or run.given.full else 300
    with open_folder(None) as folder:
        return run.finish("Evidence", figures(folder, mebibytes))


if __name__ == "__main__":
    sys.exit(main())
