"""Two writers, and a disk that fills up."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.lake.files import csv_of, opened, seen, take, transfer
from warroom.errors import HomeBusy, LakeError
from warroom.home import Home, open_home
from warroom.lake import lake as lake_module
from warroom.lake.lake import Lake

# The child limits itself: a process that holds a cluster's connections may say something when it is forked.
CHILD = """
import resource
import sys
from pathlib import Path
from tests.lake.files import take
from warroom.errors import WarroomError
from warroom.home import open_home
from warroom.lake.lake import Lake
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    take(Lake.open(open_home(Path(sys.argv[1]))), Path(sys.argv[2]))
except WarroomError as problem:
    print(problem.sentence)
"""


def test_writers_wait_for_each_other_and_both_are_kept(home: Home, tmp_path: Path) -> None:
    files = [csv_of(tmp_path / f"{k}.csv", map(transfer, range(k * 50, k * 50 + 80))) for k in range(4)]
    threads = [threading.Thread(target=take, args=(opened(home), path)) for path in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lake = opened(home)
    assert set(seen(lake)) == {f"T{number}" for number in range(230)}
    assert lake.head == 4
    assert lake.verify() == []


def test_a_writer_that_waits_too_long_says_who_holds_the_lake(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_module, "PATIENCE", 0.2)
    path = csv_of(tmp_path / "a.csv", [transfer(1)])
    with home.take_lock("lake"), pytest.raises(HomeBusy, match="Another warroom process"):
        take(Lake.open(home), path)


def test_a_file_size_limit_is_one_sentence_and_nothing_is_kept(home: Home, tmp_path: Path) -> None:
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", map(transfer, range(10))))
    big = csv_of(tmp_path / "b.csv", [transfer(n, end_to_end_id=os.urandom(16).hex()) for n in range(20_000)])
    said = _limited(home, big)
    assert said == "The disk that holds the lake is full; nothing was kept. Free some space and try again.\n"
    _nothing_changed(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_one_sentence_and_nothing_is_kept(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine does not let even root mount")
    try:
        _fill(disk, tmp_path)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _fill(disk: Path, tmp_path: Path) -> None:
    home = open_home(disk / "home", "exercise")
    lake = Lake.open(home)
    take(lake, csv_of(tmp_path / "a.csv", map(transfer, range(10))))
    big = csv_of(tmp_path / "b.csv", [transfer(n, end_to_end_id=os.urandom(16).hex()) for n in range(60_000)])
    with pytest.raises(LakeError, match="disk that holds the lake is full"):
        take(lake, big)
    _nothing_changed(home)


def _limited(home: Home, path: Path) -> str:
    """What a child says that may write small files only."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", CHILD, str(home.root), str(path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


def _nothing_changed(home: Home) -> None:
    lake = opened(home)
    assert (lake.head, len(seen(lake))) == (1, 10)
    assert not list((home.lake / "staging").iterdir())
    assert lake.verify() == []
