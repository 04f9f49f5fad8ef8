"""The store of evidence files: each under its SHA-256, written once, private, and never opened as anything but bytes.

    evidence/files/.draft-*          being written; locked by its writer, swept once nobody holds it
    evidence/files/ab/abcd...        a whole file, 0600, under its SHA-256

A file counts only once it stands under its hash: it is hashed while it is written, flushed to disk and put in place
by rename. Memory is one block, whatever the size.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from warroom import settings
from warroom.errors import HomeError, NotPossible, TooLarge
from warroom.evidence.file_names import SNIFFED, guess_media_type
from warroom.home import Home

# Bytes read or written at a time: 1 MiB, the memory that one transfer takes. Chosen, not measured.
BLOCK = 1 << 20
MIB = 1 << 20
# Bytes that must stay free on the disk after a file has come in, so that the ledger can go on writing.
# Chosen, not measured.
SPARE = 256 * MIB
DRAFT = ".draft-"


def get_files_folder(home: Home) -> Path:
    """The folder of stored files."""
    return home.evidence / "files"


def get_file_path(home: Home, sha256: str) -> Path:
    """The path of the file with this hash, whether it exists or not."""
    return get_files_folder(home) / sha256[:2] / sha256


def get_size_limit() -> int:
    """The largest file that is accepted, in bytes (WARROOM_EVIDENCE_MAX_MB)."""
    return int(settings.get_number("WARROOM_EVIDENCE_MAX_MB") * MIB)


class EvidenceDraft:
    """A file that is coming in: write blocks, then `finish`; leaving the `with` block without `place_file` keeps nothing.

    `declared` is the announced size in bytes, or None. After `finish`, `sha256`, `size` and `media` are known.
    Raises TooLarge, NotPossible where fewer or more bytes came than announced, HomeError for a full disk.
    """

    def __init__(self, home: Home, declared: int | None = None) -> None:
        self.home, self.declared, self.most = home, declared, get_size_limit()
        self.size, self.sha256, self.media = 0, "", ""
        self._hash, self._start, self.placed = hashlib.sha256(), b"", False

    def __enter__(self) -> "EvidenceDraft":
        # Refused by the announced size, before a byte is written; the bytes that come are counted all the
        # same.
        self._refuse_long(self.declared or 0)
        place = get_files_folder(self.home)
        with _full_disk():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_full(place, self.declared or 0)
            # Swept here and not by a job: a room without uploads has no drafts.
            remove_stale_drafts(self.home)
            self.path, handle = _create_locked_draft(place)
        self._out = os.fdopen(handle, "wb", buffering=0)
        return self

    def write(self, block: bytes | memoryview) -> None:
        """Add bytes."""
        self.size += len(block)
        self._refuse_long(self.size)
        if len(self._start) < SNIFFED:
            self._start += bytes(block[: SNIFFED - len(self._start)])
        self._hash.update(block)
        with _full_disk():
            rest = memoryview(block)
            while rest:
                rest = rest[self._out.write(rest) :]

    def finish(self) -> None:
        """Check the length, flush to disk, and guess the media type from the first bytes."""
        if self.declared is not None and self.size != self.declared:
            raise NotPossible("evidence.length-differs", size=f"{self.size:,}", declared=f"{self.declared:,}")
        with _full_disk():
            # On the disk before it has a name: after a power cut the hash must not name half a file.
            os.fsync(self._out.fileno())
        self.sha256, self.media = self._hash.hexdigest(), guess_media_type(self._start)

    def place_file(self) -> None:
        """Rename the draft to its hash; an existing file with the same content is replaced by this copy."""
        goal = get_file_path(self.home, self.sha256)
        with _full_disk():
            goal.parent.mkdir(mode=0o700, exist_ok=True)
            # By rename: there is no moment at which a reader finds part of a file under its hash.
            self.path.replace(goal)
            # The folder holds the name; without this sync it may be lost in a power cut although the bytes
            # are there.
            _sync_folder(goal.parent)
            _sync_folder(get_files_folder(self.home))
        self.placed = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.placed:
            self.path.unlink(missing_ok=True)
        self._out.close()

    def _refuse_long(self, size: int) -> None:
        if size > self.most:
            raise TooLarge("evidence.file-too-large", most=f"{self.most // MIB:,}")


def _create_locked_draft(place: Path) -> tuple[Path, int]:
    """Create a draft and lock it; a sweep may delete it between the two, then another is created."""
    while True:
        handle, name = tempfile.mkstemp(prefix=DRAFT, dir=place)
        fcntl.flock(handle, fcntl.LOCK_EX)
        # No link left: a sweep deleted it before it was locked.
        if os.fstat(handle).st_nlink:
            return Path(name), handle
        os.close(handle)


def remove_stale_drafts(home: Home) -> int:
    """Remove drafts that a killed writer left behind; a draft that is being written is locked and stays."""
    gone = 0
    for path in get_files_folder(home).glob(f"{DRAFT}*"):
        try:
            with path.open("rb") as held:
                # The lock ends with its writer's process, which a time or a process id in the name would not.
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
                gone += 1
        except (FileNotFoundError, BlockingIOError):
            continue
    return gone


def iter_file_blocks(path: Path) -> Iterator[bytes]:
    """A file's bytes, a block at a time."""
    with path.open("rb") as source:
        yield from iter_blocks(source)


def iter_blocks(source: BinaryIO) -> Iterator[bytes]:
    """The rest of a stream, a block at a time."""
    while block := source.read(BLOCK):
        yield block


def hash_file(path: Path) -> str:
    """The SHA-256 (hexadecimal) of a file as it is on the disk now."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def remove_file(home: Home, sha256: str) -> None:
    """Remove a file from the store; a missing one is no error."""
    path = get_file_path(home, sha256)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _sync_folder(path.parent)


def _refuse_full(place: Path, size: int) -> None:
    free = shutil.disk_usage(place).free
    if free < size + SPARE:
        raise HomeError(
            "evidence.disk-too-small", left=f"{free // MIB:,}", needed=f"{(size + SPARE) // MIB:,}"
        )


@contextmanager
def _full_disk() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        # Full, over quota, or over the largest file: the officer can act on these, the other errors go to
        # the operator.
        if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise HomeError("evidence.disk-full") from problem
        raise HomeError("evidence.unwritten", why=problem.strerror) from problem


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
