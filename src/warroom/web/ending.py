"""A server that is told to end (SIGTERM) ends, also where one of its threads hangs.

A thread that spins in C keeps the interpreter to itself, so that no handler of a signal ever runs there. What runs all the same
is the part of `faulthandler` that writes a traceback when the signal comes. It writes to a small process, this file, which waits and
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
"""How long nobody has to hear the signal until the process is killed."""
HEARD = b"\x00heard\n"
LARGEST = 1 << 16


class ShutdownWatchdog:
    """The small process of one server, and the way to tell it that the signal was heard."""

    def __init__(self, orderly_seconds: int) -> None:
        reads, self._writes = os.pipe()
        asked = [str(os.getpid()), str(UNHEARD_SECONDS), str(orderly_seconds)]
        # Without the program's packages: it needs none, and begins in some milliseconds.
        self._watch = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__)), *asked], stdin=reads, start_new_session=True
        )
        os.close(reads)
        faulthandler.register(signal.SIGTERM, self._writes, all_threads=True, chain=True)

    def confirm_signal(self) -> None:
        """The signal was heard, and an orderly end has begun."""
        os.write(self._writes, HEARD)


def start_watchdog(orderly_seconds: int) -> ShutdownWatchdog | None:
    """Let this process end within `UNHEARD_SECONDS` of a SIGTERM that nobody hears, and within `orderly_seconds` of one that is heard. Call
    it once the server has its own handlers. None in a thread that hears no signals, as in tests.
    """
    return (
        ShutdownWatchdog(orderly_seconds) if threading.current_thread() is threading.main_thread() else None
    )


def main(process: int, unheard_seconds: float, orderly_seconds: float) -> None:
    """Wait for the signal's traceback on standard input, then for the end of the process; kill it where that does not come."""
    # What ends a whole group of processes must not end this one first.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return
    if not _wait_for_exit(watched, unheard_seconds, orderly_seconds):
        signal.pidfd_send_signal(watched, signal.SIGKILL)


def _wait_for_exit(watched: int, unheard_seconds: float, orderly_seconds: float) -> bool:
    """Whether the process ends by itself, at the latest in time after the signal came."""
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
        # A pipe that was shut says nothing more: the process ends, or is watched until then.
        pipes = pipes if more else []
    sys.stderr.write("warroom: told to end and did not; it is killed. What its threads did:\n")
    sys.stderr.write(received_bytes.replace(HEARD, b"").decode("utf-8", "replace"))
    sys.stderr.flush()
    return False


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
