"""Files that appear whole or not at all."""

import os
from pathlib import Path


def write(folder: Path, name: str, content: bytes) -> Path:
    """Put a file in place at once: draft, fsync, rename, fsync. The same bytes again change nothing."""
    path = folder / name
    if path.exists() and path.read_bytes() == content:
        return path
    draft = folder / f".{name}.{os.getpid()}.draft"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(folder)
    return path


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
