"""Whether a pasted text is a message: at least two words besides its addresses."""

import re
import unicodedata

from warroom.signals.addresses.addresses import iter_addresses
from warroom.signals.messages.normal import normalise_message

# Words, at least: one word says nothing about a message. Chosen, not measured.
WORDS = 2
_MAILBOX = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_LETTERS = re.compile(
    r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u17b6-\u17d3])*"
)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Scripts written without spaces between words (Thai, Lao, Burmese, Khmer)."""
# Letters from which on a run in such a script counts as more than one word. Chosen, not measured.
_LONG = 5
_HAN, _LONG_HAN = re.compile(r"[\u3400-\u9fff]"), 3


def has_words(text: str) -> bool:
    """Whether a text has at least two words besides links and mailboxes."""
    plain = normalise_message(text).text
    for one in sorted(iter_addresses(plain), key=lambda each: each.start, reverse=True):
        plain = f"{plain[: one.start]} {plain[one.end :]}"
    return sum(_count_words(run[0]) for run in _LETTERS.finditer(_MAILBOX.sub(" ", plain))) >= WORDS


def _count_words(run: str) -> int:
    letters = sum(unicodedata.category(letter).startswith("L") for letter in run)
    if _UNSPACED.search(run):
        return 2 if letters >= _LONG else 1
    return 2 if _HAN.search(run) and letters >= _LONG_HAN else 1
