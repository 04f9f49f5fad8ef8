"""Ends what a test run leaves behind: however the run itself ends, a watchdog of its own notices and takes its servers along.

PostgreSQL and `warroom serve` are meant to outlive anyone who started them, and so they outlive a test run that is interrupted
or killed. The watchdog holds one end of a pipe; when the other end is gone, so is the run, and every process that works in
the run's own folder, or has a home there, is ended.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 1 << 30
"""Bytes free in memory from which on a run's databases lie there; a container may have no more than 64 MB of it."""


@contextmanager
def watched(folder: Path, *then: str) -> Iterator[None]:
    """Everything that is started below a folder ends with this process, if it has not ended by then; so does the folder itself
    where `then` is "remove".
    """
    program = subprocess.Popen(
        [sys.executable, __file__, str(folder.resolve()), *then],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield
    finally:
        program.communicate(timeout=30)


@contextmanager
def in_memory(otherwise: Path) -> Iterator[Path]:
    """A folder in memory that is gone after the block, or the other one where memory has no room for it.

    A database is some 400 files: to copy them took half a second of a processor on a disk, and takes a tenth of that here.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield otherwise
        return
    folder = Path(tempfile.mkdtemp(prefix="warroom-test-", dir=MEMORY))
    with watched(folder, "remove"):
        yield folder


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
    if sys.argv[2:] == ["remove"]:
        shutil.rmtree(sys.argv[1])
