"""Numbers of identity cards of Thailand and of countries whose people the compounds' victims and their keepers come from.

Vietnam, Malaysia, Laos and Cambodia print no check digit that is public: of theirs only the shape is known.
"""

import re
from datetime import date

from warroom.subjects.identifiers import checks
from warroom.subjects.identifiers.identifier import Identifier
from warroom.subjects.spelling import THAI_DIGITS

_BURMESE = str.maketrans("၀၁၂၃၄၅၆၇၈၉", "0123456789")
_NRC = re.compile(r"(\d{1,2})/([A-Z]{3,12}|[က-ဪ][က-ှ]{2,11})\(?(N|E|P|T|TH|Y|S|နိုင်|ဧည့်|ပြု|သာ|စ)\)?(\d{6})")
_NRC_CLASS = {"နိုင်": "N", "ဧည့်": "E", "ပြု": "P", "သာ": "T", "TH": "T", "စ": "S"}
# Places of birth of the MyKad number (National Registration Department): states, then foreign countries.
_MALAYSIAN_PLACES = frozenset(
    (*range(1, 17), *range(21, 60), *range(60, 69), 71, 72, *range(74, 80), *range(82, 94), 98, 99)
)
# Province codes of Vietnam run from 001 to 096.
_VIETNAM_PLACES = range(1, 97)
_APART = re.compile(r"[\s.\-]")
_THAI_SHAPE = re.compile(r"\d-\d{4}-\d{5}-\d{2}-\d")

EXPECTED: dict[str, re.Pattern[str]] = {
    "lao-id": re.compile(r"\d{7,13}"),
    "cambodia-id": re.compile(r"\d{9}(?:\(?\d{2}\)?)?"),
}
"""Numbers that nothing tells from any other number: they are read only where a column says what it holds."""


def parse_national_id(text: str) -> Identifier | None:
    """The identity number that a text is; None where it has the shape of none."""
    text = text.translate(THAI_DIGITS).translate(_BURMESE).upper()
    if identifier := _parse_myanmar_nrc(text):
        return identifier
    digits = _APART.sub("", text)
    if re.fullmatch(r"\d{13}", digits):
        return _parse_thai_id(digits, text)
    # The birthday inside tells an identity number from any other row of 18 digits.
    if re.fullmatch(r"\d{17}[\dX]", digits) and _is_calendar_day(digits[6:14]):
        return Identifier("china-id", digits, checks.is_valid_china_id(digits))
    if re.fullmatch(r"\d{12}", digits):
        return _parse_twelve_digits(digits)
    return None


def parse_expected_id(text: str, kind: str) -> Identifier | None:
    """The same where a column says which kind of card it is."""
    if kind not in EXPECTED:
        return parse_national_id(text)
    digits = _APART.sub("", text.translate(THAI_DIGITS))
    return Identifier(kind, re.sub(r"\D", "", digits)) if EXPECTED[kind].fullmatch(digits) else None


def _parse_thai_id(digits: str, written: str) -> Identifier | None:
    holds = checks.is_valid_thai_id(digits)
    # Thirteen digits whose check is wrong are one time in ten a slip of the pen and else another number: grouped as on the card they are meant.
    if not holds and not _THAI_SHAPE.fullmatch(written.strip()):
        return None
    # Juristic persons have numbers that begin with 0, people those from 1 on.
    return Identifier("thai-company" if digits[0] == "0" else "thai-id", digits, holds)


def _parse_myanmar_nrc(text: str) -> Identifier | None:
    found = _NRC.fullmatch(re.sub(r"\s", "", text))
    # Myanmar numbers its states and regions 1 to 14.
    if not found or not 1 <= int(found[1]) <= 14:
        return None
    return Identifier("nrc", f"{int(found[1])}/{found[2]}({_NRC_CLASS.get(found[3], found[3])}){found[4]}")


def _parse_twelve_digits(digits: str) -> Identifier | None:
    # Vietnam's begin with 0 and a province, India's with 2 to 9 (UIDAI); Malaysia's with a birthday, so they
    # go last.
    if digits[0] == "0" and int(digits[:3]) in _VIETNAM_PLACES:
        return Identifier("vietnam-id", digits)
    if digits[0] >= "2" and checks.is_valid_verhoeff(digits):
        return Identifier("india-id", digits, True)
    if _is_calendar_day(f"19{digits[:6]}") and int(digits[6:8]) in _MALAYSIAN_PLACES:
        return Identifier("malaysia-id", digits)
    return None


def _is_calendar_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        # 29 February of a year of which two digits are known.
        return text[4:] == "0229" and int(text[2:4]) % 4 == 0
    return True
