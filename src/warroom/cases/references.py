"""The code of a hold, printed on the notice: it opens the public page where its holder reads the state and
objects.
"""

import re
import secrets

# Crockford's base 32 without letters that are misread: 12 characters are 60 bits, so a code cannot be guessed.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Characters, written in three groups of four; see ALPHABET for the entropy.
CODE_SIGNS = 12
# What people write for characters that look alike (Crockford).
_ALIKE = str.maketrans("OIL", "011")


def new_reference() -> str:
    """A public code such as 7Q2M-X0RT-9KDE, printed on the notice."""
    return _group_in_fours("".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS)))


def read_reference(typed: str) -> str:
    """A code as people type it, in the form it is kept; empty where it is none."""
    signs = re.sub(r"[\s-]", "", typed.upper()).translate(_ALIKE)
    return "" if len(signs) != CODE_SIGNS or set(signs) - set(ALPHABET) else _group_in_fours(signs)


def _group_in_fours(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, CODE_SIGNS, 4))
