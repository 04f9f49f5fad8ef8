"""Render a stranger's PDF page by page into a new one, in a process of its own: `python -m
warroom.papers.pdf_pages < OLD > NEW`.

Whatever the old file says of its maker, whatever would run and whatever lies unseen in it stays behind: the new one is made of
pictures of pages. PDFium reads what strangers made, so it runs here, where it has little memory, little time and no file to write.

Where there are no pages, standard error is one word and the exit code is 3.
"""

import math
import os
import resource
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

MEMORY = 512 << 20
"""Bytes that rendering may take beyond what the process has at its start."""
PROCESSOR_SECONDS = 6
"""Processor seconds for one file: twenty pages of text take two."""
# Pages; an appeal's receipt has one or two. Chosen, not measured.
MOST_PAGES = 20
MOST_BYTES = 5_000_000
"""Bytes of the new file, as a receipt may have (`cleaning.MOST`)."""
MOST_PIXELS = 4_000_000
"""Pixels of a page: twice those of A4 at 150 dots an inch."""
LONGEST_SIDE = 6_000
"""Pixels."""
POINTS = 72
"""Units of a PDF in an inch."""
REFUSED = 3
"""The exit code where there are no pages."""
ERROR_PASSWORD = 4
"""PDFium's number of a file that is locked."""


@dataclass(frozen=True, slots=True)
class DrawingSettings:
    """How a page is drawn: `dots` an inch, in `channels` (3: colours, 1: grey) of so many `levels`."""

    dots: int
    channels: int
    levels: int


WAYS = (
    DrawingSettings(150, 3, 256),
    DrawingSettings(150, 3, 16),
    DrawingSettings(110, 3, 16),
    DrawingSettings(110, 1, 16),
    DrawingSettings(75, 1, 16),
)
"""Settings, the finest first. A page of text fits with the first; a photographed page is rendered with fewer
colours until it fits.
"""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it was drawn: its size in pixels, packed pixels, channels, and dots an inch."""

    width: int
    height: int
    packed: bytes
    channels: int
    dots: float


class UndrawnError(Exception):
    """Why a file could not be rendered, as a code: locked, unfit or pages."""


def main() -> int:
    """Draw what comes in by standard input."""
    content = sys.stdin.buffer.read()
    import pypdfium2

    _limit_resources()
    try:
        made = assemble_pdf(draw_pages(pypdfium2, content))
    except (UndrawnError, MemoryError) as problem:
        sys.stderr.write(str(problem) if isinstance(problem, UndrawnError) else "unfit")
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


def _limit_resources() -> None:
    """Limit this process to what rendering needs: memory, processor time, no child process, and no file
    larger than 0 bytes.
    """
    own = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = {
        resource.RLIMIT_AS: own + MEMORY,
        resource.RLIMIT_CPU: math.ceil(process_time()) + PROCESSOR_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    # Officers' requests come first.
    os.nice(10)


def draw_pages(pdfium: Any, content: bytes) -> list[PagePicture]:
    """The pages of a PDF; raises UndrawnError for one that is locked, cannot be read, or has too many or too large ones."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as problem:
        raise UndrawnError("locked" if problem.err_code == ERROR_PASSWORD else "unfit") from None
    count = len(document)
    if not 0 < count <= MOST_PAGES:
        raise UndrawnError("pages" if count else "unfit")
    # What somebody typed into a form is rendered too. This PDFium runs no scripts.
    document.init_forms()
    return [_draw_page(pdfium, document[place], MOST_BYTES // count - 1_000) for place in range(count)]


def _draw_page(pdfium: Any, page: Any, most_bytes: int) -> PagePicture:
    for way in WAYS:
        picture = _picture_of(pdfium, page, way)
        # The finest setting that fits this page's share of the file.
        if len(picture.packed) <= most_bytes:
            return picture
    raise UndrawnError("pages")


def _picture_of(pdfium: Any, page: Any, way: DrawingSettings) -> PagePicture:
    width, height = page.get_size()
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise UndrawnError("unfit")
    scale = min(
        way.dots / POINTS, math.sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE / max(width, height)
    )
    shape = pdfium.raw.FPDFBitmap_BGR if way.channels == 3 else pdfium.raw.FPDFBitmap_Gray
    try:
        drawn = page.render(scale=scale, rev_byteorder=way.channels == 3, force_bitmap_format=shape)
    except (pdfium.PdfiumError, ValueError):
        raise UndrawnError("unfit") from None
    pixels = _strip_padding(bytes(drawn.buffer), drawn.stride, drawn.width * way.channels, drawn.height)
    if way.levels < 256:
        pixels = pixels.translate(_quantise_levels(way.levels))
    return PagePicture(drawn.width, drawn.height, zlib.compress(pixels), way.channels, scale * POINTS)


def _strip_padding(content: bytes, stride: int, length: int, count: int) -> bytes:
    """The rows without what fills them up."""
    if stride == length:
        return content[: length * count]
    return b"".join(content[at : at + length] for at in range(0, stride * count, stride))


def _quantise_levels(levels: int) -> bytes:
    """To which level each value of a channel goes; white stays white and black stays black."""
    return bytes(round(round(value * (levels - 1) / 255) * 255 / (levels - 1)) for value in range(256))


def assemble_pdf(pictures: Sequence[PagePicture]) -> bytes:
    """A PDF of pictures, one a page, and nothing else in it."""
    objects = [*_iter_objects(pictures)]
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    begin = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    made += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, begin)
    return bytes(made)


def _iter_objects(pictures: Sequence[PagePicture]) -> Iterator[bytes]:
    """The catalogue, the list of pages, and of each page three objects."""
    yield b"<</Type/Catalog/Pages 2 0 R>>"
    kids = b" ".join(b"%d 0 R" % (3 + 3 * place) for place in range(len(pictures)))
    yield b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(pictures), kids)
    for place, picture in enumerate(pictures):
        number = 3 + 3 * place
        size = b"%.2f %.2f" % (
            picture.width * POINTS / picture.dots,
            picture.height * POINTS / picture.dots,
        )
        yield (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %b]/Contents %d 0 R"
            b"/Resources<</XObject<</P %d 0 R>>>>>>" % (size, number + 1, number + 2)
        )
        width, height = size.split(b" ")
        yield _build_stream(b"", b"%b 0 0 %b 0 0 cm /P Do" % (width, height))
        colours = b"/DeviceRGB" if picture.channels == 3 else b"/DeviceGray"
        head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace%b/BitsPerComponent 8/Filter/FlateDecode"
        yield _build_stream(head % (picture.width, picture.height, colours), picture.packed)


def _build_stream(head: bytes, content: bytes) -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (head, len(content), content)


if __name__ == "__main__":
    sys.exit(main())
