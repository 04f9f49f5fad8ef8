"""Arrow's memory: kept for the next batch where files come in by a command, handed back at once in a server.

With the default pool a third of the time of an ingest went into fresh pages.
"""

from functools import cache

import pyarrow as pa

from warroom import heap

KEEP_MS = 1_000
"""How long freed pages are kept."""


@cache
def use_jemalloc() -> None:
    """Use jemalloc where it was built in; once for this process. A server always keeps the system's pool."""
    if not heap.is_small() and "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        # Longer than from one batch to the next, shorter than anybody would miss the memory.
        pa.jemalloc_set_decay_ms(KEEP_MS)


def use_system_pool() -> None:
    """For a server, which mostly has nothing to do: Arrow takes its memory from the system, and `release_memory` returns it."""
    heap.limit_heaps()
    pa.set_memory_pool(pa.system_memory_pool())


def release_memory() -> None:
    """Return unused memory to the system, between two turns of a server's work."""
    pa.default_memory_pool().release_unused()
    heap.release_memory()
