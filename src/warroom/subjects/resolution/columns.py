"""What a column of records holds, and its values in one spelling, so that equal values compare equal."""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from warroom.bilingual.months import MONTH_WORD, month_of
from warroom.subjects.identifiers.identifier import TEXT
from warroom.subjects.identifiers.reading import Expected, parse_identifier
from warroom.subjects.spelling import THAI_DIGITS

Holds = Literal[
    "name",
    "company",
    "date",
    "text",
    "id",
    "phone",
    "account",
    "plate",
    "wallet",
    "domain",
    "passport",
    "promptpay",
]
"""A person's name, a company's, a day, any text, or an identifier of one kind."""

# Whole headers are matched, the first pattern that fits decides.
_HEADERS: dict[Holds, str] = {
    "name": r"(full ?)?name|given ?names?|first ?name|surname|last ?name|family ?name|ชื่อ.*|นามสกุล|owner|person",
    "company": r"company|company ?name|firm|บริษัท|ชื่อบริษัท",
    "date": r"born|birth(day| ?date)?|date of birth|dob|founded|วันเกิด|วันเดือนปีเกิด",
    "id": r"(citizen|national|tax|soc sec|card)? ?(id|number)|id ?(card|number)|registration|เลขบัตร.*|เลขประจำตัว.*|nrc",
    "passport": r"passport.*|หนังสือเดินทาง",
    "phone": r"(tele)?phone.*|mobile|msisdn|tel|โทรศัพท์|เบอร์.*",
    "account": r"account.*|เลขบัญชี|บัญชี",
    "promptpay": r"promptpay|พร้อมเพย์",
    "plate": r"plate|licen[cs]e plate|ทะเบียนรถ",
    "wallet": r"wallet.*|กระเป๋า.*",
    "domain": r"domain|url|site|page|website|เว็บไซต์|เพจ",
}
_SIGNS = re.compile(r"[^\w\s]|_")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_HOME = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_WRITTEN = re.compile(
    rf"(?:วันที่|on)? ?(\d{{1,2}})(?:st|nd|rd|th)?[ \-/]*{MONTH_WORD}[ \-/,]*(?:พ\.? ?ศ\.?|ค\.? ?ศ\.?|b\.?e\.?)? ?(\d{{4}})",
    re.I,
)
# Years: the Thai calendar's lead, and the last year that is read as Gregorian; in it 2300 is 1757, before any
# record.
_BUDDHIST_AHEAD, _LAST_GREGORIAN = 543, 2300
_EXPECTED: dict[Holds, Expected] = {"id": "person-id"}


def guess_content(header: str) -> Holds:
    """What a column holds by its header; any text where the header says nothing that is known."""
    said = " ".join(header.replace("_", " ").lower().split())
    return next((holds for holds, pattern in _HEADERS.items() if re.fullmatch(pattern, said)), "text")


def get_speller(holds: Holds) -> Callable[[str], str]:
    """The function that spells one value of such a column; an empty text where it says nothing."""
    if holds in ("name", "company"):
        return _spell_name
    if holds == "date":
        return _spell_date
    return _spell_text if holds == "text" else _IdentifierColumns(holds)


class _IdentifierColumns:
    """Spells identifiers. A class: other processes receive it pickled, which a closure cannot be."""

    def __init__(self, holds: Holds) -> None:
        self._expected: Expected = _EXPECTED.get(holds, holds)  # type: ignore[arg-type]

    def __call__(self, text: str) -> str:
        found = parse_identifier(text, self._expected)
        return found.text if found.kind != TEXT else _spell_text(found.text)


def _spell_name(text: str) -> str:
    return " ".join(text.split())


def _spell_text(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(THAI_DIGITS)).casefold()
    return " ".join(_SIGNS.sub(" ", folded).split())


def _spell_date(text: str) -> str:
    """Year, month and day as eight digits, also from Buddhist years; a text that is no date is returned
    unchanged.
    """
    date_text = text.translate(THAI_DIGITS).strip()
    if date_match := _ISO.fullmatch(date_text):
        # A number that is no day of the calendar stays a text: it may still agree with the same slip
        # elsewhere.
        return _format_day(int(date_match[1]), int(date_match[2]), int(date_match[3])) or date_text
    # Day before month, as everywhere in the region.
    if date_match := _HOME.fullmatch(date_text):
        return _format_day(int(date_match[3]), int(date_match[2]), int(date_match[1])) or date_text
    if date_match := _WRITTEN.fullmatch(" ".join(date_text.split())):
        return _format_day(int(date_match[3]), month_of(date_match[2]), int(date_match[1])) or date_text
    if re.fullmatch(r"\d{8}", date_text):
        return _format_day(int(date_text[:4]), int(date_text[4:6]), int(date_text[6:])) or date_text
    return _spell_text(date_text)


def _format_day(year: int, month: int, day: int) -> str:
    year -= _BUDDHIST_AHEAD if year > _LAST_GREGORIAN else 0
    return f"{year:04d}{month:02d}{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
