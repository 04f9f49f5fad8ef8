"""LightGBM without the libraries that it imports for others.

Its wrappers for scikit-learn and pandas, which nothing here uses, take 70 MB and more than a second of every process that
explains one score: of a server for good, from its first morning on.
"""

import sys
from functools import cache
from typing import Any

WRAPPED = ("pandas", "sklearn")


@cache
def import_lightgbm() -> Any:
    """The module `lightgbm`, loaded as where none of `WRAPPED` is installed; what is loaded already stays."""
    absent = [name for name in WRAPPED if name not in sys.modules]
    for name in absent:
        # None in sys.modules makes the import raise ImportError, and LightGBM goes on without it.
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        import lightgbm
    finally:
        for name in absent:
            del sys.modules[name]
    return lightgbm
