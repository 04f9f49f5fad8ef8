"""The memory of this process: how a server keeps its C library's heap small, and how it hands back what nobody uses.

glibc gives each thread a heap of its own, up to eight for a core, and serves ever larger blocks from them once such blocks were freed.
What one heap has free serves no other, so that a server with a dozen threads holds a hundred megabytes that nobody uses.
"""

import ctypes
import gc
import re
import time
from contextlib import suppress
from pathlib import Path

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""The numbers of these options in glibc's malloc.h."""
HEAPS = 2
OWN_PAGES_BYTES = 128 * 1024
"""From this size on a block has pages of its own, which go back when it is freed; glibc begins with this and raises it to 32 MiB."""

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


def release_memory() -> None:
    """Hand free pages of the heaps back to the system, and now and then the pages of libraries."""
    global _unmapped_at
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
        if time.monotonic() - _unmapped_at >= UNMAPPED_EACH_SECONDS:
            _unmapped_at = time.monotonic()
            unmap_libraries()


def unmap_libraries() -> None:
    """Unmap the libraries' code and constants: they stay in the system's cache while there is room, and what is wanted comes back when it
    is touched. Most of a hundred megabytes was run once, as the compiler is for each kernel.
    """
    unmap = ctypes.CDLL(None).madvise
    for begin, end in _READ_OF_LIBRARIES.findall(Path("/proc/self/smaps").read_bytes()):
        first, size = int(begin, 16), int(end, 16) - int(begin, 16)
        unmap(ctypes.c_void_p(first), ctypes.c_size_t(size), _DONT_NEED)


def freeze_garbage() -> None:
    """Leave out of all further looks for garbage what lives as long as the server: while those run nobody is answered, and
    over everything that was loaded one takes a fifth of a second.
    """
    gc.collect()
    gc.freeze()
