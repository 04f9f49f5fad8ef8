"""The code of a receipt: twenty signs in five groups, which nobody guesses and only its bearer knows."""

import hashlib
import hmac
import re

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without the letters that are misread."""
LENGTH, GROUP = 20, 4  # 100 bits
NOTICE = 12
"""Signs of the code that a bank's notice carries."""
# What people write for characters that look alike (Crockford).
_ALIKE = str.maketrans("OIL", "011")


def code_of(once: str, key: bytes) -> str:
    """The code of what is sent under a key of its own (`once`, 128 random bits), without dashes: sent again, it is the same."""
    drawn = hmac.new(key, b"new:" + once.encode(), hashlib.sha256).digest()
    return "".join(SIGNS[byte % 32] for byte in drawn[:LENGTH])


def read_code(typed: str) -> str:
    """A code as people type it, without dashes; empty where it is none."""
    signs = re.sub(r"[\s\u2010-\u2015-]", "", typed.upper()).translate(_ALIKE)
    return signs if len(signs) == LENGTH and not set(signs) - set(SIGNS) else ""


def read_notice(typed: str) -> str:
    """The code of a bank's notice as people type it, in three groups as it is kept; empty where it is none."""
    signs = re.sub(r"[\s\u2010-\u2015-]", "", typed.upper()).translate(_ALIKE)
    return "" if len(signs) != NOTICE or set(signs) - set(SIGNS) else f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def groups_of(code: str) -> list[str]:
    """The five groups, as they are shown; the first is what our callers say, so that a caller can be told from a thief."""
    return [code[start : start + GROUP] for start in range(0, LENGTH, GROUP)]


def digest_of(code: str, key: bytes) -> bytes:
    """Under what a code is kept: whoever reads the database cannot show it."""
    return hmac.new(key, b"code:" + code.encode(), hashlib.sha256).digest()
