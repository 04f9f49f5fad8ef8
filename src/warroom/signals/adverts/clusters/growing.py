"""Arrays in append-only files: ten thousand new texts are appended to a million without rewriting the million.

Data of texts is only ever appended; a hash table is now and then written whole, under a new number. A small
manifest says how much of the files counts. It is written last and replaced atomically: a reader meanwhile, or
after a run that was killed, sees the state before.
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
    """The file of an array."""
    return folder / f"{name}.bin"


def append_array(path: Path, array: Array, stood: int) -> None:
    """Append to a file the part of an array after the first `stood` elements, which it has already."""
    with path.open("r+b" if stood else "wb") as out:
        # Anything after it was left by a run that was killed.
        out.truncate(stood * array.itemsize)
        out.seek(0, 2)
        array[stood:].tofile(out)


def write_array(path: Path, array: Array) -> None:
    """Write a whole array to a file that no manifest counts."""
    array.tofile(path)


def map_array(path: Path, like: Array, count: int | None = None) -> Array:
    """The first `count` elements of a file (all without), memory-mapped copy-on-write: changes stay in this
    process.
    """
    return like[:0] if count == 0 else np.memmap(path, like.dtype, "c", shape=count)


def save_manifest(folder: Path, arrays: Mapping[str, Array]) -> None:
    """Replace the manifest, atomically."""
    draft = make_draft_path(folder / KEPT)
    try:
        with draft.open("wb") as out:
            np.savez(out, **arrays)  # type: ignore[arg-type]
        draft.replace(folder / KEPT)
    finally:
        draft.unlink(missing_ok=True)


def delete_old_tables(folder: Path, name: str, numbers: Collection[int]) -> None:
    """Delete the tables of a name except those with these numbers."""
    kept = {build_array_path(folder, f"{name}-{number}") for number in numbers}
    for path in folder.glob(f"{name}-*.bin"):
        if path not in kept:
            path.unlink()
