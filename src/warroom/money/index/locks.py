"""Waiting for another process that holds a lock of this home."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from warroom.errors import HomeBusy
from warroom.home import Home

PATIENCE = 600.0
"""Seconds to wait for another process that builds the index of a very large lake."""


@contextmanager
def waiting_for(home: Home, what: str) -> Iterator[None]:
    """Hold a named lock of the home, waiting while another process has it; raises HomeBusy after ten minutes."""
    ends = time.monotonic() + PATIENCE
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(home.take_lock(what))
                break
            except HomeBusy:
                if time.monotonic() >= ends:
                    raise
                time.sleep(0.05)
        yield
