"""A column's values as numbers: every different value once, in one spelling, and which of them each record has.

Names are taken apart once; their sounds lie in flat arrays beside the values.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from warroom.subjects.names.analyse import analyse_name
from warroom.subjects.names.index import derive_lookup_keys
from warroom.subjects.names.kernel import PackedNames
from warroom.subjects.names.name import COMPANY, PERSON
from warroom.subjects.names.packing import concatenate_names, pack_names
from warroom.subjects.resolution.columns import Holds, get_speller

Codes = npt.NDArray[np.int32]
Keys = npt.NDArray[np.uint32]
_NAMES: tuple[Holds, ...] = ("name", "company")
WORDS = 3
"""Words of a name that records are looked up by."""
# Letters: a shorter text is an initial or a slip and would be equal to thousands of others.
_LETTERS = 2
# Values, chosen: below this, starting two processes costs more than they save.
_FEW = 20_000
# Values a process takes at a time: large enough that handing them over does not count.
_SHARE = 25_000
# Processes, one for each core of the machine that the product is measured on: reading names holds Python's
# lock.
_WORKERS = 2


@dataclass(frozen=True)
class NameSounds:
    """Names taken apart. `words[i]` are the keys of how the first words of name i sound, 0 where it has fewer; `whole` all of them in
    any order; `signs` a bit for each run of consonants, so that names with nothing in common are told apart at once.
    """

    names: PackedNames
    words: Keys
    whole: Keys
    signs: npt.NDArray[np.uint64]
    unread: int = 0
    """Names that the program failed at, of those that came last."""

    def append_sounds(self, other: "NameSounds") -> "NameSounds":
        """These and the other's after them."""
        return NameSounds(
            concatenate_names([self.names, other.names]),
            np.concatenate([self.words, other.words]),
            np.concatenate([self.whole, other.whole]),
            np.concatenate([self.signs, other.signs]),
            other.unread,
        )


@dataclass(frozen=True)
class ColumnValues:
    """One column: its different values, the number of each record's (-1: none), and for names how they sound."""

    name: str
    content: Holds
    texts: pa.StringArray
    codes: Codes
    sounds: NameSounds | None = field(default=None, repr=False)

    @cached_property
    def records_per_value(self) -> npt.NDArray[np.int64]:
        """How many records have each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))


def encode_column(
    name: str, holds: Holds, written: pa.Array, known: ColumnValues | None = None
) -> ColumnValues:
    """A column as it was written, read into numbers; with `known` the numbers of values seen before stay, new ones come after."""
    coded = written.cast(pa.string()).dictionary_encode()
    spellings = pa.array(_map_in_parts(get_speller(holds), coded.dictionary.to_pylist()), pa.string())
    spellings = pc.if_else(pc.equal(spellings, ""), None, spellings)
    before = known.texts if known else pa.array([], pa.string())
    fresh = pc.unique(spellings).drop_null()
    # The few new values are searched in the many known ones: a hash table of the many would cost too much.
    again = np.flatnonzero(pc.is_in(before, fresh))
    stood = before.take(again)
    fresh = fresh.filter(pc.invert(pc.is_in(fresh, stood)))
    if holds in _NAMES:
        # One family's names one after another: each word is then read once, and not by both processes.
        fresh = pa.array(sorted(fresh.to_pylist(), key=_last_word), pa.string())
    numbers = np.concatenate([again, np.arange(len(before), len(before) + len(fresh)), [-1]]).astype(np.int32)
    place = pc.index_in(spellings, pa.concat_arrays([stood, fresh])).take(coded.indices)
    codes = numbers[pc.fill_null(place, -1).to_numpy(zero_copy_only=False)]
    sounds = _update_sounds(holds, fresh.to_pylist(), known)
    return ColumnValues(name, holds, pa.concat_arrays([before, fresh]), codes, sounds)


def _update_sounds(holds: Holds, fresh: list[str], known: ColumnValues | None) -> NameSounds | None:
    if holds not in _NAMES:
        return None
    heard = _analyse_sounds(fresh, PERSON if holds == "name" else COMPANY)
    return known.sounds.append_sounds(heard) if known and known.sounds else heard


def _last_word(text: str) -> str:
    return text.rpartition(" ")[2]


def _analyse_sounds(texts: list[str], kind: str) -> NameSounds:
    parts = _run_in_parts(partial(_sounds_of, kind=kind), texts)
    sounds = parts[0] if parts else _sounds_of([], kind)
    if len(parts) > 1:
        sounds = NameSounds(
            concatenate_names([part.names for part in parts]),
            np.concatenate([part.words for part in parts]),
            np.concatenate([part.whole for part in parts]),
            np.concatenate([part.signs for part in parts]),
            sum(part.unread for part in parts),
        )
    return sounds


def _sounds_of(texts: Sequence[str], kind: str) -> NameSounds:
    names = [analyse_name(text, kind) for text in texts]
    words = np.zeros((len(names), WORDS), np.uint32)
    whole = np.zeros(len(names), np.uint32)
    signs = np.zeros(len(names), np.uint64)
    for n, name in enumerate(names):
        if sum(len(word.own) for word in name.words) < _LETTERS:
            continue  # a title alone, a digit, a letter: nobody's name
        word_keys, every, runs = derive_lookup_keys(name)
        words[n, : len(word_keys[:WORDS])] = word_keys[:WORDS]
        whole[n] = every
        sign = 0
        for key in runs:
            # A Bloom filter of one word: bits in common are an upper bound of runs in common.
            sign |= 1 << (key & 63)
        signs[n] = sign
    return NameSounds(pack_names(names), words, whole, signs, sum(name.unread for name in names))


def _map_in_parts(function: Callable[[str], str], values: list[str | None]) -> list[str | None]:
    return [one for part in _run_in_parts(partial(_map_present, function), values) for one in part]


def _map_present(function: Callable[[str], str], values: Sequence[str | None]) -> list[str | None]:
    return [None if value is None else function(value) for value in values]


def _run_in_parts(function: Callable[[Sequence[object]], object], values: Sequence[object]) -> list:  # type: ignore[type-arg]
    """The function of parts of the values, in their order; by two processes where there are many."""
    if len(values) < _FEW:
        return [function(values)] if len(values) else []
    parts = [values[at : at + _SHARE] for at in range(0, len(values), _SHARE)]
    # Spawned, not forked: a server's threads would leave locks held in a fork.
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        return list(pool.map(function, parts))
