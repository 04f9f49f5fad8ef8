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
from warroom.records.encodings import WIDE, detect_encoding, is_pasted_utf8, is_utf8
from warroom.records.unpacked import UnpackedStream, open_unpacked
from warroom.sentences.sentence import Sentence

# Bytes of a block: blocks of this size keep all threads busy, and a few of them are in memory (decision 2).
CHUNK = 16 << 20
# Bytes that the encoding and the delimiter are guessed from.
SAMPLE = 1 << 20
KEPT = 2_000
"""Bytes of an overlong line that are kept in the quarantine."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Whole lines: where each begins and ends in `data` (its newline included) and its number in the file."""

    data: bytes
    starts: Ints
    ends: Ints
    lines: Ints
    rejects: list[Reject] = field(default_factory=list)

    def get_line_text(self, row: int) -> str:
        """A line, without its newline."""
        return self.data[self.starts[row] : self.ends[row]].decode().rstrip("\r\n")

    def drop_lines_up_to(self, line: int) -> "LineBlock":
        """The block without the lines up to this number."""
        first = int(np.searchsorted(self.lines, line, side="right"))
        if not first:
            return self
        start = int(self.ends[first - 1])
        moved = self.starts[first:] - start, self.ends[first:] - start
        return LineBlock(self.data[start:], *moved, self.lines[first:], self.rejects)

    def filter_lines(self, mask: npt.NDArray[np.bool_]) -> "LineBlock":
        """The block with only some of its lines, in new bytes."""
        kept = [self.data[start:end] for start, end in zip(self.starts[mask], self.ends[mask], strict=True)]
        ends = np.cumsum(self.ends[mask] - self.starts[mask])
        starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        return LineBlock(b"".join(kept), starts, ends, self.lines[mask], self.rejects)


class LineReader:
    """A text file, plain or packed; `name` is what people call it."""

    def __init__(self, path: Path, encoding: str | None, name: str, block: int | None = None) -> None:
        self._path, self._name, self._block_size = path, name, block
        self.size_bytes = path.stat().st_size
        self._limit = int(settings.get_number("WARROOM_MAX_LINE_MB") * (1 << 20))
        self._position = 0
        with open_unpacked(path, name) as stream:
            self._first = self._read_bytes(stream, SAMPLE)
        self.encoding, self._mark = detect_encoding(self._first, encoding, name)
        # Old Macintosh line ends. A lone \r in a file that also has \n is content of a value and stays.
        self._cr_only = b"\r" in self._first and b"\n" not in self._first
        self.sample = self._decode_sample()

    def count_bytes_read(self) -> int:
        """Bytes of the file read so far."""
        return self._position

    def iter_blocks(self) -> Iterator[LineBlock]:
        """All lines of the file in their order."""
        line, tail, skipping = 1, b"", False
        for chunk in self._iter_chunks():
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
            block = self._make_block(data[:cut], line)
            line += len(block.lines) + len(block.rejects)
            if len(tail) > self._limit:
                rejects.append(self._make_too_long_reject(tail, line))
                tail, skipping = b"", True
            yield LineBlock(block.data, block.starts, block.ends, block.lines, block.rejects + rejects)
        if tail:
            yield self._make_block(tail + b"\n", line)

    def _read_bytes(self, stream: UnpackedStream, size: int) -> bytes:
        data = stream.read(size)
        self._position = stream.count_packed_bytes_read()
        return data

    def _iter_chunks(self) -> Iterator[bytes]:
        decoder = _make_decoder(self.encoding) if self.encoding in WIDE else None
        with open_unpacked(self._path, self._name) as stream:
            self._read_bytes(stream, self._mark)
            while chunk := self._read_bytes(stream, self._block_size or CHUNK):
                yield self._fix_line_ends(
                    # Lone surrogates mark what could not be decoded; passed on, they make their line invalid
                    # UTF-8, which is looked for anyway. An error here would cost the whole chunk.
                    decoder.decode(chunk).encode("utf-8", "surrogatepass") if decoder else chunk
                )
        if decoder:
            yield self._fix_line_ends(decoder.decode(b"", True).encode("utf-8", "surrogatepass"))

    def _fix_line_ends(self, chunk: bytes) -> bytes:
        return chunk.replace(b"\r", b"\n") if self._cr_only else chunk

    def _decode_sample(self) -> str:
        head = self._first[self._mark :]
        if self.encoding not in WIDE and len(self._first) == SAMPLE:
            # The sample ends in the middle of a line: half a row would count against the right delimiter.
            # At least 4096 bytes, where the first line is longer than the sample.
            head = head[: max(head.rfind(b"\n") + 1, 4096)]
        text = head.decode(self.encoding, "replace")
        return text.replace("\r", "\n") if self._cr_only else text

    def _make_block(self, data: bytes, first: int) -> LineBlock:
        marks = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10)
        ends = marks + 1
        starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1])) if len(ends) else ends
        block = LineBlock(data, starts, ends, np.arange(first, first + len(ends), dtype=np.int64))
        if len(ends) and int((ends - starts).max()) > self._limit:
            block = self._drop_long_lines(block)
        return self._decode_block(block)

    def _drop_long_lines(self, block: LineBlock) -> LineBlock:
        long = (block.ends - block.starts) > self._limit
        for row in np.flatnonzero(long):
            block.rejects.append(
                self._make_too_long_reject(
                    block.data[block.starts[row] : block.ends[row]], int(block.lines[row])
                )
            )
        return block.filter_lines(~long)

    def _make_too_long_reject(self, data: bytes, line: int) -> Reject:
        shown = data[:KEPT].decode("utf-8" if self.encoding in WIDE else self.encoding, "replace")
        reason = Sentence("flaws.line-too-long", most=f"{self._limit / (1 << 20):g}")
        return Reject(line, "", "line_too_long", reason, shown)

    def _decode_block(self, block: LineBlock) -> LineBlock:
        """The block in UTF-8. One bad byte costs its line only, so the lines are looked at singly then."""
        # Most blocks of most files; ASCII is the same in all encodings but the
        # wide ones, which are UTF-8 by now.
        if block.data.isascii():
            return block
        narrow = self.encoding not in WIDE and self.encoding != "utf-8"
        if not narrow:
            return block if is_utf8(block.data) else self._drop_undecodable(block)
        return self._recode_block(block)

    def _drop_undecodable(self, block: LineBlock) -> LineBlock:
        good = np.ones(len(block.lines), dtype=np.bool_)
        for row in _iter_bad_lines(block):
            good[row] = False
            block.rejects.append(
                self._make_undecodable_reject(
                    block.data[block.starts[row] : block.ends[row]], block.lines[row]
                )
            )
        return block.filter_lines(good)

    def _recode_block(self, block: LineBlock) -> LineBlock:
        """The block in UTF-8, without lines that are not in the file's encoding."""
        parts, good = [], np.ones(len(block.lines), dtype=np.bool_)
        for row, (start, end) in enumerate(zip(block.starts.tolist(), block.ends.tolist(), strict=True)):
            data = block.data[start:end]
            if not data.isascii():
                try:
                    if is_pasted_utf8(data, self.encoding):
                        raise UnicodeError
                    data = data.decode(self.encoding).encode()
                except UnicodeError:
                    good[row] = False
                    block.rejects.append(
                        self._make_undecodable_reject(block.data[start:end], block.lines[row])
                    )
                    continue
            parts.append(data)
        ends = np.cumsum(np.fromiter(map(len, parts), dtype=np.int64, count=len(parts)))
        starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1])) if len(ends) else ends
        return LineBlock(b"".join(parts), starts, ends, block.lines[good], block.rejects)

    def _make_undecodable_reject(self, data: bytes, line: int) -> Reject:
        reason = Sentence("flaws.encoding", encoding=self.encoding)
        return Reject(
            int(line), "", "encoding", reason, data.decode("utf-8", "backslashreplace").rstrip("\r\n")
        )


def _make_decoder(encoding: str) -> codecs.IncrementalDecoder:
    """What cannot be decoded becomes a lone surrogate, which is not valid UTF-8: its line is found later."""
    codecs.register_error("warroom-mark", lambda problem: ("\udcff", getattr(problem, "end", 0)))
    return codecs.getincrementaldecoder(encoding)("warroom-mark")


def _iter_bad_lines(block: LineBlock) -> Iterator[int]:
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
