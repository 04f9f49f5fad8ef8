"""Follows reported money forward and proposes holds of exact amounts.

It refuses to hold anything itself, to name an account without an amount, and to look past `as_of`.
"""

from typing import TYPE_CHECKING, Any

from warroom.money.trail import Account, End, HoldProposal, Method, OnTrail, Step, Trail

if TYPE_CHECKING:
    from warroom.money.as_json import trail_json
    from warroom.money.index import Index
    from warroom.money.opening import open_index, open_source
    from warroom.money.tracing import trace

__all__ = [
    "Account",
    "End",
    "HoldProposal",
    "Index",
    "Method",
    "OnTrail",
    "Step",
    "Trail",
    "open_index",
    "open_source",
    "trace",
    "trail_json",
]

_LATER = {
    "Index": "warroom.money.index",
    "open_index": "warroom.money.opening",
    "open_source": "warroom.money.opening",
    "trace": "warroom.money.tracing",
    "trail_json": "warroom.money.as_json",
}


def __getattr__(name: str) -> Any:
    """What needs the compiled kernels is imported when first asked for: most commands never do."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
