"""In which encoding a text file is written: declared, marked, or seen in its first bytes."""

import codecs
from itertools import pairwise

from warroom.errors import RecordsError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before UTF-16: its little-endian mark begins with the two bytes of that one's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7")
"""Encodings in which a newline is not the single byte 10."""

NO_TEXT = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
"""Python's codecs that are no encoding of a file's text."""

THAI = "cp874"
THAI_NAMES = ("cp874", "tis-620", "iso8859-11")
# Bytes that cp874 has no letter for: one of them says that a text is not Thai.
_UNDEFINED_THAI = frozenset(
    {*range(0x81, 0x85), *range(0x86, 0x91), *range(0x98, 0xA0), 0xDB, 0xDC, 0xDD, 0xDE, *range(0xFC, 0x100)}
)


def find_codec_name(name: str) -> str | None:
    """Python's name of a text encoding, also by the name Windows gives it; None for an unknown one."""
    for candidate in (name, name.lower().replace("windows-", "cp")):
        try:
            "".encode(candidate)  # a mere lookup would let base64 pass
        except (LookupError, UnicodeError):
            continue
        name = codecs.lookup(candidate).name
        return None if name in NO_TEXT else name
    return None


def detect_encoding(sample: bytes, declared: str | None, path: object) -> tuple[str, int]:
    """The encoding of a file from its first bytes, and the length of its byte order mark.

    Raises RecordsError where nothing fits; a declared encoding is believed.
    """
    for mark, name in MARKS:
        if sample.startswith(mark) and (declared is None or _is_same_encoding(declared, name)):
            return name, len(mark)
    if declared is not None:
        return _as_little_endian(declared), 0
    return _guess_encoding(sample, path), 0


def _is_same_encoding(declared: str, marked: str) -> bool:
    name = codecs.lookup(declared).name
    return marked.startswith(name) or name == "utf-8-sig"


def _as_little_endian(declared: str) -> str:
    """UTF-16 without a mark is little-endian in practice: Excel's 'Unicode text'."""
    name = codecs.lookup(declared).name
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(name, name)


def _guess_encoding(sample: bytes, path: object) -> str:
    # UTF-16 without a mark: where most text is ASCII, every second byte is 0, and which says the order.
    # A quarter of zero bytes: no one-byte encoding and no UTF-8 text has any.
    zeros = sample[:4096].count(0)
    if zeros > len(sample[:4096]) // 4:
        return "utf-16-le" if sample[1:4096:2].count(0) > sample[0:4096:2].count(0) else "utf-16-be"
    # Before Thai: most bytes of UTF-8 are letters in cp874 too, while Thai text is hardly ever valid UTF-8.
    if _is_mostly_utf8(sample):
        return "utf-8"
    high = {byte for byte in sample if byte >= 0x80}
    if not high & _UNDEFINED_THAI and _is_likely_thai(sample):
        return THAI
    # Imported late and asked last: it is slow, and rarely needed after the checks above.
    from charset_normalizer import from_bytes

    # 64 KiB tell as much as more, and its time grows with the size.
    best = from_bytes(sample[:65_536]).best()
    if best is None:
        raise RecordsError("records.encoding-untold", name=path)
    return codecs.lookup(best.encoding).name


def _is_likely_thai(sample: bytes) -> bool:
    """Thai letters come in runs; an accented letter of a western encoding stands alone."""
    high = sum(byte >= 0x80 for byte in sample)
    pairs = sum(a >= 0xA1 and b >= 0xA1 for a, b in pairwise(sample))
    # Half of the high bytes in pairs: Thai words have several letters in a row.
    return pairs * 2 > high


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether half of the lines that are not ASCII are valid UTF-8: the others are quarantined then."""
    lines = [line for line in sample.split(b"\n")[:-1] or [sample] if not line.isascii()]
    good = sum(is_utf8(line) for line in lines)
    return good * 2 >= len(lines)


def is_utf8(data: bytes) -> bool:
    """Whether some bytes are valid UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_pasted_utf8(line: bytes, encoding: str) -> bool:
    """Whether a line that claims to be in a one-byte encoding was pasted in as UTF-8.

    Two Thai letters of cp874 often look like one accented letter of UTF-8; three that look like one Thai
    letter are no word. In western encodings a line of valid UTF-8 is never an accident.
    """
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    return encoding not in THAI_NAMES or any(letter >= "\u0800" for letter in text)
