"""One decorator for the hot functions: compiled by numba at first call, kept on disk for the next process."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile with numba; the function keeps its type and its name."""
    done: Function = njit(cache=True)(function)
    return done
