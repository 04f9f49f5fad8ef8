"""What is in a file as it was sent: itself, or the files of a zip archive, each a file of its own."""

import errno
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from warroom.errors import RecordsError
from warroom.records.unpacked import (
    compute_unpack_limit,
    is_listing_complete,
    is_packed,
    make_bomb_error,
    open_unpacked,
    read_first_bytes,
)

ZIP, EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
SEEKING = (b"PAR1", ZIP, b"\xd0\xcf\x11\xe0")
"""How formats begin that are not read from front to back: Parquet and workbooks."""
# Files in one archive, chosen: far more than a delivery has, far fewer than a bomb of empty entries.
MOST_FILES = 1_000
# Bytes read at a time; bounds the memory that unpacking takes.
CHUNK = 1 << 20
# What macOS and Windows put into archives beside the files themselves.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
# Bits of the zip format's general flags: encrypted, and names in UTF-8.
_LOCKED, _UTF8 = 0x1, 0x800


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to be read: its path, the name people know it by, and its name in the archive it came in (else
    empty).
    """

    path: Path
    name: str
    member: str = ""


def iter_files(path: Path, name: str, folder: Path) -> Iterator[InputFile]:
    """The files in a file, one after another. What has to be unpacked is in `folder` until the next is asked
    for.

    Raises RecordsError for an archive that is encrypted, damaged, a bomb, or holds another archive.
    """
    head = read_first_bytes(path, name)
    if head.startswith((ZIP, EMPTY_ZIP)) and not is_packed(path) and not is_document(path):
        yield from _iter_members(path, name, folder)
        return
    with _unpack_for_reader(InputFile(path, name), folder) as part:
        yield part


def measure_unpacked(path: Path, name: str, most: int) -> tuple[int, int]:
    """How many files are in a file, and the bytes that they unpack to, counted no further than just over `most`.

    Raises RecordsError for what cannot be unpacked; of a torn archive its reader says what is wrong.
    """
    if is_packed(path):
        done = 0
        with open_unpacked(path, name) as stream:
            while done <= most and (chunk := stream.read(CHUNK)):
                done += len(chunk)
        return 1, done
    if not read_first_bytes(path, name).startswith(ZIP):
        return 1, path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return 1, 0
    own = [info for info in infos if not _is_folder(info) and not _is_litter(info.filename)]
    return 1 if is_document(path) else len(own), sum(info.file_size for info in infos)


def is_document(path: Path) -> bool:
    """Whether a zip is a workbook or another office document, or too torn to tell."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


@contextmanager
def _unpack_for_reader(part: InputFile, folder: Path) -> Iterator[InputFile]:
    """A part that its reader can open: unpacked to the disk where the format needs it."""
    if not is_packed(part.path) or not read_first_bytes(part.path, part.name).startswith(SEEKING):
        yield part
        return
    inner = folder / "inner"
    try:
        with open_unpacked(part.path, part.name) as stream, inner.open("wb") as out:
            while chunk := stream.read(CHUNK):
                out.write(chunk)
        if _is_zip(inner) and not is_document(inner):
            raise _make_nested_error(part.name)
        yield replace(part, path=inner)
    finally:
        inner.unlink(missing_ok=True)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (ZIP, EMPTY_ZIP)


def _iter_members(path: Path, name: str, folder: Path) -> Iterator[InputFile]:
    with zipfile.ZipFile(path) as archive:
        infos = [
            info for info in archive.infolist() if not _is_folder(info) and not _is_litter(info.filename)
        ]
        if not is_listing_complete(archive, path):
            raise RecordsError("records.zip-fewer", name=name)
        _check_members(infos, path, name)
        # One budget for all members together: each alone might stay within its own limit.
        left, seen = compute_unpack_limit(path.stat().st_size), dict[str, int]()
        for info in infos:
            member = _decode_member_name(info)
            seen[member] = seen.get(member, 0) + 1
            # A zip may hold a name twice; the quarantine has to say which of the two a row is from.
            member += f" ({seen[member]})" if seen[member] > 1 else ""
            # Always the same name on disk: names inside an archive may contain `..` or be no names at all.
            part = InputFile(folder / "member", f"{name}, {member}", member)
            try:
                left -= _unpack_member(archive, info, part, left, name)
                if _is_zip(part.path) and not is_document(part.path):
                    raise _make_nested_error(part.name)
                left -= _count_packed_bytes(part, left)
                with _unpack_for_reader(part, folder) as ready:
                    yield ready
            finally:
                part.path.unlink(missing_ok=True)


def _count_packed_bytes(part: InputFile, most: int) -> int:
    """The bytes that a packed file of an archive unpacks to, 0 for one that is not packed; raises RecordsError above `most`.

    Each by itself may be within its bounds while a thousand of them are a bomb.
    """
    if not is_packed(part.path):
        return 0
    done = measure_unpacked(part.path, part.name, most)[1]
    if done > most:
        raise make_bomb_error(part.name)
    return done


def _check_members(infos: list[zipfile.ZipInfo], path: Path, name: str) -> None:
    if not infos:
        raise RecordsError("records.zip-empty", name=name)
    if len(infos) > MOST_FILES:
        raise RecordsError("records.zip-many", name=name, count=f"{len(infos):,}", most=f"{MOST_FILES:,}")
    if any(info.flag_bits & _LOCKED for info in infos):
        raise RecordsError("records.zip-locked", name=name)
    # The declared size first: such a bomb costs no disk. One with a false size is stopped while it is unpacked.
    if sum(info.file_size for info in infos) > compute_unpack_limit(path.stat().st_size):
        raise make_bomb_error(name)


def _unpack_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, part: InputFile, most: int, name: str
) -> int:
    """Unpack a file of an archive; the bytes it has."""
    done = 0
    try:
        with archive.open(info) as packed, part.path.open("wb") as out:
            while chunk := packed.read(CHUNK):
                done += out.write(chunk)
                if done > most:
                    raise make_bomb_error(name)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as problem:
        raise RecordsError("records.unpacking-failed", name=part.name, problem=problem) from None
    except OSError as problem:
        # A place before the file's beginning or a packing that it is not in, which a torn list of contents gives; a full
        # disk is another matter.
        if problem.errno not in (None, errno.EINVAL):
            raise
        raise RecordsError("records.zip-list-damaged", name=part.name) from None
    except (NotImplementedError, RuntimeError):
        raise RecordsError("records.packed-otherwise", name=part.name) from None
    return done


def _decode_member_name(info: zipfile.ZipInfo) -> str:
    """A file's name in an archive, for people alone: no file is ever written under it."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        # Windows of Thailand writes its own letters and no sign which they are; Python takes them for those of DOS.
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "cp874"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return "".join(letter if letter.isprintable() else "?" for letter in name)[-200:]


def _is_folder(info: zipfile.ZipInfo) -> bool:
    """Whether it is one by its name, which a damaged list may leave empty, and has nothing in it."""
    return info.filename.endswith("/") and not info.file_size


def _is_litter(name: str) -> bool:
    return any(name.startswith(each) or name.rpartition("/")[2] == each for each in _LITTER)


def _make_nested_error(name: str) -> RecordsError:
    return RecordsError("records.archive-in-archive", name=name)
