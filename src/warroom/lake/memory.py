"""Arrow's memory while files come in: kept for the next batch rather than given back and faulted in again.

With the default pool a third of the time of an ingest went into fresh pages.
"""

import ctypes
from contextlib import suppress
from functools import cache

import pyarrow as pa

KEEP_MS = 1_000
"""How long freed pages are kept."""


@cache
def settle() -> None:
    """Use jemalloc where it was built in; once for this process."""
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        # Longer than from one batch to the next, shorter than anybody would miss the memory.
        pa.jemalloc_set_decay_ms(KEEP_MS)


ARENA_MAX, ARENAS = -8, 2
"""glibc's number for the most heaps that malloc keeps (M_ARENA_MAX of malloc.h), and how many a server has."""


def be_modest() -> None:
    """For a server, which mostly has nothing to do: Arrow takes its memory from the system and `give_back` returns it.

    Called at the start of its work: glibc gives threads heaps of their own, up to eight for a core, and what one of them
    frees serves no other. With two an empty server takes a tenth less.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    # Another C library than glibc has no such heaps and no such calls.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(ARENA_MAX, ARENAS)


def give_back() -> None:
    """Hand what nobody uses any more back to the system, between two turns of a server's work."""
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
