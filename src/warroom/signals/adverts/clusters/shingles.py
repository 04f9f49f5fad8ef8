"""Texts as sets of letter trigrams (shingles), without the signs in which copies differ."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from warroom.kernels import compile_kernel
from warroom.subjects.names.cleaning import LIKE_LATIN

LONGEST = 5_000
"""Characters of an advert that are compared. Chosen, not measured: adverts are shorter."""
PART = "\n"
_ZERO = ord("0")
Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shingles:
    """Shingle sets of many texts: those of text `i` are `values[starts[i]:starts[i + 1]]`, sorted and
    distinct.
    """

    values: Codes
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1


def make_shingles(texts: Sequence[str]) -> Shingles:
    """The shingle sets of texts; a text of fewer than three letters has one shingle, an empty one none."""
    joined = PART.join(text[:LONGEST].replace(PART, " ") for text in texts) + PART if texts else ""
    folded = unicodedata.normalize("NFKC", joined).casefold()
    codes = _build_letter_table()[np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)]
    codes = codes[codes != 0]
    ends = np.flatnonzero(codes == ord(PART))
    values = np.empty(len(codes) + len(texts), np.uint32)
    starts = np.zeros(len(texts) + 1, np.int64)
    filled = _fill_shingles(codes, ends, values, starts)
    return Shingles(values[:filled], starts)


@cache
def _build_letter_table() -> Codes:
    """For every code point the letter it counts as: 0 (dropped) for signs, emoji and spaces, which copies add
    and drop; all digits as one.
    """
    letters = [chr(code) if not 0xD800 <= code < 0xE000 else " " for code in range(0x30000)]
    table = np.zeros(0x110000, np.uint32)
    for code, letter in enumerate(letters):
        kind = unicodedata.category(letter)
        if kind[0] == "L" or (kind in ("Mn", "Mc") and not 0x300 <= code < 0x370):
            table[code] = code
        elif kind == "Nd":
            table[code] = _ZERO
    for code, like in LIKE_LATIN.items():
        table[code] = like
    # Variation selectors and fillers, which nobody sees and which are not in category Cf.
    for hidden in (*range(0xFE00, 0xFE10), 0x17B4, 0x17B5, 0x034F, 0x115F, 0x1160, 0x3164):
        table[hidden] = 0
    table[ord(PART)] = ord(PART)
    return table


@compile_kernel(cache=True)
def _fill_shingles(codes: Codes, ends: Ints, values: Codes, starts: Ints) -> int:
    """Write the sorted sets of all texts into `values`; returns the number of shingles."""
    filled = 0
    begin = 0
    for text in range(len(ends)):
        stop = ends[text]
        first = filled
        for at in range(begin, max(begin + (1 if stop > begin else 0), stop - 2)):
            mixed = np.uint64(codes[at])
            for ahead in range(1, 3):
                if at + ahead < stop:
                    mixed = mixed * np.uint64(0x200001) + np.uint64(codes[at + ahead])
            # A multiplicative hash of three code points to 32 bits.
            mixed ^= mixed >> np.uint64(31)
            mixed *= np.uint64(0x9E3779B97F4A7C15)
            values[filled] = np.uint32(mixed >> np.uint64(32))
            filled += 1
        some = np.sort(values[first:filled])
        kept = first
        for at in range(len(some)):
            if at == 0 or some[at] != some[at - 1]:
                values[kept] = some[at]
                kept += 1
        filled = kept
        starts[text + 1] = filled
        begin = stop + 1
    return filled
