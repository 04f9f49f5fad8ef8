"""Memory of this process: keeping glibc's heaps small, and returning unused pages to the system.

glibc gives each thread an arena of its own, up to eight for a core, and serves ever larger blocks from them
once such blocks were freed. Free memory of one arena serves no other, so that a server with a dozen threads
holds a hundred unused megabytes.
"""

import ctypes
import gc
import re
import time
from contextlib import suppress
from pathlib import Path

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Numbers of the options M_MMAP_THRESHOLD and M_ARENA_MAX in glibc's malloc.h."""
# Arenas for all threads; chosen, not measured.
HEAPS = 2
OWN_PAGES_BYTES = 128 * 1024
"""From this size on a block has pages of its own, which go back when it is freed; glibc begins with this and raises it to 32 MiB."""

# Reading /proc/self/smaps takes milliseconds: once a minute costs nothing. Chosen, not measured.
UNMAPPED_EACH_SECONDS = 60.0
_DONT_NEED = 4
"""The number of MADV_DONTNEED in Linux's mman.h."""
_READ_OF_LIBRARIES = re.compile(
    rb"^([0-9a-f]+)-([0-9a-f]+) r-\S+ \S+ \S+ \S+ +/.*\.so\b.*\n(?:[A-Z].*\n)*?Anonymous: +0 kB$",
    re.MULTILINE,
)
"""A span of /proc/self/smaps that is a library's file, byte for byte: nothing may be written to it, and nothing was before it was
locked. Of libraries alone, since they stay until the process ends: where another file was, something else may be by now.
"""

_small = False
_unmapped_at = -UNMAPPED_EACH_SECONDS


def limit_heaps() -> None:
    """Limit the number of heaps, and allocate large blocks outside them. Call it before the first thread
    starts: glibc computes its limit once.
    """
    global _small
    _small = True
    # Another C library than glibc has no such heaps and no such calls.
    with suppress(OSError, AttributeError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(_ARENA_MAX, HEAPS)
        set_option(_MMAP_THRESHOLD, OWN_PAGES_BYTES)


def is_small() -> bool:
    """Whether `limit_heaps` was called in this process."""
    return _small


def release_memory() -> None:
    """Return free pages of the heaps to the system, and once a minute the pages of libraries."""
    global _unmapped_at
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
        if time.monotonic() - _unmapped_at >= UNMAPPED_EACH_SECONDS:
            _unmapped_at = time.monotonic()
            unmap_libraries()


def unmap_libraries() -> None:
    """Drop the libraries' code and constants from this process's memory: they stay in the system's cache
    while there is room, and are mapped again when touched. Most of a hundred megabytes was run once, as the
    compiler is for each kernel.
    """
    unmap = ctypes.CDLL(None).madvise
    for begin, end in _READ_OF_LIBRARIES.findall(Path("/proc/self/smaps").read_bytes()):
        first, size = int(begin, 16), int(end, 16) - int(begin, 16)
        unmap(ctypes.c_void_p(first), ctypes.c_size_t(size), _DONT_NEED)


def freeze_garbage() -> None:
    """Exclude what lives as long as the server from garbage collection: a full collection over everything
    loaded takes a fifth of a second, in which no request is answered.
    """
    # Garbage first: what is frozen is never collected.
    gc.collect()
    gc.freeze()
