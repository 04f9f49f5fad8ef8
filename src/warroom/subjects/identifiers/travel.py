"""Passports: their machine-readable zone by ICAO Doc 9303, and a number alone."""

import re

from warroom.subjects.identifiers.checks import is_valid_document_field
from warroom.subjects.identifiers.identifier import Identifier

_SECOND_LINE = re.compile(r"[A-Z0-9<]{9}[0-9<][A-Z<]{3}[0-9<]{6}\d[MF<X]\d{7}[A-Z0-9<]{14}[0-9<]\d")
_CARD_LINES = re.compile(r"([ACI][A-Z<])([A-Z<]{3})([A-Z0-9<]{9})([0-9<])[A-Z0-9<]{15}\d{6}\d[MF<X]\d{7}.*")
_NUMBER = re.compile(r"[A-Z]{1,2}\d{6,8}|[A-Z]\d{2}[A-Z]{2}\d{4}")


def parse_machine_readable_zone(text: str) -> Identifier | None:
    """The document that a machine-readable zone names: two lines of a passport, the second alone, or three of a card.

    `is_check_valid` covers every check digit of the line: number, birth, expiry, personal number, all.
    """
    joined = re.sub(r"\s", "", text.upper())
    # Two lines of 44: only the second has the number and the check digits.
    if joined.startswith("P") and len(joined) == 88:
        joined = joined[44:]
    if _SECOND_LINE.fullmatch(joined):
        parts = ((joined[:9], 9), (joined[13:19], 19), (joined[21:27], 27), (joined[28:42], 42))
        whole = joined[:10] + joined[13:20] + joined[21:43]
        holds = all(is_valid_document_field(field, joined[at]) for field, at in parts)
        holds = holds and is_valid_document_field(whole, joined[43])
        return Identifier("passport", joined[:9].rstrip("<"), holds, joined[10:13].strip("<"))
    if card_match := _CARD_LINES.fullmatch(joined):
        return Identifier(
            "passport",
            card_match[3].rstrip("<"),
            is_valid_document_field(card_match[3], card_match[4]),
            card_match[2].strip("<"),
        )
    return None


def parse_passport_number(text: str) -> Identifier | None:
    """A passport's number by itself, which says neither its country nor whether it is right."""
    joined = re.sub(r"[\s-]", "", text.upper())
    return Identifier("passport", joined) if _NUMBER.fullmatch(joined) else None
