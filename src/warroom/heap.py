"""The memory of this process: how a server keeps its C library's heap small, and how it hands back what nobody uses.

glibc gives each thread a heap of its own, up to eight for a core, and serves ever larger blocks from them once such blocks were freed.
What one heap has free serves no other, so that a server with a dozen threads holds a hundred megabytes that nobody uses.
"""

import ctypes
import gc
import time
from contextlib import suppress
from pathlib import Path

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""The numbers of these options in glibc's malloc.h."""
HEAPS = 2
OWN_PAGES_BYTES = 128 * 1024
"""From this size on a block has pages of its own, which go back when it is freed; glibc begins with this and raises it to 32 MiB."""

SELDOM_RUN = ("libllvmlite", "_duckdb", "libarrow")
"""Libraries whose code takes a hundred megabytes: of the compiler, run for each kernel once, and of what reads the lake now and then."""
UNMAPPED_EACH_SECONDS = 60.0
_DONT_NEED = 4
"""The number of MADV_DONTNEED in Linux's mman.h."""

_small = False
_unmapped_at = -UNMAPPED_EACH_SECONDS


def stay_small() -> None:
    """Few heaps, and large blocks outside them. To be called before the first thread begins: glibc reckons its limit once."""
    global _small
    _small = True
    # Another C library than glibc has no such heaps and no such calls.
    with suppress(OSError, AttributeError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(_ARENA_MAX, HEAPS)
        set_option(_MMAP_THRESHOLD, OWN_PAGES_BYTES)


def is_small() -> bool:
    """Whether this process was told to stay small."""
    return _small


def give_back() -> None:
    """Hand free pages of the heaps back to the system, and now and then the code that is seldom run."""
    global _unmapped_at
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
        if time.monotonic() - _unmapped_at >= UNMAPPED_EACH_SECONDS:
            _unmapped_at = time.monotonic()
            unmap_code(SELDOM_RUN)


def unmap_code(libraries: tuple[str, ...]) -> None:
    """Unmap the pages of these libraries' code: they stay in the system's cache while there is room, and come back when called."""
    unmap = ctypes.CDLL(None).madvise
    for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
        span, rights, *_, name = line.split()
        # Code alone: what is not written to is the file's, byte for byte.
        if rights == "r-xp" and any(library in name for library in libraries):
            begin, end = (int(place, 16) for place in span.split("-"))
            unmap(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _DONT_NEED)


def set_aside() -> None:
    """Leave out of all further looks for garbage what lives as long as the server: while those run nobody is answered, and
    over everything that was loaded one takes a fifth of a second.
    """
    gc.collect()
    gc.freeze()
