"""Masks one-time codes and card numbers in pasted texts, before anything is shown, stored or sent."""

import re

from warroom.subjects.spelling import THAI_DIGITS

HIDDEN = "•"
_WORDS = (
    r"otp|one[- ]?time|pass ?code|passcode|password|\bpin\b|\bcvv\b|\bcode\b|รหัส|พาส(?:เวิร์ด|เวิด)|验证码|驗證碼|密码|密碼|"
    r"校验码|mã xác|mật khẩu|ລະຫັດ|លេខកូដ|ពាក្យសម្ងាត់|ကုဒ်|စကားဝှက်"
)
_AFTER = re.compile(rf"(?:{_WORDS})[^\d\n]{{0,30}}(?P<code>\d(?:[ \-]?\d){{2,7}})(?!\d)", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<!\d)(?P<code>\d(?:[ \-]?\d){{2,7}})(?!\d)[^\d\n]{{0,20}}(?:{_WORDS})", re.IGNORECASE
)
_CARD = re.compile(r"(?<!\d)(?P<code>\d(?:[ \-]?\d){14,18})(?!\d)")


def mask_secret_digits(text: str) -> str:
    """The text with those digits replaced by dots; its length is unchanged, so that spans stay valid."""
    plain = text.translate(THAI_DIGITS)
    hidden = list(text)
    for shape in (_CARD, _AFTER, _BEFORE):
        for code_match in shape.finditer(plain):
            if shape is not _CARD or _is_card(code_match["code"]):
                for at in range(*code_match.span("code")):
                    hidden[at] = HIDDEN if plain[at].isdigit() else hidden[at]
    return "".join(hidden)


def _is_card(written: str) -> bool:
    """Whether its check digit fits (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in written if sign.isdigit()][::-1]
    return sum(sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(digits)) % 10 == 0
