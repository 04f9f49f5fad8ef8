"""What it costs to take one sound for another: little where spellings of one name differ, all where names do."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from warroom.subjects.names.kernel import HEARD, LONGEST, SIGNS, WORDS, KernelBuffers, SoundCosts
from warroom.subjects.names.latin import SIGNS as SOUNDS

_VOWELS = "aeiouAUO@"
_CONSONANTS = "kgtdpbfcjsxzmnqlr"
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
    "@": 0.5,
    "o": 0.55,
    "i": 0.55,
    "U": 0.55,
    "A": 0.55,
    "O": 0.55,
}


# Vowels that no spelling of one name exchanges, but for those of Khmer, whose series of letters change them.
_FAR_VOWELS = {0.8: "ao", 1.0: "ia io iu"}
# Between Thai letters and others a sound has a place in its syllable, so costs are closer to how each is spelled by habit.
_THAI_OPEN = {
    0.05: "vw jc kg",
    0.2: "sx sz cx xz jx",
    0.3: "td pb bv pf cs",
    0.7: "yj",
    0.9: "lr",
    1.2: "nl",
}
_THAI_CLOSED = {
    0.05: "kg td pb vw yi wu jc nr",
    0.15: "nl ts tj tc tx tz sx sz pf pv rl yw",
    1.2: "mn nq kq kt pt kp",
}
_THAI_VOWELS = {
    0.05: "a@",
    0.1: "Uu",
    0.15: "eA OU o@",
    0.25: "Oe Ou uo Oo Ue AO",
    0.35: "Ui UA aA",
    0.4: "i@",
    0.7: "u@",
    0.8: "ae",
    0.9: "ie au",
    1.0: "ao",
}
_THAI_CLOSED_VOWELS = {0.3: "au"}
_THAI_GAPS = {"h": 0.2, "y": 0.7, "w": 0.7, "r": 0.9, "a": 0.7, "e": 0.8, "@": 0.1}
_THAI_CLOSED_GAPS = {"r": 0.1, "h": 0.1, "y": 0.4, "w": 0.5, "t": 0.7, "s": 0.7, "a": 0.7, "e": 0.8}


@lru_cache(1)
def build_costs() -> SoundCosts:
    """Costs by codes of sounds."""
    # In the order of the kernel's numbers of these tables.
    tables = (
        _build_common_costs(_FAR_VOWELS),
        _build_thai_costs(),
        _build_common_costs({}),
        _build_common_costs({}),
    )
    return SoundCosts(np.stack([subs for subs, _ in tables]), np.stack([gaps for _, gaps in tables]))


def _build_common_costs(far: Mapping[float, str]) -> tuple[np.ndarray, np.ndarray]:
    subs = np.full((HEARD, HEARD), 1.0, dtype=np.float32)
    # 0.8 for a consonant left out, less than the 1.0 of one changed: people drop sounds more often.
    gaps = np.full(HEARD, 0.8, dtype=np.float32)
    for sign in SOUNDS:
        gaps[_sound_code(sign)] = _GAPS.get(sign, 0.8)
    # Any vowel for any other costs less than a consonant: spellings in Latin letters agree least on vowels.
    _set_costs(subs, {0.6: _pair_all(_VOWELS)} | _NEAR)
    _set_costs(subs, far)
    # Where no two scripts meet, a vowel that is not written is an a.
    subs[_sound_code("@")], subs[:, _sound_code("@")] = subs[_sound_code("a")], subs[:, _sound_code("a")]
    subs[_sound_code("@"), _sound_code("a")] = subs[_sound_code("a"), _sound_code("@")] = 0.0
    np.fill_diagonal(subs, 0.0)
    # Where in its syllable a sound stands says nothing here.
    return np.tile(subs, (3, 3)), np.tile(gaps, 3)


def _build_thai_costs() -> tuple[np.ndarray, np.ndarray]:
    opening = np.full((HEARD, HEARD), 1.6, dtype=np.float32)
    _set_costs(opening, {1.2: _pair_all(_VOWELS)} | _THAI_VOWELS)
    closing = opening.copy()
    _set_costs(opening, _THAI_OPEN)
    _set_costs(closing, {1.2: _pair_all(_CONSONANTS)} | _THAI_CLOSED)
    _set_costs(closing, _THAI_CLOSED_VOWELS)
    np.fill_diagonal(opening, 0.0)
    np.fill_diagonal(closing, 0.0)
    # One script may leave a vowel out that parts two consonants, so that one closes there and opens here.
    moved = (opening + closing) / 2 + 0.05
    # A doubled consonant is one sound here, so that the vowel before it may look as if it were open: Nuttawut.
    _set_costs(moved, {0.4: "au"})
    apart = opening + 0.05
    subs = np.block([[opening, moved, opening], [moved, closing, apart], [opening, apart, opening]])
    gaps = np.ones(SIGNS, dtype=np.float32)
    for sign in SOUNDS:
        code = _sound_code(sign)
        gaps[code] = _THAI_GAPS.get(sign, 0.9 if sign in _VOWELS else 1.1)
        gaps[HEARD + code] = _THAI_CLOSED_GAPS.get(sign, 0.9)
        # At a word's end an e may be mute; at its beginning a vowel is what tells Anisa from Nisa.
        gaps[2 * HEARD + code] = 0.1 if sign == "e" else 1.2
    return subs.astype(np.float32), gaps


def _pair_all(signs: str) -> str:
    return " ".join(a + b for a in signs for b in signs)


def _set_costs(subs: np.ndarray, near: Mapping[float, str]) -> None:
    for cost, pairs in near.items():
        for pair in pairs.split():
            a, b = map(_sound_code, pair)
            subs[a, b] = subs[b, a] = cost


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
