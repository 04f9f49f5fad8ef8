"""Ends what a test run leaves behind: however the run itself ends, a watchdog of its own notices and takes its servers along.

PostgreSQL and `warroom serve` are meant to outlive whoever started them, and so they outlive a test run that is interrupted
or killed. The watchdog holds one end of a pipe; when the other end is gone, so is the run, and every process that works in
the run's own folder, or has a home there, is ended.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Everything that is started below a folder ends with this process, if it has not ended by then."""
    program = subprocess.Popen(
        [sys.executable, __file__, str(folder.resolve())], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        program.communicate(timeout=30)


def end_all(folder: str) -> None:
    """End the processes of a folder: asked first, as PostgreSQL is asked for a fast shutdown, then killed."""
    for number in (signal.SIGINT, signal.SIGKILL):
        ends = time.monotonic() + 5
        for process in of(folder):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, number)
        while of(folder) and time.monotonic() < ends:
            time.sleep(0.1)


def of(folder: str) -> list[int]:
    """The processes that work in a folder, or whose home lies there."""
    found = []
    for process in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
        with suppress(OSError):
            place = os.readlink(f"/proc/{process}/cwd")
            home = f"WARROOM_HOME={folder}/".encode()
            if f"{place}/".startswith(f"{folder}/") or home in Path(f"/proc/{process}/environ").read_bytes():
                found.append(process)
    return [process for process in found if process != os.getpid()]


if __name__ == "__main__":
    sys.stdin.read()
    end_all(sys.argv[1])
