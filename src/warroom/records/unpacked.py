"""What a partner packed with gzip or Zstandard, as a stream of the bytes inside, and how far a file may swell."""

import gzip
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
SMALL = 256 << 20
"""Bytes that anything may unpack to."""

_LONGEST_END, _COUNTED_ELSEWHERE = 22 + 0xFFFF, 0xFFFF
"""Bytes that the end of a zip archive may take with its comment, and what it says where it has more files than it counts."""


class Unpacked:
    """The bytes of a file, unpacked where it is packed; `read` raises RecordsError for a torn file and for a bomb."""

    def __init__(self, raw: IO[bytes], plain: Any, name: str, size: int) -> None:
        self._raw, self._plain, self._name = raw, plain, name
        self._most = None if plain is raw else swollen(size)
        self._done = 0

    def read(self, size: int) -> bytes:
        """Up to so many bytes, fewer only at the end."""
        try:
            data: bytes = self._plain.read(size)
        except (EOFError, OSError, zlib.error) as problem:
            raise RecordsError("records.not-to-its-end", name=self._name, problem=problem) from None
        self._done += len(data)
        if self._most is not None and self._done > self._most:
            raise bomb(self._name)
        return data

    def tell(self) -> int:
        """Bytes of the packed file done so far: how long the unpacked one will be, nobody knows."""
        return self._raw.tell()


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[Unpacked]:
    """A file as its bytes are inside; `name` is what people call it."""
    size = path.stat().st_size
    with path.open("rb") as raw:
        # By the content, not the name: partners' systems rename files.
        mark = raw.read(4)
        raw.seek(0)
        if mark[:2] == GZIP:
            with gzip.GzipFile(fileobj=raw) as plain:
                yield Unpacked(raw, plain, name, size)
        elif mark == ZSTD:
            # Arrow's and not zstandard's own stream, which takes a file that is cut off for one that ends.
            with pa.CompressedInputStream(pa.PythonFile(raw, "r"), "zstd") as plain:
                yield Unpacked(raw, plain, name, size)
        else:
            yield Unpacked(raw, raw, name, size)


def first_bytes(path: Path, name: str, size: int = 4096) -> bytes:
    """The first bytes inside a file; raises RecordsError where it cannot be read."""
    try:
        with unpacked(path, name) as stream:
            return stream.read(size)
    except OSError as problem:
        raise RecordsError("records.file-unread", name=name, problem=problem.strerror) from None


def is_packed(path: Path) -> bool:
    """Whether a file is packed with gzip or Zstandard."""
    with path.open("rb") as raw:
        mark = raw.read(4)
    return mark[:2] == GZIP or mark == ZSTD


def listed_whole(archive: zipfile.ZipFile, path: Path) -> bool:
    """Whether a zip archive lists as many files as it says at its end: one damaged length in the list hides what follows."""
    with path.open("rb") as raw:
        raw.seek(max(0, path.stat().st_size - _LONGEST_END))
        end = raw.read()
    at = end.rfind(b"PK\5\6")
    said = int.from_bytes(end[at + 10 : at + 12], "little")
    return said in (len(archive.infolist()), _COUNTED_ELSEWHERE)


def swollen(size: int, times: int = SWELLS, small: int = SMALL) -> int:
    """The most bytes that a packed file of this size may unpack to."""
    return max(small, times * size)


def bomb(name: str, times: int = SWELLS) -> RecordsError:
    """What is said of a file that unpacks to more than records do."""
    return RecordsError("records.bomb", name=name, times=times)
