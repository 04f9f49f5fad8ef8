"""Names laid out in flat arrays, for the kernel."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate

import numpy as np

from warroom.subjects.names.kernel import PackedNames
from warroom.subjects.names.latin import encode_sounds
from warroom.subjects.names.name import COMPANY, AnalysedName, NameWord, WordRank

# Malay, Arabic and Hebrew words for son or daughter of.
_CHILD = frozenset({"bin", "binti", "binte", "bint", "ibn", "ben", "bt"})
# The places are the numbers of `kernel.LIMITED` and `kernel.PUBLIC`: kept arrays hold them, so only append.
_FORMS = ("", "LIMITED", "PUBLIC", "STOCK", "PARTNERSHIP", "SHOP")


def pack_names(names: Sequence[AnalysedName]) -> PackedNames:
    """Names in flat arrays. Texts become their hashes, the same in every process: arrays are kept on disk."""
    words = [word for name in names for word in name.words]
    sounds = [encode_sounds(sound) for word in words for sound in word.sounds]
    return PackedNames(
        _accumulate_starts(len(name.words) for name in names),
        _as_bool_array(name.syllabic for name in names),
        _as_bool_array(name.kind == COMPANY for name in names),
        _as_int_array(_FORMS.index(name.form) for name in names),
        _hash_texts("".join(word.own for word in name.words) for name in names),
        _as_int_array(_find_parent_particle(name) for name in names),
        _hash_texts(word.own for word in words),
        _hash_texts(word.exact or f"own {word.own}" for word in words),
        _as_int_array(word.script for word in words),
        _as_int_array(_packed_rank(word) for word in words),
        _as_bool_array(word.pinyin for word in words),
        _as_bool_array(word.family for word in words),
        _as_bool_array(word.marked for word in words),
        _accumulate_starts(len(word.sounds) for word in words),
        _accumulate_starts(len(sound_codes) for sound_codes in sounds),
        _as_int_array(code for sound_codes in sounds for code in sound_codes),
        _accumulate_starts(len(word.links) for word in words),
        # Sorted: a set has another order in every process, and these arrays are kept on disk.
        _hash_texts(link for word in words for link in sorted(word.links)),
    )


def concatenate_names(parts: Sequence[PackedNames]) -> PackedNames:
    """Names of several packings in one, in their order."""
    columns = {name: [getattr(part, name) for part in parts] for name in PackedNames._fields}
    return PackedNames(
        **{
            name: _concatenate_starts(arrays) if name.endswith("_at") else np.concatenate(arrays)
            for name, arrays in columns.items()
        }
    )


def _concatenate_starts(starts: Sequence[np.ndarray]) -> np.ndarray:
    """Starts of parts, each counted from where the one before it ends."""
    found, end = [np.zeros(1, np.int32)], 0
    for one in starts:
        found.append((one[1:] + end).astype(np.int32))
        end += int(one[-1])
    return np.concatenate(found)


def _find_parent_particle(name: AnalysedName) -> int:
    """Where a name says whose child its bearer is, between two names; 0 where it does not."""
    return next((n for n, word in enumerate(name.words[:-1]) if n and word.own in _CHILD), 0)


def _packed_rank(word: NameWord) -> int:
    return int(word.rank if word.sounds or word.rank == WordRank.NUMBER or word.own else WordRank.MAYBE)


def _accumulate_starts(lengths: Iterable[int]) -> np.ndarray:
    return np.fromiter(accumulate(lengths, initial=0), dtype=np.int32)


def _as_int_array(values: Iterable[int]) -> np.ndarray:
    return np.fromiter(values, dtype=np.int32)


def _as_bool_array(values: Iterable[bool]) -> np.ndarray:
    return np.fromiter(values, dtype=np.bool_)


def _hash_texts(texts: Iterable[str]) -> np.ndarray:
    return np.fromiter(map(_hash_text, texts), dtype=np.int64)


@lru_cache(1 << 17)
def _hash_text(text: str) -> int:
    # blake2b and not `hash`, whose seed differs in every process.
    return int.from_bytes(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )
