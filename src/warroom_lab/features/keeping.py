"""A window's memory as one file, so that a stream goes on where it stopped."""

import os
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from warroom.errors import FeaturesError
from warroom.files import draft_of, sync
from warroom_lab.features import columns, pairs, ways
from warroom_lab.features.memory import Memory
from warroom_lab.features.state import Habits
from warroom_lab.features.tiers import Told
from warroom_lab.features.window import Window

FORMAT = 2


def _shape() -> str:
    """A short name of what the arrays mean: the file's format and the features."""
    # A memory of other features would be read without an error and tell nonsense:
    # the names are part of its shape.
    return f"{FORMAT}:{sha256(' '.join(columns.names()).encode()).hexdigest()[:16]}"


def save(window: Window, path: Path) -> None:
    """Write a window's memory whole or not at all (0600); as large as `window.nbytes`."""
    draft = draft_of(path)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            np.savez(out, **_arrays(window))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def _arrays(window: Window) -> dict[str, Any]:
    """What a window remembers, by the names that `_window` reads; what was set aside and never written to is left out."""
    memory, accounts = window.memory, window.accounts
    return {
        "shape": np.array(_shape()),
        "start": np.array(-1 if window.start is None else window.start),
        "told_times": window.told.times,
        "told_accounts": window.told.accounts,
        **memory.used(accounts.count),
        "pairs_numbers": memory.pairs.numbers,
        "ways_numbers": memory.ways.numbers,
        "common": memory.habits.common,
        "keys": accounts.keys,
        "rows": accounts.rows,
        "count": np.array(accounts.count),
    }


def load(path: Path, threads: int = 1) -> Window:
    """The window that was saved. FeaturesError, in one sentence, for no such file or one of another version."""
    try:
        # Never pickles: a file that can run code is not read from a folder that others may write to.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["shape"]) != _shape():
                raise FeaturesError(
                    f"The memory {path} was kept by another version; remove it, and it is made again from the transfers."
                )
            return _window(kept, threads)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        raise FeaturesError(
            f"The memory {path} cannot be read; it is made again from the transfers."
        ) from None


def _window(kept: "np.lib.npyio.NpzFile", threads: int) -> Window:
    window = Window(threads)
    window.start = None if int(kept["start"]) == -1 else int(kept["start"])
    window.told = Told(kept["told_times"], kept["told_accounts"])
    window.memory = Memory(
        pairs.of(kept["pairs"], kept["latest"], kept["pairs_numbers"]),
        ways.of(kept["ways"], kept["into"], kept["out"], kept["ways_numbers"]),
        Habits(kept["fading"], kept["clocks"], kept["common"]),
    )
    accounts = window.accounts
    accounts.keys, accounts.rows, accounts.count = kept["keys"], kept["rows"], int(kept["count"])
    return window
