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
from warroom.subjects.names.analyse import analyse_name, guess_name_kind
from warroom.subjects.names.compare import NameComparison, compare_names
from warroom.subjects.names.costs import build_costs, make_room
from warroom.subjects.names.fast import score_name_pairs
from warroom.subjects.names.kernel import LIMIT, PackedNames
from warroom.subjects.names.latin import derive_sounds
from warroom.subjects.names.name import COMPANY, PERSON, AnalysedName, NameWord, WordRank
from warroom.subjects.names.packing import pack_names

Keys = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int32]
Lengths = npt.NDArray[np.float32]

# Consonants that spellings confuse become one: g k, c j x z s, d t, b f p, v w, and l n with q (ng).
_CLASSES = str.maketrans("gqcjxzdbfvlU", "knsssstppwnu")
# Vowels always, and h r y w within a word: spellings of one name differ in them most.
_LEFT_OUT = re.compile("[aeiouAUO~@]|(?<!^)[hrywv]")
_TWICE = re.compile(r"(.)\1+")
# Consonants of a run, chosen: two are in too many names, four miss a name with one slip.
_RUN = 3
_AS_IT_STANDS = 100
"""So many pairs are compared without the compiler: a server that answers keystrokes does without its memory."""
_COMPARED = 300
"""Candidates that are compared exactly."""


class NameHit(NamedTuple):
    """A name that was found: its number among those given, its text and how it compares."""

    number: int
    text: str
    compared: NameComparison


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
    def from_names(cls, names: Sequence[str]) -> "NameIndex":
        """The index of these names."""
        read = [analyse_name(text, guess_name_kind(text)) for text in names]
        name_keys = [np.fromiter(_index_keys(name), dtype=np.uint32) for name in read]
        lengths = np.fromiter(map(len, name_keys), dtype=np.int32, count=len(name_keys))
        keys = np.concatenate(name_keys) if name_keys else np.zeros(0, dtype=np.uint32)
        numbers = np.repeat(np.arange(len(name_keys), dtype=np.int32), lengths)
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
        # Mapped files are shared by all processes of a server, and only the pages asked for are read.
        column = ipc.open_file(pa.memory_map(str(folder / "names.arrow"))).read_all().column("name")
        names = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("keys", "numbers", "lengths")]
        return cls(names, *arrays)

    def find_matches(self, name: str, most: int = 20) -> list[NameHit]:
        """The names that are the same as this one, the surest first."""
        numbers = self.list_candidates(name)
        texts = self.names.take(pa.array(numbers, pa.int32())).to_pylist()
        return [
            found._replace(number=numbers[found.number]) for found in find_nearest_names(name, texts, most)
        ]

    def list_candidates(self, name: str) -> list[int]:
        """Numbers of the names that share most with this one, rare keys counting more."""
        hits: list[npt.NDArray[np.int32]] = []
        weights: list[npt.NDArray[np.float64]] = []
        for key in _index_keys(analyse_name(name, guess_name_kind(name))):
            # The greatest key has no successor in 32 bits; that single key is given up.
            first, last = np.searchsorted(self._keys, [key, key + 1]) if key < 0xFFFFFFFF else (0, 0)
            if last > first:
                hits.append(self._numbers[first:last])
                # The logarithm of the inverse share, as in tf-idf: a key that every tenth name has counts
                # little.
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


def find_nearest_names(name: str, texts: Sequence[str], most: int) -> list[NameHit]:
    """Those of a few texts that are the same name as this one, the surest first; each with its place among them."""
    kinds = [guess_name_kind(text) for text in (name, *texts)]
    # As `compare_names` has it: a legal form on either side makes both companies' names.
    pairs = [(COMPANY if COMPANY in (kinds[0], kind) else PERSON) for kind in kinds[1:]]
    names = [analyse_name(name, kind) for kind in (PERSON, COMPANY)]
    names += [analyse_name(text, kind) for text, kind in zip(texts, pairs, strict=True)]
    first = np.array([int(kind == COMPANY) for kind in pairs], np.int32)
    score = _score_against(pack_names(names), first, np.arange(2, len(names), dtype=np.int32))
    order = [int(n) for n in np.lexsort((np.arange(len(texts)), -score)) if score[n] >= LIMIT][:most]
    return [NameHit(n, texts[n], compare_names(name, texts[n])) for n in order]


def _score_against(names: PackedNames, first: Numbers, second: Numbers) -> Lengths:
    if len(second) > _AS_IT_STANDS:
        return score_name_pairs(names, first, second)
    out, known, used = np.zeros(len(second), np.float32), build_costs(), make_room()
    for n, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        out[n] = kernel.score_names(names, a, names, b, known, used)
    return out


def derive_lookup_keys(name: AnalysedName) -> tuple[list[int], int, set[int]]:
    """Keys by which records are looked up: of each word by how it sounds, of all words in any order (0 for nobody's name), and of
    runs of consonants. Titles and particles have none.
    """
    words = [word for word in name.words if word.rank != WordRank.MAYBE]
    bones = [next((found for found in _skeletons_of_word(word) if found), word.own) for word in words]
    each = [crc32(f"w{one}".encode()) for one in bones]
    return each, crc32(f"n{' '.join(sorted(bones))}".encode()) if bones else 0, _index_keys(name)


def _index_keys(name: AnalysedName) -> set[int]:
    texts = {
        f"w{bones}"
        for word in name.words
        if word.rank != WordRank.MAYBE
        for bones in _skeletons_of_word(word)
        if bones
    }
    joined = "".join(_consonant_skeleton(word.sounds[0]) for word in name.words if word.sounds)
    texts |= {f"r{joined[n : n + _RUN]}" for n in range(len(joined) - _RUN + 1)}
    texts |= {f"o{word.own}" for word in name.words if not word.sounds}
    return {crc32(text.encode()) for text in texts}


def _skeletons_of_word(word: NameWord) -> Iterator[str]:
    for said in word.sounds:
        yield _consonant_skeleton(said)
    for link in word.links:
        kind, _, spelled = link.rpartition(" ")
        # Links of other kinds (aliases, Hangul) name a word, not a spelling that has a sound.
        if kind in ("", "mandarin"):
            yield _consonant_skeleton(derive_sounds(spelled))


@lru_cache(1 << 16)
def _consonant_skeleton(said: str) -> str:
    """The consonants of sounds by classes."""
    return _TWICE.sub(r"\1", _LEFT_OUT.sub("", said).translate(_CLASSES))
