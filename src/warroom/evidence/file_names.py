"""Names as text, and what kind of file something is by its first bytes alone."""

import unicodedata

# Characters: the longest file name of common file systems (255 bytes in ext4, 255 UTF-16 units in NTFS).
LONGEST_NAME = 255
# Bytes; the longest pattern below ends at 262 (tar), the rest lets text be told from binary data.
SNIFFED = 512
# Unicode categories of characters that end lines, steer terminals, or reverse the direction of writing: a
# shown name must look like what it is.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
UNKNOWN = "application/octet-stream"
# Offset in the file, bytes found there, media type.
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)


def escape_name(name: str) -> str:
    r"""A name that is safe to show: hidden characters written out (`\u202e`), a backslash doubled, so nothing is lost.

    A longer name is cut and ends in an ellipsis; no name at all becomes `?`.
    """
    text = "".join(_escape_sign(sign) for sign in name)
    return (text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…") or "?"


def _escape_sign(sign: str) -> str:
    if sign == "\\":
        return "\\\\"
    if unicodedata.category(sign) in HIDDEN:
        return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
    return sign


def guess_media_type(start: bytes) -> str:
    """The media type by the first bytes (at most SNIFFED); a hint for people, nothing acts on it."""
    for offset, magic, media in MAGIC:
        if start[offset : offset + len(magic)] == magic:
            return media
    return _text_media(start)


def _text_media(start: bytes) -> str:
    try:
        text = start.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        if problem.end < len(start) - 3:  # more than a character cut in two at the end
            return UNKNOWN
        text = start[: problem.start].decode("utf-8-sig", "replace")
    if not text or "\x00" in text:
        return UNKNOWN
    head = text.lstrip().lower()
    if head.startswith(("<!doctype html", "<html")):
        return "text/html"
    if head.startswith(("<?xml", "<svg")):
        return "image/svg+xml" if "<svg" in head else "application/xml"
    return "text/plain"
