"""What a receipt tells of its maker is gone before anybody sees it, and what it shows is still there."""

import base64
import io
import os
import re
import struct
import time
import zlib

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.speed import allow_seconds
from warroom.errors import NotPossible
from warroom.papers.cleaning import JPEG, MOST, PDF, PNG, clean_file, may_be_shown

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
    colours = [
        part(0xE2, b"ICC_PROFILE\x00\x01\x01desc" + SECRET),
        part(0xEE, b"Adobe\x00\x64" + bytes(4) + b"\x01"),
    ]
    jfif = part(0xE0, b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x08\x08" + SECRET * 4)
    media, kept = clean_file(jpeg(jfif, *told, *colours, behind=b"a film behind it: " + SECRET))
    assert media == JPEG
    assert SECRET not in kept
    assert b"film" not in kept
    bare = part(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    assert kept == jpeg(bare, colours[1]), "which colours are packed is still said"


@pytest.mark.parametrize("kind", [*range(0x01, 0xC0), *range(0xC8, 0xC9), *range(0xDE, 0xFF)])
def test_a_part_of_no_known_kind_is_not_kept(kind: int) -> None:
    _, kept = clean_file(jpeg(part(kind, SECRET)))
    assert kept == jpeg()


def test_a_picture_with_broken_exif_is_kept_without_it() -> None:
    assert clean_file(jpeg(part(0xE1, b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + SECRET))) == (JPEG, jpeg())


@pytest.mark.parametrize("order", [">", "<"])
def test_a_picture_taken_sideways_still_stands_upright(order: str) -> None:
    _, kept = clean_file(jpeg(part(0xE1, exif(6, order))))
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
    assert clean_file(start + head + told[0] + pixels + told[1] + told[2] + end + SECRET) == (
        PNG,
        start + head + pixels + end,
    )


def png(width: int, height: int) -> bytes:
    """A small file that says that it is so large."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(2))) + chunk(b"IEND", b"")


def test_a_chunk_that_is_longer_than_what_it_shows_is_no_picture() -> None:
    whole = png(1, 1)
    assert clean_file(whole) == (PNG, whole)
    with pytest.raises(NotPossible):
        clean_file(
            whole.replace(b"\x00\x00\x00\x0eIDAT", chunk(b"gAMA", SECRET) + b"\x00\x00\x00\x0eIDAT").replace(
                whole[33:41], chunk(b"gAMA", SECRET) + whole[33:41], 1
            )
        )


def locked() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.encrypt("secret")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


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


def assert_says_nothing(kept: bytes, words: bytes = SECRET) -> pypdf.PdfReader:
    """The pages are there, and the words stand in no byte and no packed part of the file."""
    read = pypdf.PdfReader(io.BytesIO(kept))
    packed = [one.get_object() for one in read.pages[0]["/Resources"]["/XObject"].values()]
    for content in (kept, *(one.get_data() for one in packed)):
        for spelled in (
            words,
            words.decode().encode("utf-16-be"),
            words.hex().encode(),
            words.hex().upper().encode(),
        ):
            assert spelled not in content
    assert read.metadata is None
    assert read.xmp_metadata is None
    assert set(read.trailer["/Root"].get_object()) == {"/Type", "/Pages"}
    assert not re.search(
        rb"/(?!Type|Pages|Catalog|Count|Kids|Page|Parent|MediaBox|Contents|Resources|XObject|P\b|Subtype|Image|Width"
        rb"|Height|ColorSpace|Device(?:RGB|Gray)|BitsPerComponent|Filter|FlateDecode|Length|Size|Root)\w",
        b"".join(re.split(rb"stream\n.*?endstream", kept, flags=re.DOTALL)),
    )
    return read


def test_a_pdf_loses_its_maker_and_what_would_run_and_can_still_be_read() -> None:
    before = paper()
    assert SECRET in before
    media, kept = clean_file(before)
    assert media == PDF
    read = assert_says_nothing(kept)
    assert len(read.pages) == 1
    assert [round(float(side)) for side in read.pages[0].mediabox[2:]] == [100, 100]


def written(*objects: bytes, head: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one page of A4 with a black square on it. `objects`: more of them, from number 5 on; `head`: more of its catalogue."""
    drawn = b"100 100 200 200 re f"
    all_objects = [
        b"<</Type/Catalog/Pages 2 0 R%b>>" % head,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[7 0 R]>>",
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(drawn), drawn),
        *objects,
    ]
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(all_objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    begin = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(all_objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF" % (
        len(all_objects) + 1,
        trailer,
        begin,
    )


LEFTOVERS = {
    "an author elsewhere": written(b"<</Author 6 0 R>>", b"(" + SECRET + b")", trailer=b"/Info 5 0 R"),
    "a key of its own": written(b"<</Telephone(" + SECRET + b")>>", trailer=b"/Info 5 0 R"),
    "a long author": written(b"<</Author(" + SECRET * 20 + b")>>", trailer=b"/Info 5 0 R"),
    "a comment before the value": written(b"<</Author % why\n(" + SECRET + b")>>", trailer=b"/Info 5 0 R"),
    "a name written otherwise": written(b"<</A#75thor(" + SECRET + b")>>", trailer=b"/Info 5 0 R"),
    "who commented": written(
        b"<<>>",
        b"<<>>",
        b"<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/T(" + SECRET + b")/Contents(" + SECRET + b")>>",
    ),
    "RDF alone": written(
        b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n<rdf:RDF>%b</rdf:RDF>\nendstream"
        % (len(SECRET) + 19, SECRET),
        head=b"/Metadata 5 0 R",
    ),
    "packed twice": written(
        b"<</Filter[/ASCII85Decode/FlateDecode]/Length %d>>\nstream\n%b\nendstream"
        % (len(base64.a85encode(zlib.compress(SECRET))), base64.a85encode(zlib.compress(SECRET))),
        head=b"/Metadata 5 0 R",
    ),
    "a script": written(b"<</S/JavaScript/JS(app.alert('" + SECRET + b"'))>>", head=b"/OpenAction 5 0 R"),
    "a script written otherwise": written(
        b"<</S/J#61vaScript/J#53(" + SECRET + b")>>", head=b"/OpenAction 5 0 R"
    ),
    "a file in it": written(
        b"<</Type/Filespec/F(" + SECRET + b")/EF<</F 6 0 R>>>>",
        b"<</Type/EmbeddedFile/Length %d>>\nstream\n%b\nendstream" % (len(SECRET), SECRET),
        head=b"/Names<</EmbeddedFiles<</Names[(a)5 0 R]>>>>",
    ),
}


@pytest.mark.parametrize("name", LEFTOVERS)
def test_nothing_that_a_pdf_says_beside_its_page_is_kept(name: str) -> None:
    media, kept = clean_file(LEFTOVERS[name])
    assert media == PDF
    page = assert_says_nothing(kept).pages[0]
    picture = page["/Resources"]["/XObject"]["/P"].get_object()
    pixels = picture.get_data()
    dark = sum(1 for at in range(0, len(pixels), 3) if pixels[at] < 128)
    assert 0.9 < dark / ((200 * 150 / 72) ** 2) < 1.1, "the square is drawn"


def test_a_photographed_page_is_drawn_with_fewer_colours_until_it_fits() -> None:
    noise = os.urandom(1500 * 2000 * 3)
    packed = zlib.compress(noise, 1)
    image = b"<</Subtype/Image/Width 1500/Height 2000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream"
    whole = written(image % (len(packed), packed))
    whole = whole.replace(b"/Contents 4 0 R", b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>", 1)
    whole = whole.replace(b"100 100 200 200 re f", b"595 0 0 842 0 0 cm/I Do ", 1)
    _, kept = clean_file(whole)
    assert len(kept) < MOST
    assert len(pypdf.PdfReader(io.BytesIO(kept)).pages) == 1


def test_what_a_pdf_may_take_is_bounded() -> None:
    """A page of ten thousand pages' size, too many pages, and one that draws for hours."""
    _, kept = clean_file(written().replace(b"[0 0 595 842]", b"[0 0 14400 9]", 1))
    assert len(kept) < MOST
    writer = pypdf.PdfWriter()
    for _ in range(21):
        writer.add_blank_page(width=100, height=100)
    made = io.BytesIO()
    writer.write(made)
    with pytest.raises(NotPossible, match="20"):
        clean_file(made.getvalue())
    busy = b"0 0 m " + b"9 9 8 8 7 7 c 500 800 400 0 0 500 c S q Q 0 0 m " * 90_000
    began = time.process_time()
    with pytest.raises(NotPossible):
        clean_file(
            written()
            .replace(b"100 100 200 200 re f", b"/P gs " + busy, 1)
            .replace(b"/Length 20", b"/Length %d" % (len(busy) + 6))
        )
    assert time.process_time() - began < allow_seconds(1), "another process takes the time"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00 a program", "cases.receipt-unfit"),
        (b"<html><script>1</script>", "cases.receipt-unfit"),
        (b"\xff\xd8\xff", "cases.receipt-unfit"),
        (jpeg()[:-30], "cases.receipt-unfit"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR", "cases.receipt-unfit"),
        (b"%PDF-1.7 trailer <</Encrypt 3 0 R>>", "cases.receipt-unfit"),
        (locked(), "cases.receipt-locked"),
        (png(60_000, 60_000), "cases.receipt-too-many-pixels"),
        (png(1, 40_000), "cases.receipt-too-many-pixels"),
        (png(0, 5), "cases.receipt-unfit"),
        (jpeg().replace(b"\x00\x10\x00\x10", b"\xff\xff\xff\xff", 1), "cases.receipt-too-many-pixels"),
        (b"", "cases.receipt-unfit"),
    ],
)
def test_what_is_no_picture_and_no_pdf_or_is_broken_is_refused_with_what_to_do(
    content: bytes, said: str
) -> None:
    with pytest.raises(NotPossible) as refusal:
        clean_file(content)
    assert refusal.value.code == said
    assert "such as" in refusal.value.render_in("en")
    assert "เช่น" in refusal.value.render_in("th")


HOSTILE = {
    "many Exif marks": b"%PDF-1.4\n" + b"\xff\xe1\xff\xffExif\x00" * 490_000,
    "many authors": b"%PDF-1.4\n" + b"/Author(" * 560_000,
    "many scans": jpeg()[:-2] + part(0xDA, b"") * 1_100_000,
    "many parts": b"\xff\xd8" + part(0xDB, b"") * 1_100_000,
    "many fillers": b"\xff\xd8\xff" + b"\xff" * 4_500_000,
    "many pixels that look like ends": jpeg()[:-2] + b"\xff\x00" * 2_200_000,
    "many chunks": b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"tEXt", b"") * 370_000,
    "many texts": b"%PDF-1.4\n" + b"(" * 4_500_000,
    "many streams": b"%PDF-1.4\n" + b"1 0 obj<</Filter/FlateDecode/Type/ObjStm>>stream\n" * 90_000,
}
"""Files of 4.5 MB that keep a reader busy which looks at a byte more than once."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_made_to_keep_us_busy_takes_no_time(name: str) -> None:
    assert len(HOSTILE[name]) < MOST
    began = time.thread_time()
    with pytest.raises(NotPossible):
        clean_file(HOSTILE[name])
    assert time.thread_time() - began < 0.5


def test_a_picture_that_says_it_is_too_large_is_not_shown_beside_a_page() -> None:
    assert may_be_shown(PNG, png(9, 9))
    assert may_be_shown(JPEG, jpeg())
    for media, content in ((PNG, png(60_000, 60_000)), (PDF, written()), (JPEG, b"\xff\xd8"), (PNG, b"")):
        assert not may_be_shown(media, content)
