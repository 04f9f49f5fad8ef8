"""The words of a PDF as a reader copies them: what the glyphs map to, and the actual text where the file states it, as
it does for Thai vowels and tone marks (ISO 32000-2, 9.10.2 and 14.9.4).
"""

import io
import re
from typing import Any

import pypdf
from pypdf.generic import ContentStream

SPACES = re.compile(r"\s+")
ONE = re.compile(r"<([0-9A-F]+)> <([0-9A-F]+)>")


def close(text: str) -> str:
    """Without spaces and line breaks: a line of Thai may end anywhere."""
    return SPACES.sub("", text)


def words(paper: bytes | None) -> str:
    """All words of a paper, close together."""
    return close("".join(pages(paper)))


def pages(paper: bytes | None) -> list[str]:
    """The text of every page."""
    assert paper is not None
    reader = pypdf.PdfReader(io.BytesIO(paper))
    return [_page(reader, page) for page in reader.pages]


def unbroken(paper: bytes | None) -> int:
    """How many signs the longest word of Latin signs has that is drawn in one piece, so that no line may end in it."""
    assert paper is not None
    reader = pypdf.PdfReader(io.BytesIO(paper))
    found = [0]
    for page in reader.pages:
        maps, font = {name: _map(one) for name, one in _fonts(page).items()}, {}
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"Tf":
                font = maps[str(operands[0])]
            elif operator in (b"Tj", b"TJ"):
                found += map(len, re.findall("[!-~]+", _glyphs(operands[0], font)))
    return max(found)


def fonts(paper: bytes) -> set[str]:
    """The names of the fonts it carries."""
    found = [_fonts(page).values() for page in pypdf.PdfReader(io.BytesIO(paper)).pages]
    names = {str(font["/BaseFont"]) for some in found for font in some}
    return {name.split("+")[1].split("-")[0] for name in names}


def _fonts(page: Any) -> dict[str, Any]:
    return {str(name): font.get_object() for name, font in page["/Resources"]["/Font"].items()}


def _page(reader: pypdf.PdfReader, page: Any) -> str:
    maps = {name: _map(font) for name, font in _fonts(page).items()}
    said, spans, font = "", [], {}
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"Tf":
            font = maps[str(operands[0])]
        elif operator in (b"BDC", b"BMC"):
            stated = operands[1].get("/ActualText") if operator == b"BDC" else None
            said += str(stated or "")
            spans.append(stated is not None)
        elif operator == b"EMC":
            spans.pop()
        elif operator in (b"Tj", b"TJ") and not any(spans):
            said += _glyphs(operands[0], font)
    return said


def _glyphs(shown: Any, font: dict[str, str]) -> str:
    strings = [
        one for one in (shown if isinstance(shown, list) else [shown]) if hasattr(one, "original_bytes")
    ]
    codes = [one.original_bytes.hex().upper() for one in strings]
    return "".join(font.get(code[at : at + 4], "") for code in codes for at in range(0, len(code), 4))


def _map(font: Any) -> dict[str, str]:
    table = font["/ToUnicode"].get_object().get_data().decode()
    return {code: bytes.fromhex(text).decode("utf-16-be") for code, text in ONE.findall(table)}
