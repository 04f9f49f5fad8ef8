"""One decorator for the hot functions: compiled by numba at first call, kept on disk for the next process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile with numba; the function keeps its type and its name."""
    done: Function = njit(cache=True)(function)
    return done


def _drop_stale(folder: Path) -> None:
    """Remove code compiled before any source of this package changed.

    numba looks only at the file of the function itself, yet compiles the functions it calls into it.
    """
    newest = max(path.stat().st_mtime for path in folder.glob("*.py"))
    for path in (folder / "__pycache__").glob("*.nb[ic]"):
        try:
            if path.stat().st_mtime < newest:
                path.unlink()
        except OSError:
            continue


_drop_stale(Path(__file__).parent)
