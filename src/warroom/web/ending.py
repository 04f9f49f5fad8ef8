"""Makes a server end after SIGTERM even if one of its threads hangs.

A thread that loops in C code holds the interpreter lock, so that no Python signal handler ever runs. `faulthandler` works all the
same, because it writes its traceback from the C signal handler. It writes to a watchdog process, this file, which waits and
then kills: `python ending.py PROCESS UNHEARD ORDERLY < PIPE`. The traceback says which thread hung, and goes to the log.
"""

import faulthandler
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

UNHEARD_SECONDS = 10
"""Seconds without a Python handler's reaction after which the process is killed. Chosen, not measured."""
HEARD = b"\x00heard\n"
LARGEST = 1 << 16


class ShutdownWatchdog:
    """The watchdog process of one server, and the pipe that tells it that the signal was handled."""

    def __init__(self, orderly_seconds: int) -> None:
        reads, self._writes = os.pipe()
        asked = [str(os.getpid()), str(UNHEARD_SECONDS), str(orderly_seconds)]
        # `-I -S`: without site-packages, which it does not need, it starts in some milliseconds.
        self._watch = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__)), *asked], stdin=reads, start_new_session=True
        )
        os.close(reads)
        faulthandler.register(signal.SIGTERM, self._writes, all_threads=True, chain=True)

    def confirm_signal(self) -> None:
        """Tell the watchdog that the signal was handled and an orderly shutdown has begun."""
        os.write(self._writes, HEARD)


def start_watchdog(orderly_seconds: int) -> ShutdownWatchdog | None:
    """Make this process end within `UNHEARD_SECONDS` of an unhandled SIGTERM, and within `orderly_seconds` of a handled one. Call it
    after the server has installed its handlers. None outside the main thread, which alone gets signals (as in tests).
    """
    return (
        ShutdownWatchdog(orderly_seconds) if threading.current_thread() is threading.main_thread() else None
    )


def main(process: int, unheard_seconds: float, orderly_seconds: float) -> None:
    """Wait for the signal's traceback on standard input, then for the end of the process; kill it if it does not end in time."""
    # A signal to the whole process group must not end the watchdog before the server.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return
    if not _wait_for_exit(watched, unheard_seconds, orderly_seconds):
        signal.pidfd_send_signal(watched, signal.SIGKILL)


def _wait_for_exit(watched: int, unheard_seconds: float, orderly_seconds: float) -> bool:
    """Whether the process ends by itself within its time after the signal."""
    pipes, received_bytes, told_at = [0], b"", 0.0
    while True:
        seconds = orderly_seconds if HEARD in received_bytes else unheard_seconds
        left = max(0.0, told_at + seconds - time.monotonic()) if received_bytes else None
        ready, _, _ = select.select([watched, *pipes], [], [], left)
        if watched in ready:
            return True
        if not ready:
            break
        more = os.read(0, LARGEST)
        told_at = told_at or time.monotonic()
        received_bytes += more
        # End of file: the server is ending. A closed pipe is always readable, so watching it further would
        # spin.
        pipes = pipes if more else []
    sys.stderr.write("warroom: told to end and did not; it is killed. What its threads did:\n")
    sys.stderr.write(received_bytes.replace(HEARD, b"").decode("utf-8", "replace"))
    sys.stderr.flush()
    return False


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
