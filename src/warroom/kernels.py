"""Functions that numba compiles, and the compiler loaded at the first of their calls.

The compiler takes 55 MB and a quarter of a second of every process that loads it. Most commands never call a compiled
function, and neither does a server whose lake is empty.
"""

import threading
from collections.abc import Callable
from functools import update_wrapper
from types import ModuleType
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])
_LOADING = threading.RLock()


def compile_kernel(**options: Any) -> Callable[[Function], Function]:
    """Compile with numba's `njit` and these options at the first call; the function keeps its type and its name."""

    def compile_function(function: Any) -> Any:
        from numba import njit

        return njit(**options)(function)

    def defer_function(function: Function) -> Function:
        return cast(Function, Deferred(function, compile_function))

    return defer_function


def make_intrinsic(function: Callable[..., Any]) -> Any:
    """numba's `make_intrinsic`: instructions of the compiler's own language, to be called by kernels alone."""

    def register_function(function: Any) -> Any:
        from numba.extending import intrinsic

        return intrinsic(function)

    return Deferred(function, register_function)


class Deferred:
    """What numba makes of a function, made when it is first wanted."""

    def __init__(self, function: Any, make: Callable[[Any], Any]) -> None:
        self._function, self._make = function, make
        self._made: Any = None
        update_wrapper(self, function)

    def __call__(self, *given: Any) -> Any:
        return self.get_compiled()(*given)

    def get_compiled(self) -> Any:
        """What numba knows, and so does everything that it calls."""
        # Whole before anybody else may call it: numba cannot compile a call to what is still to be made.
        with _LOADING:
            if self._made is None:
                self._made = self._make(self._function)
                _make_all(self._function.__globals__)
        return self._made


def _make_all(names: dict[str, Any]) -> None:
    """A kernel calls others by the names of its module and of modules named there: from now on these are what numba made."""
    modules = [vars(value) for value in names.values() if isinstance(value, ModuleType)]
    for known in (names, *modules):
        for name, value in [*known.items()]:
            if isinstance(value, Deferred):
                known[name] = value.get_compiled()
