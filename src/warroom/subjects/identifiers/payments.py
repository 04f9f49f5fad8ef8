"""Accounts at banks and PromptPay."""

import re

from warroom.subjects import spelling
from warroom.subjects.identifiers import checks, national, phones
from warroom.subjects.identifiers.identifier import Identifier
from warroom.subjects.subject import find_account_in

# Digits, chosen: most Thai accounts have 10 and a few banks' have more; shorter numbers are too often no
# account.
_ACCOUNT = re.compile(r"\d{10,15}")
_CODE = re.compile(r"000201.*6304[0-9A-F]{4}", re.IGNORECASE)
# Application identifier of PromptPay credit transfers in a Thai QR payment code.
_PROMPTPAY = "A000000677010111"
# Digits of an e-wallet number at PromptPay.
_EWALLET = 15


def parse_account(text: str) -> Identifier | None:
    """An account: `BANK:NUMBER` where the text names its bank, else the number, which more than one bank may have given out."""
    named = find_account_in(text)
    if named and named.bank and _ACCOUNT.fullmatch(named.number):
        return Identifier("account", named.id, None, named.bank)
    digits = spelling.spell_account_number(text)
    return Identifier("account", digits) if _ACCOUNT.fullmatch(digits) else None


def parse_promptpay(text: str) -> Identifier | None:
    """What a PromptPay payment goes to: a telephone, a person's or a company's number, or a wallet of fifteen digits.

    A payment code (EMV) is read as well, and refused where its checksum is wrong.
    """
    joined = spelling.strip_separators(text)
    if _CODE.fullmatch(joined):
        return _parse_emv_code(joined)
    if not joined.isascii() or not joined.isdigit():
        return None
    # PromptPay writes a telephone with 0066; by hand it has ten digits. Identity numbers have 13.
    if joined.startswith("0066") or len(joined) == 10:
        return phones.parse_phone(joined)
    if len(joined) == _EWALLET:
        return Identifier("promptpay-wallet", joined)
    return national.parse_national_id(joined)


def _parse_emv_code(code: str) -> Identifier | None:
    # The checksum covers the letters as printed; codes typed in small letters were printed in capitals.
    if checks.compute_crc16(code[:-4].upper() if code.islower() else code[:-4]) != code[-4:].upper():
        return None
    # Tag 29 holds the merchant account of PromptPay; below it 00 names the scheme and 01 to 03 the proxy.
    merchant = _parse_emv_fields(code).get("29", "")
    fields = _parse_emv_fields(merchant)
    proxy = next((fields[tag] for tag in ("01", "02", "03") if tag in fields), "")
    return parse_promptpay(proxy) if fields.get("00") == _PROMPTPAY and proxy else None


def _parse_emv_fields(text: str) -> dict[str, str]:
    """Fields of two digits of tag, two of length, and as many signs (EMV QRCPS 1.1)."""
    found, at = {}, 0
    while at + 4 <= len(text) and text[at : at + 4].isdigit():
        size = int(text[at + 2 : at + 4])
        found[text[at : at + 2]] = text[at + 4 : at + 4 + size]
        at += 4 + size
    return found
