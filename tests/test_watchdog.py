"""An interrupted test run leaves no server behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.watchdog import of

RUN = """
import sys, time
from pathlib import Path
from tests.watchdog import watched
from warroom.home import open_home
from warroom.ledger.postgres import Server
folder = Path(sys.argv[1])
with watched(folder):
    server = Server(open_home(folder / "home", "exercise")).open()
    print(server.pid(), flush=True)
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
