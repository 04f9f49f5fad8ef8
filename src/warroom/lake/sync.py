"""Getting bytes onto the disk: one sync for many files, and the sentence for a disk that is full."""

import ctypes
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from warroom.errors import LakeError
from warroom.files import make_draft_path

FEW = 24
"""Up to here files are synced one by one; above, the whole file system is synced once."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def translate_full_disk() -> Iterator[None]:
    """Turn a full disk into one sentence."""
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL:
            raise LakeError(
                "The disk that holds the lake is full; nothing was kept. Free some space and try again."
            ) from problem
        raise


def write_synced(path: Path, content: bytes) -> None:
    """A new file that is on the disk when this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def replace_unsynced(path: Path, content: bytes) -> None:
    """Put a file in place of another in one step, not waiting for the disk: for what can be derived."""
    draft = make_draft_path(path)
    draft.write_bytes(content)
    os.replace(draft, path)


def sync_path(path: Path) -> None:
    """The names in a folder are on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_paths(root: Path, files: list[Path], folders: Iterable[Path]) -> None:
    """Files and the names in folders are on the disk when this returns; all on the file system of `root`."""
    if len(files) <= FEW:
        for path in (*files, *folders):
            sync_path(path)
        return
    handle = os.open(root, os.O_RDONLY)
    try:
        # Python has no syncfs; without it (not Linux) `sync` waits for all file
        # systems, which is slower and as safe.
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None or syncfs(handle) != 0:
            os.sync()
    finally:
        os.close(handle)
