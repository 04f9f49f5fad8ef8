"""Candidates for a name among millions: by the consonants of its words and by runs of them, then compared one by one.

Consonants alone and in classes, so that no spelling of a vowel and no tongue's way with a stop hides a name. Words that many
names share count for little.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.ipc as ipc

from warroom.subjects.names import kernel
from warroom.subjects.names.analyse import analyse, kind_of
from warroom.subjects.names.compare import Compared, compare
from warroom.subjects.names.costs import costs, room
from warroom.subjects.names.fast import scores
from warroom.subjects.names.kernel import LIMIT, Names
from warroom.subjects.names.latin import sounds
from warroom.subjects.names.name import COMPANY, PERSON, Name, Rank, Word
from warroom.subjects.names.packing import pack

Keys = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int32]
Lengths = npt.NDArray[np.float32]

_CLASSES = str.maketrans("gqcjxzdbfvlU", "knsssstppwnu")
_LEFT_OUT = re.compile("[aeiouAUO~]|(?<!^)[hrywv]")
_TWICE = re.compile(r"(.)\1+")
_RUN = 3
_AS_IT_STANDS = 100
"""So many pairs are compared without the compiler: a server that answers keystrokes does without its memory."""
_COMPARED = 300
"""Candidates that are compared exactly."""


class Found(NamedTuple):
    """A name that was found: its number among those given, its text and how it compares."""

    number: int
    text: str
    compared: Compared


class NameIndex:
    """Names by the keys of how they sound. Built once, kept on disk and mapped from there, and asked in milliseconds."""

    def __init__(
        self, names: pa.StringArray, keys: Keys, numbers: Numbers, lengths: Lengths, unread: int = 0
    ) -> None:
        self.names = names
        self.unread = unread
        """How many of the names could not be read when it was built: they stand in it and are never found."""
        self._keys, self._numbers, self._lengths = keys, numbers, lengths

    @classmethod
    def of(cls, names: Sequence[str]) -> "NameIndex":
        """The index of these names."""
        read = [analyse(text, kind_of(text)) for text in names]
        found = [np.fromiter(_keys(name), dtype=np.uint32) for name in read]
        lengths = np.fromiter(map(len, found), dtype=np.int32, count=len(found))
        keys = np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)
        numbers = np.repeat(np.arange(len(found), dtype=np.int32), lengths)
        order = np.argsort(keys, kind="stable")
        kept = pa.array([_in_utf8(text) for text in names], pa.string())
        unread = sum(name.unread for name in read)
        return cls(kept, keys[order], numbers[order], np.sqrt(lengths).astype(np.float32), unread)

    def save(self, folder: Path) -> None:
        """Write it into a folder, which is made."""
        folder.mkdir(parents=True)
        table = pa.table({"name": self.names})
        with ipc.new_file(str(folder / "names.arrow"), table.schema) as file:
            file.write_table(table)
        for name, array in (("keys", self._keys), ("numbers", self._numbers), ("lengths", self._lengths)):
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def load(cls, folder: Path) -> "NameIndex":
        """What `save` wrote, mapped into memory and not read: it is there in milliseconds, however many names it has.

        Raises OSError where the folder holds none.
        """
        column = ipc.open_file(pa.memory_map(str(folder / "names.arrow"))).read_all().column("name")
        names = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("keys", "numbers", "lengths")]
        return cls(names, *arrays)

    def find(self, name: str, most: int = 20) -> list[Found]:
        """The names that are the same as this one, the surest first."""
        numbers = self.candidates(name)
        texts = self.names.take(pa.array(numbers, pa.int32())).to_pylist()
        return [found._replace(number=numbers[found.number]) for found in nearest(name, texts, most)]

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


def _in_utf8(text: str) -> str:
    """A text without halves of letters, which no file of names can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def nearest(name: str, texts: Sequence[str], most: int) -> list[Found]:
    """Those of a few texts that are the same name as this one, the surest first; each with its place among them."""
    kinds = [kind_of(text) for text in (name, *texts)]
    # As `compare` has it: a legal form on either side makes both companies' names.
    pairs = [(COMPANY if COMPANY in (kinds[0], kind) else PERSON) for kind in kinds[1:]]
    names = [analyse(name, kind) for kind in (PERSON, COMPANY)]
    names += [analyse(text, kind) for text, kind in zip(texts, pairs, strict=True)]
    first = np.array([int(kind == COMPANY) for kind in pairs], np.int32)
    score = _scored(pack(names), first, np.arange(2, len(names), dtype=np.int32))
    order = [int(n) for n in np.lexsort((np.arange(len(texts)), -score)) if score[n] >= LIMIT][:most]
    return [Found(n, texts[n], compare(name, texts[n])) for n in order]


def _scored(names: Names, first: Numbers, second: Numbers) -> Lengths:
    if len(second) > _AS_IT_STANDS:
        return scores(names, first, second)
    out, known, used = np.zeros(len(second), np.float32), costs(), room()
    for n, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        out[n] = kernel.score(names, a, names, b, known, used)
    return out


def keys_of(name: Name) -> tuple[list[int], int, set[int]]:
    """Keys by which records are looked up: of each word by how it sounds, of all words in any order (0 for nobody's name), and of
    runs of consonants. Titles and particles have none.
    """
    words = [word for word in name.words if word.rank != Rank.MAYBE]
    bones = [next((found for found in _of_word(word) if found), word.own) for word in words]
    each = [crc32(f"w{one}".encode()) for one in bones]
    return each, crc32(f"n{' '.join(sorted(bones))}".encode()) if bones else 0, _keys(name)


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
