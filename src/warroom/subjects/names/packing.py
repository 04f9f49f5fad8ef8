"""Names laid out in flat arrays, for the kernel."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate

import numpy as np

from warroom.subjects.names.kernel import Names
from warroom.subjects.names.latin import codes
from warroom.subjects.names.name import COMPANY, Name, Rank, Word

_CHILD = frozenset({"bin", "binti", "binte", "bint", "ibn", "ben", "bt"})
_FORMS = ("", "LIMITED", "PUBLIC", "STOCK", "PARTNERSHIP", "SHOP")


def pack(names: Sequence[Name]) -> Names:
    """Names in flat arrays. Texts become their hashes, the same in every process: arrays are kept on disk."""
    words = [word for name in names for word in name.words]
    sounds = [codes(said) for word in words for said in word.sounds]
    return Names(
        _starts(len(name.words) for name in names),
        _flags(name.syllabic for name in names),
        _flags(name.kind == COMPANY for name in names),
        _numbers(_FORMS.index(name.form) for name in names),
        _hashes("".join(word.own for word in name.words) for name in names),
        _numbers(_son_of(name) for name in names),
        _hashes(word.own for word in words),
        _hashes(word.exact or f"own {word.own}" for word in words),
        _numbers(word.script for word in words),
        _numbers(_rank(word) for word in words),
        _flags(word.pinyin for word in words),
        _flags(word.family for word in words),
        _flags(word.marked for word in words),
        _starts(len(word.sounds) for word in words),
        _starts(len(said) for said in sounds),
        _numbers(code for said in sounds for code in said),
        _starts(len(word.links) for word in words),
        _hashes(link for word in words for link in sorted(word.links)),
    )


def joined(parts: Sequence[Names]) -> Names:
    """Names of several packings in one, in their order."""
    columns = {name: [getattr(part, name) for part in parts] for name in Names._fields}
    return Names(
        **{
            name: _after(arrays) if name.endswith("_at") else np.concatenate(arrays)
            for name, arrays in columns.items()
        }
    )


def _after(starts: Sequence[np.ndarray]) -> np.ndarray:
    """Starts of parts, each counted from where the one before it ends."""
    found, end = [np.zeros(1, np.int32)], 0
    for one in starts:
        found.append((one[1:] + end).astype(np.int32))
        end += int(one[-1])
    return np.concatenate(found)


def _son_of(name: Name) -> int:
    """Where a name says whose child its bearer is, between two names; 0 where it does not."""
    return next((n for n, word in enumerate(name.words[:-1]) if n and word.own in _CHILD), 0)


def _rank(word: Word) -> int:
    return int(word.rank if word.sounds or word.rank == Rank.NUMBER or word.own else Rank.MAYBE)


def _starts(lengths: Iterable[int]) -> np.ndarray:
    return np.fromiter(accumulate(lengths, initial=0), dtype=np.int32)


def _numbers(values: Iterable[int]) -> np.ndarray:
    return np.fromiter(values, dtype=np.int32)


def _flags(values: Iterable[bool]) -> np.ndarray:
    return np.fromiter(values, dtype=np.bool_)


def _hashes(texts: Iterable[str]) -> np.ndarray:
    return np.fromiter(map(_hash, texts), dtype=np.int64)


@lru_cache(1 << 17)
def _hash(text: str) -> int:
    return int.from_bytes(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )
