"""Candidates for a name among millions: by the consonants of its words and by runs of them, then compared one by one.

Consonants alone and in classes, so that no spelling of a vowel and no tongue's way with a stop hides a name. Words that many
names share count for little.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from warroom.subjects.names.analyse import analyse, kind_of
from warroom.subjects.names.compare import Compared, compare
from warroom.subjects.names.latin import sounds
from warroom.subjects.names.name import Name, Rank, Word

_CLASSES = str.maketrans("gqcjxzdbfvlU", "knsssstppwnu")
_LEFT_OUT = re.compile("[aeiouAUO~]|(?<!^)[hrywv]")
_TWICE = re.compile(r"(.)\1+")
_RUN = 3
_COMPARED = 300
"""Candidates that are compared exactly."""


class Found(NamedTuple):
    """A name that was found: its number among those given, its text and how it compares."""

    number: int
    text: str
    compared: Compared


class NameIndex:
    """Names by the keys of how they sound. Built once, and asked in milliseconds."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        found = [np.fromiter(_keys(analyse(text, kind_of(text))), dtype=np.uint32) for text in names]
        lengths = np.fromiter(map(len, found), dtype=np.int32, count=len(found))
        keys = np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)
        numbers = np.repeat(np.arange(len(found), dtype=np.int32), lengths)
        order = np.argsort(keys, kind="stable")
        self._keys, self._numbers, self._lengths = keys[order], numbers[order], np.sqrt(lengths)

    def find(self, name: str, most: int = 20) -> list[Found]:
        """The names that are the same as this one, the surest first."""
        found = (Found(n, self.names[n], compare(name, self.names[n])) for n in self.candidates(name))
        same = [one for one in found if one.compared.same]
        return sorted(same, key=lambda one: (-one.compared.score, one.number))[:most]

    def candidates(self, name: str) -> list[int]:
        """Numbers of the names that share most with this one, rare keys counting more."""
        hits: list[npt.NDArray[np.int32]] = []
        weights: list[npt.NDArray[np.float64]] = []
        for key in _keys(analyse(name, kind_of(name))):
            first, last = np.searchsorted(self._keys, [key, key + 1]) if key < 0xFFFFFFFF else (0, 0)
            if last > first:
                hits.append(self._numbers[first:last])
                weights.append(np.full(last - first, np.log1p(len(self.names) / (last - first))))
        if not hits:
            return []
        numbers, at = np.unique(np.concatenate(hits), return_inverse=True)
        totals = np.bincount(at, weights=np.concatenate(weights))
        # Of names that share as much the shorter: it holds less that this one lacks.
        best = np.argsort(-totals / self._lengths[numbers], kind="stable")[:_COMPARED]
        return [int(numbers[k]) for k in best]


def _keys(name: Name) -> set[int]:
    texts = {
        f"w{bones}" for word in name.words if word.rank != Rank.MAYBE for bones in _of_word(word) if bones
    }
    joined = "".join(_bones(word.sounds[0]) for word in name.words if word.sounds)
    texts |= {f"r{joined[n : n + _RUN]}" for n in range(len(joined) - _RUN + 1)}
    texts |= {f"o{word.own}" for word in name.words if not word.sounds}
    return {crc32(text.encode()) for text in texts}


def _of_word(word: Word) -> Iterator[str]:
    for said in word.sounds:
        yield _bones(said)
    for link in word.links:
        kind, _, spelled = link.rpartition(" ")
        if kind in ("", "mandarin"):
            yield _bones(sounds(spelled))


@lru_cache(1 << 16)
def _bones(said: str) -> str:
    """The consonants of sounds by classes."""
    return _TWICE.sub(r"\1", _LEFT_OUT.sub("", said).translate(_CLASSES))
