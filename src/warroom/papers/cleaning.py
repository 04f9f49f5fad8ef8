"""A holder's receipt without what it tells of its maker: where a picture was taken, with which telephone, who wrote a file.

A picture keeps what is needed to show it (its pixels, colours, which way is up) and nothing else. A PDF keeps its places, since
a table at its end points at them: what tells of its maker is overwritten with spaces, also inside its packed parts, and what
would run when it is opened loses its name. Nothing here opens the file as more than bytes.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from warroom.errors import NotPossible

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MOST = 5 * 1024 * 1024
"""Bytes of a receipt: a telephone's picture has three or four million."""
UNPACKED = 20 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_SHOWN = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB"))
_UPRIGHT = 0x0112  # Exif's tag of which way is up
_MAKER = re.compile(
    rb"(/(?:Author|Creator|Producer|Title|Subject|Keywords|CreationDate|ModDate|Company|SourceModified)\s*)"
    rb"(\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*+\)){0,500}+\)|<[0-9A-Fa-f\s]{0,2000}+>)",
    re.DOTALL,
)
_XMP, _XMP_END = b"<x:xmpmeta", b"</x:xmpmeta>"
_RUNS = re.compile(rb"/(?:JavaScript|JS|OpenAction|AA|Launch|EmbeddedFiles?|RichMedia|SubmitForm|XFA)\b")
_STREAM = re.compile(rb"stream\r?\n")
_EXIF = re.compile(rb"\xff\xe1(..)(?=Exif\x00|http://ns\.adobe)", re.DOTALL)


def cleaned(content: bytes) -> tuple[str, bytes]:
    """The media type and what is kept; raises NotPossible for what is no JPEG, PNG or PDF, is broken or is locked."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return JPEG, _jpeg(content)
        if content.startswith(_PNG):
            return PNG, _PNG + b"".join(_chunks(content))
    except (struct.error, IndexError, ValueError):
        raise NotPossible("cases.receipt-unfit") from None
    if content.startswith(b"%PDF-"):
        return PDF, _pdf(content)
    raise NotPossible("cases.receipt-unfit")


def _chunks(content: bytes) -> Iterator[bytes]:
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + 12 + size]
        if len(chunk) != 12 + size:
            raise ValueError(kind)
        at += len(chunk)
        if kind in _SHOWN:
            yield chunk


def _jpeg(content: bytes) -> bytes:
    """The parts that show the picture, up to its end: what telephones append behind it is no part of it."""
    kept, at, upright = [b"\xff\xd8"], 2, b""
    while True:
        while content[at + 1] == 0xFF:  # a part may be preceded by any number of these
            at += 1
        kind = content[at + 1]
        if content[at] != 0xFF:
            raise ValueError(kind)
        if kind == 0xD9:
            return b"".join([kept[0], upright, *kept[1:], b"\xff\xd9"])
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        if kind == 0xDA:
            end = _scanned(content, end)
        part, at = content[at:end], end
        if kind == 0xE1 and part[4:10] == b"Exif\x00\x00":
            upright = upright or _turned(part[10:])
        if not _tells(kind, part):
            kept.append(part)


def _tells(kind: int, part: bytes) -> bool:
    """Whether a part tells of the picture's maker; colours, and how they are packed, do not."""
    colours = part[4:15] == b"ICC_PROFILE" or kind in (0xE0, 0xEE)
    return kind == 0xFE or (0xE0 <= kind <= 0xEF and not colours)


def _scanned(content: bytes, at: int) -> int:
    """Where the packed pixels end that begin here."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _turned(exif: bytes) -> bytes:
    """A part that says which way is up and nothing else; none where the picture stands upright."""
    order = ">" if exif[:2] == b"MM" else "<"
    first = int(struct.unpack_from(f"{order}I", exif, 4)[0])
    count = int(struct.unpack_from(f"{order}H", exif, first)[0])
    for place in range(min(count, 200)):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, first + 2 + 12 * place)
        if tag == _UPRIGHT and 2 <= value <= 8:
            said = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _UPRIGHT, 3, 1, value, 0, 0)
            return b"\xff\xe1" + struct.pack(">H", 8 + len(said)) + b"Exif\x00\x00" + said
    return b""


def _pdf(content: bytes) -> bytes:
    if b"/Encrypt" in content:
        raise NotPossible("cases.receipt-locked")
    made = bytearray(content)
    looked = 0
    for found in _STREAM.finditer(content):
        looked += _unpacked(content, made, found.end())
        # A file that unpacks to hundreds of times its size, or has its parts inside each other, is made to keep us busy.
        if looked > UNPACKED:
            raise NotPossible("cases.receipt-unfit")
    made = bytearray(_without(bytes(made)))
    for found in _EXIF.finditer(content):
        # Its length, which readers go by, stays.
        said = range(found.end(), min(found.start() + 2 + int.from_bytes(found[1]), len(made)))
        made[said.start : said.stop] = bytes(len(said))
    return bytes(made)


def _unpacked(content: bytes, made: bytearray, start: int) -> int:
    """Clean a packed part that lists objects or describes the file; it stays as long as it was. Returns the bytes looked at."""
    head = content[max(0, start - 400) : start].rpartition(b" obj")[2]
    if b"/FlateDecode" not in head or (b"/ObjStm" not in head and b"/Metadata" not in head):
        return 0
    end = content.find(b"endstream", start)
    if end < 0:
        raise NotPossible("cases.receipt-unfit")
    try:
        plain = zlib.decompressobj().decompress(content[start:end], UNPACKED)
    except zlib.error:
        return end - start
    packed = zlib.compress(_without(plain), 9)
    if len(packed) <= end - start:
        made[start:end] = packed + b"\x00" * (end - start - len(packed))
    elif plain != _without(plain):
        # What cannot be cleaned is not taken in as if it had been.
        raise NotPossible("cases.receipt-unfit")
    return end - start + len(plain)


def _without(plain: bytes) -> bytes:
    """The same without who made it and without what runs, at its length."""
    said = _MAKER.sub(lambda one: one[1] + one[2][:1] + b" " * (len(one[2]) - 2) + one[2][-1:], plain)
    return _RUNS.sub(lambda one: b"/" + b"x" * (len(one[0]) - 1), _undescribed(said))


def _undescribed(plain: bytes) -> bytes:
    """The same with spaces for its descriptions. Each place is looked at once: a pattern would look for the end of each beginning."""
    parts, at = [], 0
    while (start := plain.find(_XMP, at)) >= 0 and (end := plain.find(_XMP_END, start)) >= 0:
        parts += [plain[at:start], b" " * (end + len(_XMP_END) - start)]
        at = end + len(_XMP_END)
    return b"".join([*parts, plain[at:]])
