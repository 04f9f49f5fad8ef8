"""What it costs to take one sound for another: little where spellings of one name differ, all where names do."""

from functools import lru_cache

import numpy as np

from warroom.subjects.names.kernel import LONGEST, SIGNS, WORDS, KernelBuffers, SoundCosts
from warroom.subjects.names.latin import SIGNS as SOUNDS

_VOWELS = "aeiouAUO"
# Pairs that one name is spelled with, by how little they say: กาญจนา is Kanchana and Ganjana.
_NEAR = {
    0.05: "vw jc",
    0.12: "kg cj iy",
    0.25: "sx sz xc uU eA wu Ou",
    0.35: "td pf bf fv bv zj xj eU oU ie au ea zc jy ao Oo OU Oe Ui",
    0.45: "pb ai nl eo ou Aa",
    0.6: "lr",
    1.25: "nq",  # พล and พงษ์, Jian and Jiang part many names
}
# Cost of leaving a sound out: h, r and weak vowels are often not written. Costs were tuned on one
# half of the measured pairs (docs/measurements/names.md).
_GAPS = {
    "h": 0.3,
    "r": 0.4,
    "y": 0.35,
    "w": 0.4,
    "e": 0.5,
    "u": 0.55,
    "a": 0.5,
    "o": 0.55,
    "i": 0.55,
    "U": 0.55,
    "A": 0.55,
    "O": 0.55,
}


@lru_cache(1)
def build_costs() -> SoundCosts:
    """Costs by codes of sounds."""
    subs = np.full((SIGNS, SIGNS), 1.0, dtype=np.float32)
    # 0.8 for a consonant left out, less than the 1.0 of one changed: people drop sounds more often.
    gaps = np.full(SIGNS, 0.8, dtype=np.float32)
    for sign in SOUNDS:
        gaps[_sound_code(sign)] = _GAPS.get(sign, 0.8)
    for a in _VOWELS:
        for b in _VOWELS:
            # Any vowel for any other costs less than a consonant: spellings in Latin letters agree least on
            # vowels.
            subs[_sound_code(a), _sound_code(b)] = 0.6
    for cost, pairs in _NEAR.items():
        for pair in pairs.split():
            subs[_sound_code(pair[0]), _sound_code(pair[1])] = subs[
                _sound_code(pair[1]), _sound_code(pair[0])
            ] = cost
    np.fill_diagonal(subs, 0.0)
    return SoundCosts(subs, gaps)


def make_room() -> KernelBuffers:
    """New room for one thread to compare in."""
    return KernelBuffers(
        np.zeros((LONGEST + 2, LONGEST + 2), dtype=np.float32),
        np.zeros((WORDS, WORDS), dtype=np.float32),
        np.zeros((WORDS, WORDS), dtype=np.int32),
        np.zeros(WORDS, dtype=np.int32),
        np.zeros(WORDS, dtype=np.int32),
        np.zeros(LONGEST + 1, dtype=np.int32),
        np.zeros(LONGEST + 1, dtype=np.int32),
    )


def _sound_code(sign: str) -> int:
    return SOUNDS.index(sign) + 1
