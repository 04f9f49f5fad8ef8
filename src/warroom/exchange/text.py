"""Text as ISO 20022 allows it: no control characters, one space at a time, no longer than the field."""

import hashlib
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

# One satang, the smallest unit of the baht (ISO 4217: two decimals).
_CENT = Decimal("0.01")


def fit_text(text: str, length: int) -> str:
    """The text in NFC, control characters and line breaks as single spaces, cut to `length` characters.

    A cut never separates a Thai vowel or tone mark from its consonant.
    """
    # Normalised before the cut: a letter and its combining mark count twice, and could be separated.
    tidy = unicodedata.normalize("NFC", text)
    tidy = " ".join("".join(letter if _is_printable(letter) else " " for letter in tidy).split())
    if len(tidy) <= length:
        return tidy
    end = length
    while end > 0 and unicodedata.category(tidy[end]).startswith("M"):
        end -= 1
    return tidy[:end].rstrip()


def short_id(text: str, length: int = 35) -> str:
    """An identifier of at most `length` characters, by default Max35Text of ISO 20022, that stays unique: unchanged, a
    UUID without hyphens, or a digest."""
    tidy = fit_text(text, 10_000)
    if len(tidy) <= length:
        return tidy
    try:
        # 36 signs, one more than fits; without hyphens it is still the same UUID.
        return UUID(tidy).hex
    except ValueError:
        return hashlib.sha256(tidy.encode()).hexdigest()[:length]


def format_instant(moment: datetime) -> str:
    """A moment in UTC to the second, as `2026-11-24T02:33:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def quantize_baht(amount: Decimal) -> Decimal:
    """Baht with exactly two decimals; raises decimal.InvalidOperation where it cannot be."""
    return amount.quantize(_CENT)


def _is_printable(letter: str) -> bool:
    return not unicodedata.category(letter).startswith(("C", "Z")) or letter == " "
