"""A file of messages as its header and its entries, cut at the entries' tags.

Cutting before parsing keeps memory bounded, and a file that is not well-formed loses only the fragment that
is not: what lies between two cuts is an entry, white space, a header, or set aside.
"""

import codecs
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from warroom import settings
from warroom.errors import RecordsError
from warroom.records.encodings import MARKS, find_codec_name
from warroom.records.unpacked import UnpackedStream, open_unpacked

# Bytes read at a time, chosen: large enough that cutting costs little, and small compared with the parsed
# entries.
CHUNK = 4 << 20
BEGINNING = 256 << 10
"""Bytes in which a message must have begun."""
_OPENING = re.compile(rb"<(/?)((?:[A-Za-z_][\w.-]*:)?)$")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_OPEN_HIDDEN = re.compile(rb"<!--|<!\[CDATA\[")


@dataclass(frozen=True, slots=True)
class XmlPiece:
    """A part of the file: `kind` is head, entry, gap (between entries) or broken; `line` is its first."""

    kind: str
    data: bytes
    line: int


class XmlPieces:
    """The pieces of a file in their order, in UTF-8."""

    def __init__(self, path: Path, name: str, *entries: str) -> None:
        self._path, self._name = path, name
        self._tag = re.compile(rb"(?:%s)(?=[\s>/])" % "|".join(entries).encode())
        self.size_bytes = path.stat().st_size
        self._position = 0
        # The limit of a line applies to an entry: both bound the memory that one record may take.
        self._limit = int(settings.get_number("WARROOM_MAX_LINE_MB") * (1 << 20))

    def count_bytes_read(self) -> int:
        """Bytes of the file read so far."""
        return self._position

    def __iter__(self) -> Generator[XmlPiece]:
        """First the head, up to the first entry; raises RecordsError for a document type definition."""
        with open_unpacked(self._path, self._name) as file:
            self._line = 1
            yield from self._iter_pieces(self._iter_chunks(file))

    def _iter_pieces(self, chunks: Iterator[bytes]) -> Iterator[XmlPiece]:
        buffer, first, done = b"", True, False
        while not done:
            chunk = next(chunks, b"")
            done = not chunk
            buffer += chunk
            # Up to the first entry only: after it a document type definition is
            # no longer allowed by XML itself.
            if first:
                check_no_doctype(buffer, self._name)
            used = 0
            for kind, start, end in self._iter_cuts(buffer, last=done):
                self._line += buffer.count(b"\n", used, start)
                yield self._make_piece("head" if first and kind == "gap" else kind, buffer[start:end])
                first, used = False, end
            buffer = buffer[used:]
            # An entry that never ends: it is set aside and the file read on from the next entry's tag.
            if len(buffer) > self._limit:
                yield self._make_piece("head" if first else "broken", buffer)
                buffer, first = self._skip_to_next_entry(chunks), False
        if buffer:
            yield self._make_piece("head" if first else "gap", buffer)

    def _skip_to_next_entry(self, chunks: Iterator[bytes]) -> bytes:
        """What is left of the file from the next entry's first tag, after an entry that is too long."""
        kept = b""
        for chunk in chunks:
            buffer = kept + chunk
            start = next(
                (
                    start
                    for start, _, closing in _iter_tags(self._tag, buffer, [], len(buffer))
                    if not closing
                ),
                -1,
            )
            # A tag may be cut in two by the end of the chunk: its first part is kept.
            cut = start if start >= 0 else max(0, len(buffer) - 4096)
            self._line += buffer.count(b"\n", 0, cut)
            kept = buffer[cut:]
            if start >= 0:
                return kept
        return b""

    def _make_piece(self, kind: str, data: bytes) -> XmlPiece:
        piece = XmlPiece(kind, data, self._line)
        self._line += data.count(b"\n")
        return piece

    def _iter_cuts(self, buffer: bytes, *, last: bool) -> Iterator[tuple[str, int, int]]:
        """Cuts up to the last tag that is whole; what follows waits for more of the file."""
        hidden, stop = _find_hidden_spans(buffer, last=last)
        at, opened = 0, -1
        for start, end, closing in _iter_tags(self._tag, buffer, hidden, stop):
            if closing and opened >= 0:
                yield "entry", opened, end
                at, opened = end, -1
            elif closing:
                yield "broken", at, end
                at = end
            else:
                if opened >= 0:
                    yield "broken", opened, start
                elif start > at and not buffer[at:start].isspace():
                    yield "gap", at, start
                at, opened = start, start
        if last and opened >= 0:
            yield "broken", opened, len(buffer)

    def _iter_chunks(self, file: UnpackedStream) -> Iterator[bytes]:
        head = file.read(CHUNK)
        encoding, head = _detect_encoding(head)
        if encoding == "utf-8":
            yield head
            while chunk := self._read_chunk(file):
                yield chunk
            return
        # One bad byte costs its entry, which fails the schema, and not the file.
        decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
        yield _DECLARATION.sub(b"", decoder.decode(head).encode(), count=1)
        while chunk := self._read_chunk(file):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", True).encode()

    def _read_chunk(self, file: UnpackedStream) -> bytes:
        data = file.read(CHUNK)
        self._position = file.count_packed_bytes_read()
        return data


def read_beginning(path: Path, name: str) -> bytes:
    """The first bytes of a file in UTF-8; raises RecordsError for a document type definition among them."""
    with open_unpacked(path, name) as file:
        encoding, head = _detect_encoding(file.read(BEGINNING))
    if encoding != "utf-8":
        head = _DECLARATION.sub(b"", head.decode(encoding, "replace").encode(), count=1)
    check_no_doctype(head, name)
    return head


def check_no_doctype(buffer: bytes, name: str) -> None:
    """Raise RecordsError where a document type definition begins."""
    if b"<!DOCTYPE" in buffer or b"<!ENTITY" in buffer:
        raise RecordsError("records.xml-with-dtd", name=name)


def _detect_encoding(head: bytes) -> tuple[str, bytes]:
    """The encoding by the byte order mark, else by the XML declaration, which is taken off with the mark."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name, head[len(mark) :]
    declaration = _DECLARATION.match(head)
    named = _ENCODING.search(declaration[0]) if declaration else None
    if declaration is None or named is None:
        return "utf-8", head
    known = find_codec_name(named[1].decode())
    if known is None:
        raise RecordsError("records.xml-encoding-unknown", encoding=named[1].decode())
    return known, head


def _find_hidden_spans(buffer: bytes, *, last: bool) -> tuple[list[tuple[int, int]], int]:
    """The spans of comments and CDATA, in which tags do not count, and the position from which one is still
    open.
    """
    # Most chunks have neither comments nor CDATA, and need no search.
    if b"<!" not in buffer:
        return [], len(buffer)
    spans = [match.span() for match in _HIDDEN.finditer(buffer)]
    if not last:
        for match in _OPEN_HIDDEN.finditer(buffer, spans[-1][1] if spans else 0):
            return spans, match.start()
    return spans, len(buffer)


def _iter_tags(
    tag: re.Pattern[bytes], buffer: bytes, hidden: list[tuple[int, int]], stop: int
) -> Iterator[tuple[int, int, bool]]:
    """Start, end and closing of each whole tag of an entry."""
    for match in tag.finditer(buffer, 0, stop):
        # Backwards a little: the name is found first, and before it stands '<' or '</' and perhaps a prefix.
        # An expression that begins at '<' would try at every tag of the file.
        # 64 bytes hold any namespace prefix.
        opening = _OPENING.search(buffer, max(0, match.start() - 64), match.start())
        if opening is None or any(start <= match.start() < end for start, end in hidden):
            continue
        end = buffer.find(b">", match.end()) + 1
        if not end:
            return
        yield opening.start(), end, bool(opening[1])
