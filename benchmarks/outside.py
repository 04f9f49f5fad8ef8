"""Data of others that benchmarks read: in the folder WARROOM_SHARED, and in no copy of this repository."""

import sys
from pathlib import Path

from warroom import settings

LEFT_OUT = 2
"""What a benchmark ends with that lacks what it reads."""


def found(name: str) -> Path | None:
    """A file or folder of that folder; a sentence says where it is not there."""
    folder = settings.get_folder("WARROOM_SHARED")
    if (folder / name).exists():
        return folder / name
    print(
        f"Left out: {name} is not in {folder}; set WARROOM_SHARED to a folder that has it.", file=sys.stderr
    )
    return None


def outside(name: str) -> Path:
    """The same for a benchmark that is nothing without it: it ends there."""
    path = found(name)
    if path is None:
        raise SystemExit(LEFT_OUT)
    return path
