"""Functions compiled by numba, with the compiler loaded at the first call of one of them.

The compiler takes 55 MB and a quarter of a second of every process that loads it. Most commands never call a compiled
function, and neither does a server whose lake is empty.
"""

import threading
from collections.abc import Callable
from functools import update_wrapper
from types import ModuleType
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])
# Reentrant: compiling a kernel compiles the kernels that it calls.
_LOADING = threading.RLock()


def compile_kernel(**options: Any) -> Callable[[Function], Function]:
    """A decorator: compile with numba's `njit` and these options at the first call; type and name stay the
    same.
    """

    def compile_function(function: Any) -> Any:
        from numba import njit

        return njit(**options)(function)

    def defer_function(function: Function) -> Function:
        return cast(Function, Deferred(function, compile_function))

    return defer_function


def make_intrinsic(function: Callable[..., Any]) -> Any:
    """numba's `intrinsic`, deferred: instructions in the compiler's own language, callable from kernels only."""

    def register_function(function: Any) -> Any:
        from numba.extending import intrinsic

        return intrinsic(function)

    return Deferred(function, register_function)


class Deferred:
    """A function that numba compiles when it is first needed."""

    def __init__(self, function: Any, make: Callable[[Any], Any]) -> None:
        self._function, self._make = function, make
        self._made: Any = None
        update_wrapper(self, function)

    def __call__(self, *given: Any) -> Any:
        return self.get_compiled()(*given)

    def get_compiled(self) -> Any:
        """The compiled function, with everything that it calls compiled too."""
        # Under the lock until everything is compiled: numba cannot compile a call to a deferred function.
        with _LOADING:
            if self._made is None:
                self._made = self._make(self._function)
                # After its own compilation: then its module's other kernels and those it imports.
                _make_all(self._function.__globals__)
        return self._made


def _make_all(names: dict[str, Any]) -> None:
    """Replace deferred functions in a module's names, and in those of modules named there, by compiled ones."""
    modules = [vars(value) for value in names.values() if isinstance(value, ModuleType)]
    for known in (names, *modules):
        for name, value in [*known.items()]:
            if isinstance(value, Deferred):
                known[name] = value.get_compiled()
