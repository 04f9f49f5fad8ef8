"""Telephone numbers in E.164. What cannot be read as one is kept as it was written."""

import re

from warroom.subjects.identifiers.identifier import Identifier
from warroom.subjects.spelling import THAI_DIGITS, joined

_SHAPE = re.compile(r"(?:tel|โทร|phone|mobile)?[.:]*\+?[\d()/.]{8,20}", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:ต่อ|ext|x|#|;ext=).*$", re.IGNORECASE)
_HOME = "TH"


def read(text: str, region: str = _HOME) -> Identifier:
    """The number in E.164, an extension left out; `holds` where its plan gives such numbers out. Never drops one: a text without
    a number keeps its signs, and a number of no plan its digits.
    """
    import phonenumbers  # half a megabyte of tables a country: whoever reads no number does without

    written = _EXTENSION.sub("", text.translate(THAI_DIGITS)).strip()
    try:
        found = phonenumbers.parse(_abroad(written), region)
    except phonenumbers.NumberParseException:
        return Identifier("phone", joined(text).lower() or text)
    if not phonenumbers.is_possible_number(found) or not phonenumbers.is_valid_number(found):
        # As it stands but for what parts its digits: a digit too many may be the one that names another's number.
        digits = re.sub(r"[^\d+]", "", written)
        return Identifier("phone", digits or text, False, f"+{found.country_code}")
    spelled = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return Identifier("phone", spelled, True, f"+{found.country_code}")


def looks_like(text: str) -> bool:
    """Whether a text is written as telephone numbers are."""
    return bool(_SHAPE.fullmatch(joined(_EXTENSION.sub("", text))))


def _abroad(written: str) -> str:
    # PromptPay and many exports write 0066 and the number without its zero, others 66 and no plus.
    digits = re.sub(r"[^\d+]", "", written)
    if digits.startswith("00"):
        return "+" + digits[2:]
    return f"+{digits}" if re.fullmatch(r"66[2-9]\d{7,8}", digits) else written
