"""Removing metadata from a stranger's file: where a picture was taken, with which telephone, who wrote a
document.

Of a picture only the parts with its pixels and its orientation are kept (an allow list), so that colour
profiles with their texts go too. A PDF is rendered page by page into a new one (`pdf_pages`), by a process
with little memory and little time. The work is bounded for each file: parts are counted, each byte is read
once, and a picture that declares more pixels than `MOST_PIXELS` is refused before it is decoded.
"""

import re
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator

from warroom.errors import NotPossible
from warroom.papers import pdf_pages

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MOST = 5 * 1024 * 1024
"""Bytes of a file (5 MiB): a telephone's picture has three or four million."""
MOST_PIXELS = 64_000_000
"""Pixels: a telephone's picture has twelve million, some fifty; a tiny file may declare a billion."""
LONGEST_SIDE = 30_000
"""Pixels: a picture of a long conversation is narrow and high."""
MOST_PARTS, MOST_SCANS, MOST_CHUNKS = 2_000, 100, 20_000
"""Parts of a JPEG, its scans, and chunks of a PNG. Cameras write fifty parts, progressive encoders ten scans."""
WALL_SECONDS = 20
"""Seconds to wait for a PDF: on a loaded machine its six seconds of processor time take longer."""
_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNKS = {
    b"IHDR": range(13, 14),
    b"PLTE": range(3, 769),
    b"IDAT": range(1 << 31),
    b"IEND": range(1),
    b"tRNS": range(1, 257),
    b"gAMA": range(4, 5),
    b"cHRM": range(32, 33),
    b"sRGB": range(1, 2),
}
"""PNG chunks that are kept, with the lengths that each may have: a longer one carries something else."""
# Markers of a JPEG's frame header (SOF); the three others in the range are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SHOWN = _FRAMES | {0xC4, 0xCC, 0xDA, 0xDB, 0xDD}
"""Markers of JPEG parts that are kept: frames, scans and their tables."""
# A JFIF header without a thumbnail.
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_UPRIGHT = 0x0112  # Exif's tag of which way is up
_MARK = re.compile(rb"\xff++(.)", re.DOTALL)
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_WHY = {"locked": "cases.receipt-locked", "unfit": "cases.receipt-unfit", "pages": "cases.receipt-undrawn"}
_DRAWING = threading.BoundedSemaphore(2)
"""PDFs rendered at once: each may take 512 MiB."""


def clean_file(content: bytes) -> tuple[str, bytes]:
    """The media type and what is kept; raises NotPossible for what is no JPEG, PNG or PDF, is broken or locked, or has too many
    pixels or pages.
    """
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return JPEG, _clean_jpeg(content)
        if content.startswith(_PNG):
            return PNG, _PNG + b"".join(_iter_png_chunks(content))
    except (struct.error, IndexError, ValueError):
        raise NotPossible("cases.receipt-unfit") from None
    if content.startswith(b"%PDF-"):
        return PDF, _redraw_pdf(content)
    raise NotPossible("cases.receipt-unfit")


def may_be_shown(media: str, content: bytes) -> bool:
    """Whether a page may show it: a picture within the limits. One that was accepted before there were limits
    is offered as a download instead.
    """
    try:
        width, height = _size_of_jpeg(content) if media == JPEG else struct.unpack_from(">II", content, 16)
        _check_size(width, height)
    except (struct.error, IndexError, ValueError, NotPossible):
        return False
    return media != PDF


def count_pixels(media: str, content: bytes) -> int:
    """Width times height that a cleaned picture declares; 0 where it declares none."""
    try:
        width, height = _size_of_jpeg(content) if media == JPEG else struct.unpack_from(">II", content, 16)
    except (struct.error, IndexError, ValueError):
        return 0
    return int(width * height)


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise ValueError(width, height)
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise NotPossible("cases.receipt-too-many-pixels", most=MOST_PIXELS // 1_000_000)


def _iter_png_chunks(content: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    for place in range(MOST_CHUNKS):
        size, kind = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + 12 + size]
        if len(chunk) != 12 + size or (place == 0) != (kind == b"IHDR"):
            raise ValueError(kind)
        if place == 0:
            _check_size(*struct.unpack_from(">II", chunk, 8))
        at += len(chunk)
        if kind in _CHUNKS:
            if size not in _CHUNKS[kind]:
                raise ValueError(kind)
            yield chunk
        # What follows the end is not part of the picture.
        if kind == b"IEND":
            return
    raise ValueError(MOST_CHUNKS)


def _clean_jpeg(content: bytes) -> bytes:
    """The JPEG's kept parts up to the end marker: what telephones append after it is dropped."""
    kept: list[bytes] = []
    head: dict[int, bytes] = {}
    upright = b""
    for kind, part in _parts_of(content):
        if kind in _SHOWN:
            kept.append(part)
        elif kind == 0xE0 and part[4:9] == b"JFIF\x00":
            head[kind] = _JFIF
        elif kind == 0xEE and part[4:9] == b"Adobe":
            # Which colours are packed; the rest of it is versions.
            head[kind] = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + part[15:16]
        elif kind == 0xE1 and part[4:10] == b"Exif\x00\x00":
            upright = upright or _build_orientation(part[10:])
    return b"".join([b"\xff\xd8", *head.values(), upright, *kept, b"\xff\xd9"])


def _parts_of(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each part with its marker, scan data with the scan's header. Raises ValueError, IndexError or
    struct.error for a broken file or one of too many parts, NotPossible for too many pixels.
    """
    at, frames, scans = 2, 0, 0
    for _ in range(MOST_PARTS):
        mark = _MARK.match(content, at)
        if mark is None:
            raise ValueError(at)
        kind, at = mark[1][0], mark.end() - 2
        if kind == 0xD9:
            return
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            _check_size(width, height)
        if kind == 0xDA:
            end = _find_scan_end(content, end)
        frames, scans = frames + (kind in _FRAMES), scans + (kind == 0xDA)
        # More frames are other pictures in the file; many scans make decoding slow.
        if frames > 1 or scans > MOST_SCANS:
            raise ValueError(frames, scans)
        yield kind, content[at:end]
        at = end
    raise ValueError(MOST_PARTS)


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    for kind, part in _parts_of(content):
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", part, 5)
            return width, height
    raise ValueError("no frame")


def _find_scan_end(content: bytes, at: int) -> int:
    """Where the packed pixels end that begin here."""
    end = _SCAN_END.search(content, at)
    if end is None:
        raise ValueError(at)
    return end.start()


def _build_orientation(exif: bytes) -> bytes:
    """An Exif part with the orientation only; empty for an upright picture or broken Exif."""
    try:
        value = _read_turn(exif)
    except struct.error:
        value = 1
    if not 2 <= value <= 8:
        return b""
    tiff_part = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _UPRIGHT, 3, 1, value, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 8 + len(tiff_part)) + b"Exif\x00\x00" + tiff_part


def _read_turn(exif: bytes) -> int:
    """The Exif orientation, 1 to 8; 1 where there is none."""
    order = ">" if exif[:2] == b"MM" else "<"
    first = int(struct.unpack_from(f"{order}I", exif, 4)[0])
    count = int(struct.unpack_from(f"{order}H", exif, first)[0])
    # Entries of an Exif directory: real ones have some dozens.
    for place in range(min(count, 200)):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, first + 2 + 12 * place)
        if tag == _UPRIGHT:
            return int(value)
    return 1


def _redraw_pdf(content: bytes) -> bytes:
    """The pages of a PDF as a new one."""
    # A process of its own: PDFium is C++ and reads hostile input. -I ignores the environment's paths.
    asked = [sys.executable, "-I", "-m", pdf_pages.__name__]
    with _DRAWING:
        try:
            done = subprocess.run(
                asked, input=content, capture_output=True, timeout=WALL_SECONDS, env={}, cwd="/", check=False
            )
        except subprocess.TimeoutExpired:
            raise NotPossible("cases.receipt-undrawn") from None
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-"):
        return done.stdout
    why = done.stderr.decode("utf-8", "replace")
    raise NotPossible(_WHY.get(why if done.returncode == pdf_pages.REFUSED else "", "cases.receipt-undrawn"))
