"""A run that is killed at any moment leaves the whole call or nothing of it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.killing import MOMENTS
from tests.lake.files import counts, csv_of, opened, seen, take, transfer
from warroom.home import Home
from warroom.lake.lake import Lake

ROWS = 3_000
MANY = 40

NURSERY = """
import os, sys
from pathlib import Path
from tests.lake.files import take
from warroom.home import open_home
from warroom.lake.lake import Lake
import warroom.lake.hashing, warroom.lake.runs, warroom.records.csv_file
while line := sys.stdin.readline():
    home, *paths = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        take(Lake.open(open_home(Path(home))), *map(Path, paths))
        os._exit(0)
    print(child, flush=True)
    sys.stdin.readline()
    os.waitpid(child, 0)
    print("over", flush=True)
"""


class Nursery:
    """A process that has everything loaded and forks an ingest when it is told to."""

    def __init__(self) -> None:
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=root,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def start(self, home: Home, *paths: Path) -> int:
        """Begin an ingest; its process id."""
        self._say("\t".join(map(str, (home.root, *paths))))
        return int(self._line())

    def wait(self) -> None:
        """Until the ingest is over, one way or the other."""
        self._say("")
        assert self._line() == "over\n"

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.mark.slow
def test_killed_at_many_moments_an_ingest_is_whole_or_not_at_all(
    home: Home, tmp_path: Path, nursery: Nursery
) -> None:
    chance = random.Random(20_261_124)
    length = max(_length(nursery, home, tmp_path, moment) for moment in (-2, -1))
    expected, landed, moment = 4 * ROWS, 0, 0
    # A few moments may all lie before the commit, or all after it: then there are more, until it was met from both sides.
    while moment < MOMENTS or (moment < MANY and landed in (0, moment)):
        child = nursery.start(home, *_next_files(tmp_path, moment))
        time.sleep(chance.uniform(0, length))
        os.kill(child, signal.SIGKILL)
        nursery.wait()
        before, expected = expected, _whole_or_nothing(home, moment, expected)
        landed += expected > before
        moment += 1
        # The machine is now quick, now slow; where the commit was met from one side alone, the other is sought faster.
        sooner, later = (0.7, 1.3) if landed in (0, moment) and moment >= MOMENTS else (0.9, 1.05)
        length *= sooner if expected > before else later
    lake = opened(home)
    for killed in range(moment):
        take(lake, *_next_files(tmp_path, killed))
    assert len(seen(lake)) == 2 * ROWS * (moment + 2)
    assert not list((home.lake / "staging").iterdir())
    assert 0 < landed < moment, "the moments were not spread over the run"


def _whole_or_nothing(home: Home, moment: int, before: int) -> int:
    """Check the lake after a kill; the rows it holds now."""
    lake = opened(home)
    now = len(seen(lake))
    assert now in (before, before + 2 * ROWS), f"moment {moment}: part of a call counts"
    assert lake.verify() == [], f"moment {moment}"
    return now


def _length(nursery: Nursery, home: Home, folder: Path, moment: int) -> float:
    """Seconds an ingest takes that nobody kills."""
    started = time.perf_counter()
    nursery.start(home, *_next_files(folder, moment))
    nursery.wait()
    return time.perf_counter() - started


def _next_files(folder: Path, moment: int) -> list[Path]:
    """Two files of records that no other moment has."""
    base = 2 * ROWS * (moment + 2)
    return [
        csv_of(
            folder / f"m{moment}-{k}.csv", [transfer(base + k * ROWS + n, time=_time(n)) for n in range(ROWS)]
        )
        for k in range(2)
    ]


def _time(number: int) -> str:
    return f"2026-10-{1 + number % 3:02}T03:00:00Z"


def test_what_a_killed_run_moved_into_place_is_swept_by_the_next(home: Home, tmp_path: Path) -> None:
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1)]))
    leaving = home.lake / "staging" / "1-dead"
    leaving.mkdir()
    orphan = lake.list_files("transfers")[0].path.with_name("00000002-00001.parquet")
    orphan.write_bytes(b"half a file")
    (leaving / "intent.json").write_text(f'["{orphan.relative_to(home.lake)}"]')
    assert opened(home).verify() == [], "it counts for nothing and is no fault"
    assert counts(take(opened(home), csv_of(tmp_path / "b.csv", [transfer(2)]))) == (1, 0, 0, 0)
    assert not leaving.exists()
    assert opened(home).verify() == []


def test_verify_sweeps_what_a_killed_run_left_but_nothing_of_a_running_one(
    home: Home, tmp_path: Path
) -> None:
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1)]))
    leaving = home.lake / "staging" / "1-dead"
    leaving.mkdir()
    orphan = lake.list_files("transfers")[0].path.with_name("00000002-00001.parquet")
    orphan.write_bytes(b"half a file")
    (leaving / "intent.json").write_text(f'["{orphan.relative_to(home.lake)}"]')
    with home.take_lock("lake"):
        assert opened(home).verify() == []
        assert leaving.exists()
    assert opened(home).verify() == []
    assert not leaving.exists()
    assert not orphan.exists()


def test_an_index_that_misses_the_last_commit_catches_up(home: Home, tmp_path: Path) -> None:
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", map(transfer, range(10))))
    card = next((home.lake / "keys").glob("transfers-*/card.json"))
    before = card.read_bytes()
    take(lake, csv_of(tmp_path / "b.csv", map(transfer, range(10, 20))))
    card.write_bytes(before)  # as if the run had died between its commit and its index
    assert counts(take(opened(home), csv_of(tmp_path / "c.csv", map(transfer, range(25))))) == (5, 20, 0, 0)


def test_an_index_of_another_lake_is_not_believed(home: Home, tmp_path: Path) -> None:
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", map(transfer, range(10))))
    card = next((home.lake / "keys").glob("transfers-*/card.json"))
    card.write_text(card.read_text().replace(lake.state.sha256, "0" * 64))
    assert counts(take(opened(home), csv_of(tmp_path / "b.csv", map(transfer, range(12))))) == (2, 10, 0, 0)


def test_a_lost_or_torn_index_is_built_again_from_the_rows(home: Home, tmp_path: Path) -> None:
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", [transfer(1), transfer(2), transfer(1, amount="9.00")]))
    take(lake, csv_of(tmp_path / "b.csv", [transfer(2, amount="7.00"), transfer(3)]))
    for card in (home.lake / "keys").glob("*/card.json"):
        card.write_text("{")
    same = [transfer(1, amount="9.00"), transfer(2, amount="7.00"), transfer(3)]
    assert counts(take(opened(home), csv_of(tmp_path / "c.csv", same))) == (0, 3, 0, 0)
    lake.rebuild_keys()
    assert counts(take(lake, csv_of(tmp_path / "d.csv", [*same, transfer(2)]))) == (0, 3, 1, 0)
