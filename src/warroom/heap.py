"""The C library's heap of this process: how a server keeps it small, and how it hands back what nobody uses.

glibc gives each thread a heap of its own, up to eight for a core, and serves ever larger blocks from them once such blocks were freed.
What one heap has free serves no other, so that a server with a dozen threads holds a hundred megabytes that nobody uses.
"""

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""The numbers of these options in glibc's malloc.h."""
HEAPS = 2
OWN_PAGES_BYTES = 128 * 1024
"""From this size on a block has pages of its own, which go back when it is freed; glibc begins with this and raises it to 32 MiB."""

_small = False


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
    """Hand free pages of the heaps back to the system."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
