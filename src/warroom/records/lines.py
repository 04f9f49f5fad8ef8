"""A text file as blocks of whole lines in UTF-8, in bounded memory.

A line that is too long or cannot be decoded is set aside alone; the rest is read on.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from warroom import settings
from warroom.records.batch import Reject
from warroom.records.encodings import WIDE, find_encoding, is_pasted, is_utf8
from warroom.records.unpacked import Unpacked, unpacked
from warroom.sentences.sentence import Sentence

CHUNK = 16 << 20
SAMPLE = 1 << 20
KEPT = 2_000
"""Bytes of an overlong line that are kept in the quarantine."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: where each begins and ends in `data` (its newline included) and its number in the file."""

    data: bytes
    starts: Ints
    ends: Ints
    lines: Ints
    rejects: list[Reject] = field(default_factory=list)

    def text(self, row: int) -> str:
        """A line, without its newline."""
        return self.data[self.starts[row] : self.ends[row]].decode().rstrip("\r\n")

    def after(self, line: int) -> "Block":
        """The block without the lines up to this number."""
        first = int(np.searchsorted(self.lines, line, side="right"))
        if not first:
            return self
        start = int(self.ends[first - 1])
        moved = self.starts[first:] - start, self.ends[first:] - start
        return Block(self.data[start:], *moved, self.lines[first:], self.rejects)

    def keep(self, mask: npt.NDArray[np.bool_]) -> "Block":
        """The block with only some of its lines, in new bytes."""
        kept = [self.data[start:end] for start, end in zip(self.starts[mask], self.ends[mask], strict=True)]
        ends = np.cumsum(self.ends[mask] - self.starts[mask])
        starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        return Block(b"".join(kept), starts, ends, self.lines[mask], self.rejects)


class Lines:
    """A text file, plain or packed; `name` is what people call it."""

    def __init__(self, path: Path, encoding: str | None, name: str, block: int | None = None) -> None:
        self._path, self._name, self._block_size = path, name, block
        self.size_bytes = path.stat().st_size
        self._limit = int(settings.number("WARROOM_MAX_LINE_MB") * (1 << 20))
        self._position = 0
        with unpacked(path, name) as stream:
            self._first = self._read(stream, SAMPLE)
        self.encoding, self._mark = find_encoding(self._first, encoding, name)
        # Old Macintosh line ends. A lone \r in a file that also has \n is content of a value and stays.
        self._cr_only = b"\r" in self._first and b"\n" not in self._first
        self.sample = self._sample()

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._position

    def blocks(self) -> Iterator[Block]:
        """All lines of the file in their order."""
        line, tail, skipping = 1, b"", False
        for chunk in self._chunks():
            # The rest of an overlong line is thrown away up to its end; it may
            # be gigabytes without a newline.
            if skipping:
                cut = chunk.find(b"\n") + 1
                if not cut:
                    continue
                chunk, skipping, line = chunk[cut:], False, line + 1
            data = tail + chunk if tail else chunk
            # At a newline: in UTF-8 and every one-byte encoding byte 10 is nothing
            # else, so no letter is cut in two.
            cut = data.rfind(b"\n") + 1
            tail = data[cut:]
            rejects = []
            block = self._block(data[:cut], line)
            line += len(block.lines) + len(block.rejects)
            if len(tail) > self._limit:
                rejects.append(self._too_long(tail, line))
                tail, skipping = b"", True
            yield Block(block.data, block.starts, block.ends, block.lines, block.rejects + rejects)
        if tail:
            yield self._block(tail + b"\n", line)

    def _read(self, stream: Unpacked, size: int) -> bytes:
        data = stream.read(size)
        self._position = stream.tell()
        return data

    def _chunks(self) -> Iterator[bytes]:
        decoder = _decoder(self.encoding) if self.encoding in WIDE else None
        with unpacked(self._path, self._name) as stream:
            self._read(stream, self._mark)
            while chunk := self._read(stream, self._block_size or CHUNK):
                yield self._clean(
                    # Lone surrogates mark what could not be decoded; passed on, they make their line invalid
                    # UTF-8, which is looked for anyway. An error here would cost the whole chunk.
                    decoder.decode(chunk).encode("utf-8", "surrogatepass") if decoder else chunk
                )
        if decoder:
            yield self._clean(decoder.decode(b"", True).encode("utf-8", "surrogatepass"))

    def _clean(self, chunk: bytes) -> bytes:
        return chunk.replace(b"\r", b"\n") if self._cr_only else chunk

    def _sample(self) -> str:
        head = self._first[self._mark :]
        if self.encoding not in WIDE and len(self._first) == SAMPLE:
            # The sample ends in the middle of a line: half a row would count against the right delimiter.
            head = head[: max(head.rfind(b"\n") + 1, 4096)]
        text = head.decode(self.encoding, "replace")
        return text.replace("\r", "\n") if self._cr_only else text

    def _block(self, data: bytes, first: int) -> Block:
        marks = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10)
        ends = marks + 1
        starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1])) if len(ends) else ends
        block = Block(data, starts, ends, np.arange(first, first + len(ends), dtype=np.int64))
        if len(ends) and int((ends - starts).max()) > self._limit:
            block = self._drop_long(block)
        return self._decode(block)

    def _drop_long(self, block: Block) -> Block:
        long = (block.ends - block.starts) > self._limit
        for row in np.flatnonzero(long):
            block.rejects.append(
                self._too_long(block.data[block.starts[row] : block.ends[row]], int(block.lines[row]))
            )
        return block.keep(~long)

    def _too_long(self, data: bytes, line: int) -> Reject:
        shown = data[:KEPT].decode("utf-8" if self.encoding in WIDE else self.encoding, "replace")
        reason = Sentence("flaws.line-too-long", most=f"{self._limit / (1 << 20):g}")
        return Reject(line, "", "line_too_long", reason, shown)

    def _decode(self, block: Block) -> Block:
        """The block in UTF-8. One bad byte costs its line only, so the lines are looked at singly then."""
        # Most blocks of most files; ASCII is the same in all encodings but the
        # wide ones, which are UTF-8 by now.
        if block.data.isascii():
            return block
        narrow = self.encoding not in WIDE and self.encoding != "utf-8"
        if not narrow:
            return block if is_utf8(block.data) else self._drop_undecodable(block)
        return self._recode(block)

    def _drop_undecodable(self, block: Block) -> Block:
        good = np.ones(len(block.lines), dtype=np.bool_)
        for row in _bad_lines(block):
            good[row] = False
            block.rejects.append(
                self._undecodable(block.data[block.starts[row] : block.ends[row]], block.lines[row])
            )
        return block.keep(good)

    def _recode(self, block: Block) -> Block:
        """The block in UTF-8, without lines that are not in the file's encoding."""
        parts, good = [], np.ones(len(block.lines), dtype=np.bool_)
        for row, (start, end) in enumerate(zip(block.starts.tolist(), block.ends.tolist(), strict=True)):
            data = block.data[start:end]
            if not data.isascii():
                try:
                    if is_pasted(data, self.encoding):
                        raise UnicodeError
                    data = data.decode(self.encoding).encode()
                except UnicodeError:
                    good[row] = False
                    block.rejects.append(self._undecodable(block.data[start:end], block.lines[row]))
                    continue
            parts.append(data)
        ends = np.cumsum(np.fromiter(map(len, parts), dtype=np.int64, count=len(parts)))
        starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1])) if len(ends) else ends
        return Block(b"".join(parts), starts, ends, block.lines[good], block.rejects)

    def _undecodable(self, data: bytes, line: int) -> Reject:
        reason = Sentence("flaws.encoding", encoding=self.encoding)
        return Reject(
            int(line), "", "encoding", reason, data.decode("utf-8", "backslashreplace").rstrip("\r\n")
        )


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    """What cannot be decoded becomes a lone surrogate, which is not valid UTF-8: its line is found later."""
    codecs.register_error("warroom-mark", lambda problem: ("\udcff", getattr(problem, "end", 0)))
    return codecs.getincrementaldecoder(encoding)("warroom-mark")


def _bad_lines(block: Block) -> Iterator[int]:
    """Positions of the lines that are not valid UTF-8, found by decoding on from the line after each."""
    at = 0
    while True:
        try:
            # The codec finds the next bad byte in C; line by line in Python a
            # block of 16 MiB would take seconds.
            block.data[at:].decode()
            return
        except UnicodeDecodeError as problem:
            row = int(np.searchsorted(block.ends, at + problem.start, side="right"))
            yield row
            at = int(block.ends[row])
