"""Arrow without pandas: imported before anything makes an array.

At the first list that becomes an array, pyarrow looks whether pandas is installed, and loads it to see whether the list is
one of its own: 40 MB and half a second of every process, for rows that never pass through pandas here. It looks once; who
asks for a table as pandas (Spark's client does) is still given one.
"""

import sys

import pyarrow as pa


class _PandasBlocker:
    """An import hook that reports pandas as missing."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def _import_without_pandas() -> None:
    missing = _PandasBlocker()
    sys.meta_path.insert(0, missing)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(missing)


if "pandas" not in sys.modules:
    _import_without_pandas()
