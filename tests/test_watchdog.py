"""An interrupted test run leaves no server behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.watchdog import MEMORY, in_memory, of

RUN = """
import sys, time
from pathlib import Path
from tests.watchdog import watched
from warroom.home import open_home
from warroom.ledger.postgres import PostgresServer
folder = Path(sys.argv[1])
with watched(folder):
    server = PostgresServer(open_home(folder / "home", "exercise")).open()
    print(server.find_pid(), flush=True)
    time.sleep(600)
"""


def test_a_run_that_is_killed_takes_its_database_along(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        server = int(run.stdout.readline())
        os.kill(server, 0)
        run.kill()
    ends = time.monotonic() + 30
    while of(str(tmp_path)) and time.monotonic() < ends:
        time.sleep(0.1)
    assert of(str(tmp_path)) == []


def test_a_folder_in_memory_is_gone_after_a_run(tmp_path: Path) -> None:
    with in_memory(tmp_path) as folder:
        (folder / "some").mkdir()
    assert folder == tmp_path or not folder.exists()


def test_without_room_in_memory_databases_lie_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.watchdog.ROOM", 1 << 60)
    with in_memory(tmp_path) as folder:
        assert folder == tmp_path
    monkeypatch.setattr("tests.watchdog.MEMORY", MEMORY / "nowhere")
    with in_memory(tmp_path) as folder:
        assert folder == tmp_path
    assert tmp_path.exists()
