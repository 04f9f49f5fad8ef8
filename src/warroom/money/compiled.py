"""One decorator for the hot functions: compiled by numba at first call, kept on disk for the next process."""

from pathlib import Path

from warroom.kernels import Function, compile_kernel


def compile_cached_kernel(function: Function) -> Function:
    """Compile with numba; the function keeps its type and its name."""
    return compile_kernel(cache=True)(function)


_FAST = {"contract", "reassoc", "arcp", "nsz", "afn"}
"""Liberties with floating point that keep NaN what it is. The same code gives the same numbers every time."""


def compile_parallel_kernel(function: Function) -> Function:
    """As `compile_cached_kernel`, for floating-point kernels that release the interpreter's lock for other
    threads.
    """
    # Without `nnan` and `ninf`: NaN says 'not known' in every feature, and a compiler that may assume there
    # is none removes the tests for it.
    return compile_kernel(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")(function)


def _drop_stale(folder: Path) -> None:
    """Remove code compiled before any source of this package or one inside it changed, or the hashes of the lake.

    numba looks only at the file of the function itself, yet compiles the functions it calls into it.
    """
    sources = (*folder.rglob("*.py"), folder.parent / "lake" / "hashing.py")
    newest = max(path.stat().st_mtime for path in sources)
    for path in folder.rglob("__pycache__/*.nb[ic]"):
        try:
            if path.stat().st_mtime < newest:
                path.unlink()
        except OSError:
            continue


_drop_stale(Path(__file__).parent)
