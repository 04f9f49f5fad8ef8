"""Writing files atomically."""

import os
import secrets
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file atomically (mode 0600): draft, fsync, rename, fsync. The same bytes again change nothing;
    of two writers of one name at once, in one process or two, one file stays.
    """
    # Saves two fsyncs where nothing changed, as for a public page written each turn.
    if path.exists() and path.read_bytes() == content:
        return
    draft = make_draft_path(path)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    # The folder too: without it the new name may be lost in a power cut.
    sync_path(path.parent)


def make_draft_path(path: Path) -> Path:
    """A unique hidden name in a file's folder."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.draft")


LONGEST_NAME = 200
"""Bytes of a stored file's name: file systems allow 255, and a suffix and a draft's name need room."""


def shorten_name(path: Path) -> tuple[str, str]:
    """A file's name in two parts, stem and suffix, cut at a letter's border where it is too long."""
    if len(os.fsencode(path.name)) <= LONGEST_NAME:
        return path.stem, path.suffix
    suffix = path.suffix if len(os.fsencode(path.suffix)) <= LONGEST_NAME // 4 else ""
    stem = os.fsencode(path.stem)[: LONGEST_NAME - len(os.fsencode(suffix))]
    return stem.decode("utf-8", "ignore"), suffix


def sync_path(path: Path) -> None:
    """Flush a file, or a folder's entries, to disk (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
