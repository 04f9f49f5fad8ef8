"""Files that appear whole or not at all."""

import os
import secrets
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Put a file in place at once (0600): draft, fsync, rename, fsync. The same bytes again change nothing, and two who
    write one name at once, in one program or in two, leave the file of one of them.
    """
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
    sync_path(path.parent)


def make_draft_path(path: Path) -> Path:
    """A hidden name beside a file that nobody else has."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.draft")


LONGEST_NAME = 200
"""Bytes of the name under which a file of others is put away: 255 may be, and a reason's ending and a draft take their part."""


def shorten_name(path: Path) -> tuple[str, str]:
    """A file's name in two parts, stem and suffix, cut at a letter's border where it is too long."""
    if len(os.fsencode(path.name)) <= LONGEST_NAME:
        return path.stem, path.suffix
    suffix = path.suffix if len(os.fsencode(path.suffix)) <= LONGEST_NAME // 4 else ""
    stem = os.fsencode(path.stem)[: LONGEST_NAME - len(os.fsencode(suffix))]
    return stem.decode("utf-8", "ignore"), suffix


def sync_path(path: Path) -> None:
    """What is in a file, or the names in a folder, are on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
