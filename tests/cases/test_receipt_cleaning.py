"""What a receipt tells of its maker is gone before anybody sees it, and what it shows is still there."""

import io
import struct
import zlib

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from warroom.errors import NotPossible
from warroom.papers.cleaning import JPEG, PDF, PNG, cleaned

SECRET = b"Mae Sot 16.71N, telephone of Somsri"


def part(kind: int, body: bytes) -> bytes:
    return bytes((0xFF, kind)) + struct.pack(">H", len(body) + 2) + body


def exif(upright: int, order: str = ">") -> bytes:
    """Exif as a telephone writes it: which way is up, and who held it where."""
    begin = (b"MM\x00*" if order == ">" else b"II*\x00") + struct.pack(f"{order}I", 8)
    tag = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, upright, 0)
    return b"Exif\x00\x00" + begin + struct.pack(f"{order}H", 1) + tag + struct.pack(f"{order}I", 0) + SECRET


PIXELS = b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(*before: bytes, behind: bytes = b"") -> bytes:
    shown = [part(0xDB, bytes(65)), part(0xC2, b"\x08\x00\x10\x00\x10\x01\x01\x11\x00")]
    scans = b"".join(part(0xDA, b"\x01\x01\x00\x00\x3f\x00") + PIXELS for _ in range(2))
    return b"\xff\xd8" + b"".join(before) + b"".join(shown) + scans + b"\xff\xd9" + behind


def test_a_picture_loses_where_and_with_what_it_was_taken_and_keeps_its_pixels_and_colours() -> None:
    told = [
        part(0xE1, exif(1)),
        part(0xFE, SECRET),
        part(0xED, b"Photoshop" + SECRET),
        part(0xE1, b"http://ns" + SECRET),
    ]
    colours = part(0xE2, b"ICC_PROFILE\x00\x01\x01colours")
    media, kept = cleaned(
        jpeg(part(0xE0, b"JFIF\x00"), *told, colours, behind=b"a film behind it: " + SECRET)
    )
    assert media == JPEG
    assert SECRET not in kept
    assert b"film" not in kept
    assert kept == jpeg(part(0xE0, b"JFIF\x00"), colours)


@pytest.mark.parametrize("order", [">", "<"])
def test_a_picture_taken_sideways_still_stands_upright(order: str) -> None:
    _, kept = cleaned(jpeg(part(0xE1, exif(6, order))))
    assert SECRET not in kept
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in kept


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_screenshot_keeps_its_pixels_and_loses_its_words() -> None:
    start = b"\x89PNG\r\n\x1a\n"
    head, pixels = (
        chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        chunk(b"IDAT", zlib.compress(b"\0\7")),
    )
    end = chunk(b"IEND", b"")
    told = [chunk(b"tEXt", b"Author\0" + SECRET), chunk(b"eXIf", SECRET), chunk(b"iTXt", SECRET)]
    assert cleaned(start + head + told[0] + pixels + told[1] + told[2] + end + SECRET) == (
        PNG,
        start + head + pixels + end,
    )


def paper(**more: str) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.add_metadata({"/Author": SECRET.decode(), "/Title": "A (receipt)", **more})
    writer.xmp_metadata = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET.decode()}</x:xmpmeta>".encode()
    runs = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")}
    )
    writer.root_object[NameObject("/OpenAction")] = runs
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_pdf_loses_its_maker_and_what_would_run_and_can_still_be_read() -> None:
    before = paper()
    assert SECRET in before
    media, kept = cleaned(before)
    assert media == PDF
    assert len(kept) == len(before), "its table points at places"
    assert SECRET not in kept
    assert b"/JavaScript" not in kept
    read = pypdf.PdfReader(io.BytesIO(kept))
    assert len(read.pages) == 1
    assert not (read.metadata.author or "").strip()  # type: ignore[union-attr]


def test_what_is_packed_in_a_pdf_is_cleaned_as_well() -> None:
    plain = b"7 0 <</Author(" + SECRET + b")/Producer<" + SECRET.hex().encode() + b">>>" + b" " * 40
    packed = zlib.compress(plain)
    head = b"%%PDF-1.7\n5 0 obj <</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(
        packed
    )
    _, kept = cleaned(head + packed + b"\nendstream endobj\n%%EOF")
    found = zlib.decompressobj().decompress(kept[len(head) :])
    assert SECRET not in found
    assert SECRET.hex().encode() not in found
    assert len(found) == len(plain)


def test_a_scanned_page_in_a_pdf_says_no_more_where_it_was_taken() -> None:
    _, kept = cleaned(
        b"%PDF-1.4\n1 0 obj<</Filter/DCTDecode>>stream\n" + jpeg(part(0xE1, exif(1))) + b"\nendstream"
    )
    assert SECRET not in kept
    assert PIXELS in kept


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00 a program", "cases.receipt-unfit"),
        (b"<html><script>1</script>", "cases.receipt-unfit"),
        (b"\xff\xd8\xff", "cases.receipt-unfit"),
        (jpeg()[:-30], "cases.receipt-unfit"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR", "cases.receipt-unfit"),
        (b"%PDF-1.7 trailer <</Encrypt 3 0 R>>", "cases.receipt-locked"),
        (b"", "cases.receipt-unfit"),
    ],
)
def test_what_is_no_picture_and_no_pdf_or_is_broken_is_refused_with_what_to_do(
    content: bytes, said: str
) -> None:
    with pytest.raises(NotPossible) as refusal:
        cleaned(content)
    assert refusal.value.code == said
    assert "such as" in refusal.value.told("en")
    assert "เช่น" in refusal.value.told("th")
