"""What a transfer looks like beside everything before it: numbers in time of its payer, its payee and the way between.

One implementation serves files and streams: rows are taken one after the other in their order, and no row sees a later
one, not within a batch either. It refuses to know a label, a person, or anything that was not known at the moment.
"""

from typing import TYPE_CHECKING, Any

from warroom.money.features.table import Feature, feature_names, features

if TYPE_CHECKING:
    from warroom.money.features.transfers import Reports, Transfers
    from warroom.money.features.window import Window

__all__ = ["Feature", "Reports", "Transfers", "Window", "feature_names", "features"]

_LATER = {
    "Reports": "warroom.money.features.transfers",
    "Transfers": "warroom.money.features.transfers",
    "Window": "warroom.money.features.window",
}


def __getattr__(name: str) -> Any:
    """What needs the compiled kernels is imported when first asked for."""
    if name not in _LATER:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
