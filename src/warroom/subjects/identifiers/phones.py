"""Telephone numbers in E.164. What cannot be read as one is kept as it was written."""

import re

from warroom.subjects.identifiers.identifier import Identifier
from warroom.subjects.spelling import THAI_DIGITS, strip_separators

_SHAPE = re.compile(r"(?:tel|โทร|phone|mobile)?[.:]*\+?[\d()/.]{8,20}", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:ต่อ|ext|x|#|;ext=).*$", re.IGNORECASE)
_HOME = "TH"


def parse_phone(text: str, region: str = _HOME) -> Identifier:
    """The number in E.164, no extension; `is_check_valid` where its numbering plan assigns such numbers.

    Nothing is dropped: a text without a number keeps its letters, and a number of no plan keeps its digits.
    """
    import phonenumbers  # half a megabyte of tables a country: a program that reads no number does without

    # An extension is a desk inside a company: the subject is the number that was called.
    written = _EXTENSION.sub("", text.translate(THAI_DIGITS)).strip()
    try:
        parsed_number = phonenumbers.parse(_to_international(written), region)
    except phonenumbers.NumberParseException:
        return Identifier("phone", strip_separators(text).lower() or text)
    if not phonenumbers.is_possible_number(parsed_number) or not phonenumbers.is_valid_number(parsed_number):
        # As it stands but for what parts its digits: a digit too many may be the one that names another's number.
        digits = re.sub(r"[^\d+]", "", written)
        return Identifier("phone", digits or text, False, f"+{parsed_number.country_code}")
    spelled = phonenumbers.format_number(parsed_number, phonenumbers.PhoneNumberFormat.E164)
    return Identifier("phone", spelled, True, f"+{parsed_number.country_code}")


def is_like_phone(text: str) -> bool:
    """Whether a text is written as telephone numbers are."""
    return bool(_SHAPE.fullmatch(strip_separators(_EXTENSION.sub("", text))))


def _to_international(written: str) -> str:
    # PromptPay and many exports write 0066 and the number without its zero, others 66 and no plus.
    digits = re.sub(r"[^\d+]", "", written)
    if digits.startswith("00"):
        return "+" + digits[2:]
    return f"+{digits}" if re.fullmatch(r"66[2-9]\d{7,8}", digits) else written
