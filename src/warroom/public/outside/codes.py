"""The code of a receipt: twenty characters in five groups, which cannot be guessed."""

import hashlib
import hmac
import re

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U."""
LENGTH, GROUP = 20, 4  # 100 bits
NOTICE = 12
"""Characters of the code on a bank's notice (60 bits)."""
# What people write for characters that look alike (Crockford).
_ALIKE = str.maketrans("OIL", "011")


def code_of(once: str, key: bytes) -> str:
    """The code of a submission, without dashes, from its idempotency key (`once`, 128 random bits): a repetition gets the same."""
    drawn = hmac.new(key, b"new:" + once.encode(), hashlib.sha256).digest()
    return "".join(SIGNS[byte % 32] for byte in drawn[:LENGTH])


def read_code(typed: str) -> str:
    """Parse a typed code; returns it without dashes, empty for an invalid one."""
    signs = re.sub(r"[\s\u2010-\u2015-]", "", typed.upper()).translate(_ALIKE)
    return signs if len(signs) == LENGTH and not set(signs) - set(SIGNS) else ""


def read_notice(typed: str) -> str:
    """Parse a typed code of a bank's notice; returns it in three groups, as stored, empty for an invalid one."""
    signs = re.sub(r"[\s\u2010-\u2015-]", "", typed.upper()).translate(_ALIKE)
    return "" if len(signs) != NOTICE or set(signs) - set(SIGNS) else f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def groups_of(code: str) -> list[str]:
    """The five groups for display; our callers name the first, so that a reporter can tell them from an impostor."""
    return [code[start : start + GROUP] for start in range(0, LENGTH, GROUP)]


def digest_of(code: str, key: bytes) -> bytes:
    """The keyed digest under which a code is stored: reading the database reveals no code."""
    return hmac.new(key, b"code:" + code.encode(), hashlib.sha256).digest()
