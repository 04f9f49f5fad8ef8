"""What a partner packed with gzip or Zstandard, as a stream of the bytes inside, and how far a file may swell."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from warroom.errors import RecordsError

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
SWELLS = 200
"""How many times its size a packed file may unpack to: records swell by 3 to 30, a bomb by a thousand and more."""
# Without this floor a file of some bytes could not unpack to even a few rows.
SMALL = 256 << 20
"""Bytes that anything may unpack to."""

FEW_MEMBERS, LEAST_MEMBER = 1_000, 512
"""A gzip file may have so many members, and one more for each so many bytes: programs that pack in blocks write 10,000 and
more bytes a member; a member of no bytes costs as much time as one of many.
"""
# Bytes of packed data a step: small, since each may unpack to a thousand times as much.
_CHUNK = 1 << 15
_GZIP_BITS = 31
"""zlib's sign for a gzip member with its header and its checksum."""
_LONGEST_END, _COUNTED_ELSEWHERE = 22 + 0xFFFF, 0xFFFF
"""Bytes that the end of a zip archive may take with its comment, and what it says where it has more files than it counts."""


class UnpackedStream:
    """The bytes of a file, unpacked where it is packed; `read` raises RecordsError for a torn file and for a bomb."""

    def __init__(self, raw: IO[bytes], plain: Any, name: str, size: int) -> None:
        self._raw, self._plain, self._name = raw, plain, name
        self._most = None if plain is raw else compute_unpack_limit(size)
        self._done = 0

    def read(self, size: int) -> bytes:
        """Up to so many bytes, fewer only at the end."""
        try:
            data: bytes = self._plain.read(size)
        except (EOFError, OSError, zlib.error) as problem:
            raise RecordsError("records.not-to-its-end", name=self._name, problem=problem) from None
        self._done += len(data)
        if self._most is not None and self._done > self._most:
            raise make_bomb_error(self._name)
        return data

    def count_packed_bytes_read(self) -> int:
        """Bytes of the packed file read so far: the unpacked size is not known in advance."""
        return self._raw.tell()


class _GzipMembers:
    """The bytes of a gzip file, of all its members one after another. Zeros behind the last are padding, as gzip has it."""

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self._raw, self._name = raw, name
        self._waiting, self._members = b"", 1
        self._member = zlib.decompressobj(_GZIP_BITS)

    def read(self, size: int) -> bytes:
        """Up to so many bytes, fewer only at the end; raises EOFError for a cut file, zlib.error for a torn one, RecordsError
        for one of more members than files of records have.
        """
        pieces, left = [], size
        while left and (piece := self._read_piece(left)):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _read_piece(self, most: int) -> bytes:
        """Some of the bytes that come next; none at the end."""
        while True:
            packed = self._waiting or self._raw.read(_CHUNK)
            if self._member.eof:
                if not packed:
                    return b""
                self._waiting = packed.lstrip(b"\0")
                if self._waiting:
                    self._begin_member()
                continue
            piece = self._member.decompress(packed, most)
            self._waiting = self._member.unconsumed_tail or self._member.unused_data
            if piece:
                return piece
            if not packed and not self._member.eof:
                raise EOFError("the file ends before its last member does")

    def _begin_member(self) -> None:
        self._members += 1
        if self._members > FEW_MEMBERS + self._raw.tell() // LEAST_MEMBER:
            raise RecordsError("records.gzip-members", name=self._name)
        self._member = zlib.decompressobj(_GZIP_BITS)


@contextmanager
def open_unpacked(path: Path, name: str) -> Iterator[UnpackedStream]:
    """A file as its bytes are inside; `name` is what people call it."""
    size = path.stat().st_size
    with path.open("rb") as raw:
        # By the content, not the name: partners' systems rename files.
        mark = raw.read(4)
        raw.seek(0)
        if mark[:2] == GZIP:
            yield UnpackedStream(raw, _GzipMembers(raw, name), name, size)
        elif mark == ZSTD:
            # Arrow's and not zstandard's own stream, which takes a file that is cut off for one that ends.
            with pa.CompressedInputStream(pa.PythonFile(raw, "r"), "zstd") as plain:
                yield UnpackedStream(raw, plain, name, size)
        else:
            yield UnpackedStream(raw, raw, name, size)


def read_first_bytes(path: Path, name: str, size: int = 4096) -> bytes:
    """The first bytes inside a file; raises RecordsError where it cannot be read."""
    try:
        with open_unpacked(path, name) as stream:
            return stream.read(size)
    except OSError as problem:
        raise RecordsError("records.file-unread", name=name, problem=problem.strerror) from None


def is_packed(path: Path) -> bool:
    """Whether a file is packed with gzip or Zstandard."""
    with path.open("rb") as raw:
        mark = raw.read(4)
    return mark[:2] == GZIP or mark == ZSTD


def is_listing_complete(archive: zipfile.ZipFile, path: Path) -> bool:
    """Whether a zip archive lists as many files as it says at its end: one damaged length in the list hides what follows."""
    with path.open("rb") as raw:
        raw.seek(max(0, path.stat().st_size - _LONGEST_END))
        end = raw.read()
    at = end.rfind(b"PK\5\6")
    # The number of entries in the end-of-central-directory record of the zip format.
    stated_count = int.from_bytes(end[at + 10 : at + 12], "little")
    return stated_count in (len(archive.infolist()), _COUNTED_ELSEWHERE)


def compute_unpack_limit(size: int, times: int = SWELLS, small: int = SMALL) -> int:
    """The most bytes that a packed file of this size may unpack to."""
    return max(small, times * size)


def make_bomb_error(name: str, times: int = SWELLS) -> RecordsError:
    """The error for a file that unpacks to more bytes than a file of records may."""
    return RecordsError("records.bomb", name=name, times=times)
