"""Arrays in files that grow: what ten thousand new texts add to a million is written, and the million is left where it lies.

What is said of a text lies in files that are only ever added to; a table is written whole now and then, under a new number. How much of
all that counts says one small file, written last and put in its place at once: whoever reads meanwhile, or after a run that was killed,
reads what was kept before.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from warroom.files import make_draft_path

KEPT = "kept.npz"
Array = npt.NDArray[Any]


def build_array_path(folder: Path, name: str) -> Path:
    """Where an array lies."""
    return folder / f"{name}.bin"


def append_array(path: Path, array: Array, stood: int) -> None:
    """Add to a file what of an array comes after the `stood` that it has."""
    with path.open("r+b" if stood else "wb") as out:
        # What lies behind was left by a run that was killed.
        out.truncate(stood * array.itemsize)
        out.seek(0, 2)
        array[stood:].tofile(out)


def write_array(path: Path, array: Array) -> None:
    """Write a whole array where none lies that counts."""
    array.tofile(path)


def map_array(path: Path, like: Array, count: int | None = None) -> Array:
    """The first of a file, or all of it, mapped; what is written there is seen by this process alone."""
    return like[:0] if count == 0 else np.memmap(path, like.dtype, "c", shape=count)


def save_manifest(folder: Path, arrays: Mapping[str, Array]) -> None:
    """Put in place what says how much of the files counts."""
    draft = make_draft_path(folder / KEPT)
    try:
        with draft.open("wb") as out:
            np.savez(out, **arrays)  # type: ignore[arg-type]
        draft.replace(folder / KEPT)
    finally:
        draft.unlink(missing_ok=True)


def delete_old_tables(folder: Path, name: str, numbers: Collection[int]) -> None:
    """Take away the tables of a name but for those of these numbers."""
    kept = {build_array_path(folder, f"{name}-{number}") for number in numbers}
    for path in folder.glob(f"{name}-*.bin"):
        if path not in kept:
            path.unlink()
